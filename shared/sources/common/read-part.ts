// Reads one part of the account to its end, or until an error. An error becomes a problem, never an absence, and all
// findings before it still count.
import { Tally } from '../../aws/tally.ts';
import { momentOf, msSince } from '../../domain/clock.ts';
import type { Finding, Reading } from '../../domain/evidence.ts';
import { mentionFinder } from '../../domain/mentions.ts';
import type { ReadProblem } from '../../domain/problem.ts';
import { readProblem } from './read-problem.ts';
import type { ReadContext } from './reader.ts';
import { unparsedReferencesOf } from './unparsed-references.ts';

interface PartOptions {
  readonly part: string;
  /** The settings line that leaves it out, if the settings can. */
  readonly without?: string | undefined;
  /** Whether each revision that the raw answers mention counts as referenced, in known fields or not. */
  readonly isSearched: boolean;
}

export async function readPart(
  context: ReadContext,
  { part, without, isSearched }: PartOptions,
  read: (tally: Tally) => AsyncIterable<readonly Finding[]>,
): Promise<Reading> {
  const { target, memory, leftOut, answered, onCall, clock } = context;
  const find = isSearched ? mentionFinder(target, memory.inventory ?? new Map()) : undefined;
  const tally = new Tally({
    isSearched,
    find,
    leftOut,
    answered,
    onCall: onCall && ((progress) => onCall({ part, ...progress })),
  });
  const began = momentOf(clock);
  const findings: Finding[] = [];
  const problems: ReadProblem[] = [];
  let items = 0;
  try {
    for await (const found of read(tally)) {
      items++;
      findings.push(...found);
    }
  } catch (error) {
    problems.push(readProblem(error, part, tally, without));
  }
  if (isSearched) findings.push(...unparsedReferencesOf(part, tally, findings));
  const { calls, throttled } = tally;
  return { part, began, tookMs: msSince(began, clock), calls, throttled, items, findings, problems };
}
