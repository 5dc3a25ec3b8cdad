/**
 * Lists an account's revisions as ranges by family, as an operator sees them. It uses only the SDK, so the product
 * does not compute its own expected values.
 */
import { paginateListTaskDefinitions, type ECSClient, type TaskDefinitionStatus } from '@aws-sdk/client-ecs';

interface Revision {
  readonly family: string;
  readonly number: number;
}

export async function listed(client: ECSClient, status: TaskDefinitionStatus = 'ACTIVE') {
  const found: Revision[] = [];
  for await (const { taskDefinitionArns = [] } of paginateListTaskDefinitions({ client }, { status }))
    for (const arn of taskDefinitionArns) {
      const [family = '', number = ''] = (arn.split('/')[1] ?? '').split(':');
      found.push({ family, number: Number(number) });
    }
  return byFamily(found);
}

/** Formats revisions in any order as `{ web: '1-6,8' }`. */
export function byFamily(revisions: Iterable<Revision>): Record<string, string> {
  return Object.fromEntries(
    [...Map.groupBy(revisions, ({ family }) => family)].map(([family, of]) => {
      const numbers = of.map(({ number }) => number).sort((a, b) => a - b);
      const starts = numbers.filter((number, index) => numbers[index - 1] !== number - 1);
      const ends = numbers.filter((number, index) => numbers[index + 1] !== number + 1);
      return [family, starts.map((from, index) => range(from, ends[index])).join(',')];
    }),
  );
}

function range(from: number, upto: number | undefined): string {
  return from === upto ? `${from}` : `${from}-${upto}`;
}
