// The permissions that each part of a run needs, and why, from the catalogue.
import { catalogue } from './catalogue.ts';
import type { OtherFacts, SourceFacts } from './facts.ts';
import { parts } from './parts.ts';

export type Purpose = OtherFacts['purpose'];

export interface Need extends Pick<SourceFacts, 'why' | 'permissions' | 'optional'> {
  /** The name of a source or of another part. */
  readonly name: string;
  readonly purpose: Purpose;
  readonly setting?: SourceFacts['setting'] | OtherFacts['setting'];
  /** The ARNs that the settings restrict it to. */
  readonly resources?: readonly string[];
}

/** In the order in which a run reaches them. */
export function needs(): readonly Need[] {
  const { inventory, tags, ...others } = parts;
  const all: readonly (readonly [name: string, facts: OtherFacts | SourceFacts])[] = [
    ['inventory', inventory],
    ['tags', tags],
    ...Object.entries(catalogue),
    ...Object.entries(others),
  ];
  return all.map(([name, facts]) => ({
    name,
    purpose: 'purpose' in facts ? facts.purpose : 'reading',
    why: facts.why,
    permissions: facts.permissions,
    optional: facts.optional,
    ...('setting' in facts ? { setting: facts.setting } : {}),
  }));
}

/** The only operation here whose action has another name:
 *  https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html */
const actions: Readonly<Record<string, string>> = { ListObjectsV2: 'ListBucket' };

/** `ecs:ListTasks`, or `states:DescribeStateMachine`, whose prefix is not the name of its SDK client. */
export function permissionFor(service: string, operation: string): string {
  const action = actions[operation] ?? operation;
  const byName = `${service.toLowerCase()}:${action}`;
  const declared = needs().flatMap(({ permissions }) => permissions);
  if (declared.includes(byName)) return byName;
  return declared.find((permission) => permission.endsWith(`:${action}`)) ?? byName;
}
