// Describes a few revisions of a family, and derives the others from their neighbours. Numbers are issued in order, so
// the dates between two described revisions are spread evenly. Bisection finds the age boundary of the settings, so a
// rehearsal with these settings decides as in the account.
import { DAY_MS } from '../domain/time.ts';
import type { TaskDefinition } from '@aws-sdk/client-ecs';
import { tagFor } from '../domain/protect-tag.ts';
import { printRanges, rangesOf } from '../domain/revision.ts';
import type { Redact } from './redact.ts';

/** One entry of an account file for many revisions: AWS's description of the last of them, and the days between
 *  their registrations. */
export interface Entry extends Omit<TaskDefinition, 'taskDefinitionArn' | 'revision' | 'requiresAttributes'> {
  readonly revisions: string;
  readonly registeredEveryDays: number;
  readonly tags?: readonly { readonly key: string; readonly value: string }[];
}

export interface Family {
  /** ACTIVE, ascending, at least one. */
  readonly numbers: readonly number[];
  /** With the entry of protectTags that each matches. */
  readonly tagged: ReadonlyMap<number, string>;
  readonly redact: Redact;
}

export type Describe = (number: number) => Promise<TaskDefinition>;

/** Describes the newest, the oldest, and those on both sides of the boundary.
 *  @param boundary milliseconds since the epoch: a revision registered at or after it is young */
export async function describeFew(
  numbers: readonly number[],
  boundary: number,
  describe: Describe,
): Promise<ReadonlyMap<number, TaskDefinition>> {
  const known = new Map<number, TaskDefinition>();
  const isOld = async (index: number): Promise<boolean> => {
    const number = numbers[index] ?? 0;
    const described = known.get(number) ?? (await describe(number));
    known.set(number, described);
    return (described.registeredAt?.getTime() ?? Infinity) < boundary;
  };
  let [old, young] = [0, numbers.length - 1];
  // If all are old, or all are young, there is no boundary.
  const [newestIsOld, oldestIsOld] = [await isOld(young), await isOld(old)];
  if (newestIsOld || !oldestIsOld) return known;
  while (young - old > 1) {
    const middle = Math.floor((old + young) / 2);
    if (await isOld(middle)) old = middle;
    else young = middle;
  }
  return known;
}

/** Every number once, in as few entries as possible. */
export function entriesOf(
  { numbers, tagged, redact }: Family,
  described: ReadonlyMap<number, TaskDefinition>,
): Entry[] {
  const entries: Entry[] = [];
  let from = 0;
  let before: Date | undefined;
  for (const [index, number] of numbers.entries()) {
    const anchor = described.get(number);
    if (anchor === undefined) continue;
    const { taskDefinitionArn: _arn, revision: _number, requiresAttributes: _long, ...stays } = anchor;
    const segment = numbers.slice(from, index + 1);
    const until = anchor.registeredAt;
    const everyMs =
      before === undefined || until === undefined ? 0 : (until.getTime() - before.getTime()) / segment.length;
    for (const run of runs(segment, tagged)) {
      const tag = tagged.get(run[0] ?? 0);
      const later = segment.length - 1 - segment.indexOf(run.at(-1) ?? 0);
      const registeredAt = until === undefined ? undefined : new Date(until.getTime() - later * everyMs);
      entries.push({
        ...redact(stays),
        ...(registeredAt === undefined ? {} : { registeredAt }),
        revisions: printRanges(rangesOf(run)).join(','),
        registeredEveryDays: everyMs / DAY_MS,
        ...(tag === undefined ? {} : { tags: [tagFor(tag, 'redacted')] }),
      });
    }
    [from, before] = [index + 1, until];
  }
  return entries;
}

/** Entries of INACTIVE revisions and those in deletion: their status alone.
 *  @param statuses by name: `web:7` */
export function entriesOfFormers(statuses: ReadonlyMap<string, TaskDefinition['status'] | 'missing'>): Entry[] {
  return [...statuses].flatMap(([name, status]) => {
    const [family, revisions] = name.split(':');
    if (family === undefined || revisions === undefined || status === undefined) return [];
    return status === 'missing' || status === 'ACTIVE'
      ? []
      : [{ family, revisions, status, registeredEveryDays: 0, containerDefinitions: [] }];
  });
}

/** Runs of neighbours with the same tag. */
function runs(numbers: readonly number[], tagged: Family['tagged']): number[][] {
  const found: number[][] = [];
  for (const number of numbers) {
    const last = found.at(-1);
    if (last !== undefined && tagged.has(last[0] ?? 0) === tagged.has(number)) last.push(number);
    else found.push([number]);
  }
  return found;
}
