// Reads when revisions were registered, in as few calls as possible. ListTaskDefinitions has no dates, and a call for
// each revision would starve deployments. Numbers are issued in order, so bisection finds the age boundary of a family,
// and only within tonight's cap. The date of a revision is read again before it is deregistered.
import type { Ages } from '../domain/evidence.ts';
import { awsRegistrar } from '../domain/registrar.ts';
import { numbersIn, type Ranges } from '../domain/revision.ts';
import { Incomplete } from '../sources/common/incomplete.ts';
import { readPart } from '../sources/common/read-part.ts';
import type { ReadContext } from '../sources/common/reader.ts';
import { readRegistration } from '../sources/common/read-registration.ts';

/** Calls to measure the backlog, however full the cap is: a minute and a half at half of the published 20 a second. */
const CALLS_FOR_THE_BACKLOG = 1000;

export interface AgesWanted {
  /** The numbers of each family that only their age can keep, ascending. */
  readonly candidates: ReadonlyMap<string, readonly number[]>;
  /** Milliseconds since the epoch: a revision registered at or after it is young. */
  readonly boundary: (family: string) => number;
  readonly cap: number;
  /** How many of the old revisions are kept, of all ACTIVE ones. */
  readonly latest?: (family: string) => { readonly keep: number; readonly active: Ranges };
}

export async function readAges(context: ReadContext, { candidates, boundary, cap, latest }: AgesWanted) {
  const ages = new Map<string, Ages>();
  const reading = await readPart(context, { part: 'ages', isSearched: false }, async function* (tally) {
    const client = context.aws.ecs(tally);
    let old = 0;
    for (const [family, numbers] of candidates) {
      if (old >= cap && tally.calls >= CALLS_FOR_THE_BACKLOG) return;
      let byAws: string | undefined;
      const isOld = async (number: number) => {
        // Families that an AWS service registers are kept, so no further call is needed.
        if (byAws !== undefined) return false;
        const registered = await readRegistration(context.memory, client, { family, number });
        byAws = awsRegistrar(registered.by);
        return byAws === undefined && registered.at < boundary(family);
      };
      // Dates from earlier nights narrow the search before the first call.
      const known = (number: number) => {
        const registered = context.memory.registration({ family, number });
        if (registered === undefined || awsRegistrar(registered.by) !== undefined) return undefined;
        return registered.at < boundary(family);
      };
      const search = { test: isOld, known, outOfTime: context.outOfTime };
      const count = await countWhile(numbers, search);
      const [oldest, youngest] = [numbers[count - 1] ?? 0, numbers[count] ?? Infinity];
      const { keep, active } = latest?.(family) ?? { keep: 0, active: [] };
      // Which of the old ones are the newest N depends on all revisions: on those between the two, often on the newest
      // of the family.
      const between = count === 0 ? [] : numbersBetween(active, oldest, youngest);
      const more = await countFromNewest(between, search);
      if (byAws !== undefined) ages.set(family, { oldUpto: 0, youngFrom: Infinity, byAws });
      else {
        const oldUpto = between[more - 1] ?? oldest;
        ages.set(family, { oldUpto, youngFrom: between[more] ?? youngest });
        const stay = keep === 0 ? [] : numbersBetween(active, 0, oldUpto + 1).slice(-keep);
        old += numbers.slice(0, count).filter((number) => number < (stay[0] ?? Infinity)).length;
      }
      yield [];
    }
  });
  return { ages, reading };
}

interface Search {
  readonly test: (number: number) => Promise<boolean>;
  /** The result of the test, where it takes no call. */
  readonly known: (number: number) => boolean | undefined;
  readonly outOfTime: () => boolean;
}

/** Counts how many at the start of an ascending list pass a test that fails for all that follow. It asks the first
 *  one first: on most nights it is young, and one call settles the family. */
async function countWhile(numbers: readonly number[], { test, known: without, outOfTime }: Search): Promise<number> {
  const answers = numbers.map(without);
  const young = answers.indexOf(false);
  let unknown = young === -1 ? numbers.length : young;
  let known = unknown === 0 ? 0 : answers.lastIndexOf(true, unknown - 1) + 1;
  for (let probe = known; known < unknown; probe = Math.floor((known + unknown) / 2)) {
    if (outOfTime()) throw new Incomplete('the run ran out of time before it had read the ages');
    const number = numbers[probe];
    if (number === undefined) break;
    if (await test(number)) known = probe + 1;
    else unknown = probe;
  }
  return known;
}

/** The same count where usually all or none are old: it asks the newest first. */
async function countFromNewest(numbers: readonly number[], search: Search): Promise<number> {
  const newest = numbers.at(-1);
  if (newest === undefined) return 0;
  return (await search.test(newest)) ? numbers.length : countWhile(numbers.slice(0, -1), search);
}

/** Between the two, ascending. */
function numbersBetween(active: Ranges, above: number, below: number): number[] {
  const inside = active.map(({ from, upto }) => ({ from: Math.max(from, above + 1), upto: Math.min(upto, below - 1) }));
  return [...numbersIn(inside.filter(({ from, upto }) => from <= upto))];
}
