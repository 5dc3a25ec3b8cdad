// The cause of an action item, alike in every target: the text without what belongs to one account, Region or run.
import type { ActionItem } from '../report/model/action-item.ts';
import type { TargetName } from '../report/fleet/model.ts';

/** Items with the same cause need the same action. */
export function causeOf({ problem, remedy }: ActionItem, { account, region }: TargetName): string {
  return mask(`${problem}\n${remedy}`.replaceAll(account, 'ACCOUNT').replaceAll(region, 'REGION'));
}

function mask(text: string): string {
  return (
    text
      // An ARN keeps its service: `arn:ecs`.
      .replaceAll(/\barn:[a-z-]+:([a-z0-9-]+):[^\s,;`'")]*/g, 'arn:$1')
      .replaceAll(/\bs3:\/\/[^\s,;`'")]+/g, 's3://')
      .replaceAll(/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi, 'ID')
      .replaceAll(/\d+/g, 'N')
  );
}
