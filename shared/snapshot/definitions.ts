// Chooses the task definitions that a snapshot describes: a few of each family, enough for its ages, or all of them;
// only the newest of each beyond a bound.
import { DescribeTaskDefinitionCommand, type TaskDefinition } from '@aws-sdk/client-ecs';
import { ecsReader } from '../aws/ecs.ts';
import { Incomplete } from '../sources/common/incomplete.ts';
import { readPart } from '../sources/common/read-part.ts';
import type { ReadContext } from '../sources/common/reader.ts';
import { nameOf } from '../domain/revision.ts';
import { describeFew } from './ages.ts';

export interface DefinitionOptions {
  /** Milliseconds since the epoch, by family: the age boundary of the rehearsed policy. */
  readonly boundary: (family: string, asOf: number) => number;
  /** Describe every revision instead of a few of each family. */
  readonly full: boolean;
  /** In addition to the newest of each family. */
  readonly mostDescribes?: number;
}

/** More than eight minutes at half of the published rate. */
const MOST_DESCRIBES = 5_000;

export async function readDefinitions(
  context: ReadContext,
  families: readonly { readonly family: string; readonly numbers: readonly number[] }[],
  { boundary, full, mostDescribes = MOST_DESCRIBES }: DefinitionOptions,
  asOf: number,
  known: ReadonlyMap<string, ReadonlyMap<number, TaskDefinition>>,
) {
  const of = new Map<string, ReadonlyMap<number, TaskDefinition>>();
  let estimated = 0;
  const reading = await readPart(context, { part: 'task definitions', isSearched: false }, async function* (tally) {
    const client = ecsReader(context.aws, tally);
    const describe = async (family: string, number: number): Promise<TaskDefinition> => {
      const before = known.get(family)?.get(number);
      if (before !== undefined) return before;
      const command = new DescribeTaskDefinitionCommand({ taskDefinition: nameOf({ family, number }) });
      const { taskDefinition } = await client.send(command);
      if (taskDefinition === undefined) throw new Incomplete('the answer describes nothing');
      return taskDefinition;
    };
    for (const [index, { family, numbers }] of families.entries()) {
      const isSpent = !full && tally.calls - index >= mostDescribes;
      if (isSpent && numbers.length > 1) estimated++;
      const wanted = full ? numbers : numbers.slice(-1);
      const described =
        full || isSpent
          ? await Array.fromAsync(wanted, async (number) => [number, await describe(family, number)] as const)
          : await describeFew(numbers, boundary(family, asOf), (number) => describe(family, number));
      // A described revision keeps its own description rather than its neighbour's.
      const others = [...(known.get(family) ?? [])].filter(([number]) => numbers.includes(number));
      of.set(family, new Map([...described, ...others].toSorted(([a], [b]) => a - b)));
      yield [];
    }
  });
  return { of, estimated, reading };
}
