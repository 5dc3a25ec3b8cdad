// Accounts of up to a million ACTIVE revisions, dated by the clock of the machine, which the command line has.
import type { AccountFile } from '../../sandbox/account-file.ts';
import { NOW } from '../support/account.ts';
import { accountOf, type Size } from './account.ts';

export interface ScaleSize extends Size {
  /** Every second revision does not exist any more, so that no two numbers are neighbours. */
  readonly hasGaps?: true;
}

/** The benchmark's account, moved to the present. */
export function scaleAccount({ hasGaps, families, revisions }: ScaleSize, now: number): AccountFile {
  const { file } = accountOf({ families, revisions });
  const moved = moveTimes(file, now - Date.parse(NOW));
  if (hasGaps === undefined) return moved;
  const referenced = new Set(JSON.stringify(moved).match(/(?<=task-definition\/)[\w-]+:\d+/g));
  const taskDefinitions = (moved.taskDefinitions ?? []).map((entry) => ({
    ...entry,
    revisions: everySecond(entry.revisions ?? '', (number) => referenced.has(`${entry.family}:${number}`)),
  }));
  return { ...moved, taskDefinitions };
}

/** The last number of a range stays, since its date is that of the entry. */
function everySecond(range: string, isReferenced: (number: number) => boolean): string {
  const [from = 0, upto = from] = range.split('-').map(Number);
  const numbers = Array.from({ length: upto - from + 1 }, (_, index) => from + index);
  return numbers.filter((number) => (upto - number) % 2 === 0 || isReferenced(number)).join(',');
}

const TIME = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/;

function moveTimes<Value>(value: Value, ms: number): Value;
function moveTimes(value: unknown, ms: number): unknown {
  if (typeof value === 'string') return TIME.test(value) ? new Date(Date.parse(value) + ms).toISOString() : value;
  if (Array.isArray(value)) return value.map((one: unknown) => moveTimes(one, ms));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, moveTimes(one, ms)]));
}
