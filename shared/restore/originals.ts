// Reads the original of a revision: from its journal entry, or from AWS, which shows a deregistered revision for some time.
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeregisterTaskDefinition.html
import { type ECSClient, paginateListTaskDefinitions } from '@aws-sdk/client-ecs';
import { describe } from '../aws/describe.ts';
import { kindOf } from '../aws/errors.ts';
import { nameOf, parseReferenceTarget, type Revision, type Target } from '../domain/revision.ts';
import type { Journal } from '../state/journal.ts';
import { sha256 } from '../state/codec.ts';
import { type Definition, type Difference, compareDefinitions } from './compare.ts';

export interface Original extends Definition {
  readonly revision: Revision;
  readonly from: 'journal' | 'AWS';
  /** The run that deregistered it, where the journal says so. */
  readonly run?: string;
}

export function digestOriginal({ definition, tags }: Definition): string {
  return sha256(JSON.stringify([definition, tags]));
}

/** Differences between the journal entry and AWS, while AWS still shows the revision: one of them was changed. */
export function findContradictions(original: Original, shown: DescribedRevision | undefined): Difference[] {
  return original.from === 'AWS' || shown === undefined ? [] : compareDefinitions(original, shown);
}

export interface DescribedRevision extends Definition {
  readonly revision: Revision;
  readonly status: string;
}

/** `original` is undefined where neither the journal nor AWS has it. @throws StateError; errors of the SDK */
export async function readOriginal(
  revision: Revision,
  { journal, reader, target }: { journal: Journal; reader: ECSClient; target: Target },
): Promise<{ readonly original: Original | undefined; readonly shown: DescribedRevision | undefined }> {
  const [entry, shown] = await Promise.all([
    journal.read(revision),
    describeRevision(reader, nameOf(revision), target),
  ]);
  if (entry !== undefined) {
    const { definition, tags, run, others } = entry;
    // Such an entry states the run that was about to delete the revision.
    const by = others === true ? {} : { run };
    return { original: { revision, definition, tags, ...by, from: 'journal' }, shown };
  }
  if (shown === undefined) return { original: undefined, shown };
  const { definition, tags } = shown;
  return { original: { revision, definition, tags, from: 'AWS' }, shown };
}

/** Undefined when AWS refuses to describe it: ECS has no specific error for a revision that does not exist.
 *  @param name `web:41`, or a family, for its newest ACTIVE revision
 *  @throws errors of the SDK; Error for an answer about another revision */
export async function describeRevision(
  reader: ECSClient,
  name: string,
  target: Target,
): Promise<DescribedRevision | undefined> {
  let answer: Awaited<ReturnType<typeof describe>>;
  try {
    answer = await describe(reader, name);
  } catch (error) {
    if (kindOf(error) === 'refused') return undefined;
    throw error;
  }
  const { raw, output } = answer;
  const described = parseReferenceTarget(output.taskDefinition?.taskDefinitionArn ?? '', target);
  const [family, number] = name.split(':');
  const isSame =
    described.kind === 'revision' &&
    described.family === family &&
    (number === undefined || described.number === Number(number));
  if (raw === undefined || !isSame) throw new Error(`the answer does not describe ${name}`);
  const tags = (output.tags ?? []).map(({ key = '', value = '' }) => ({ key, value }));
  const revision = { family: described.family, number: described.number };
  return { revision, definition: raw, tags, status: output.taskDefinition?.status ?? 'missing' };
}

/** More revisions than anyone registers during a restore. */
const MOST_PAGES = 1_000;
const MOST_COPIES = 50;

/** @returns the number of the oldest revision above this number that is a copy of the original */
export async function findCopyAbove(
  above: number,
  original: Original,
  isCopy: (one: DescribedRevision) => boolean,
  { reader, target }: { reader: ECSClient; target: Target },
): Promise<number | undefined> {
  const { family } = original.revision;
  const newer: number[] = [];
  let pages = 0;
  const input = { familyPrefix: family, status: 'ACTIVE', sort: 'DESC', maxResults: 100 } as const;
  listing: for await (const { taskDefinitionArns = [] } of paginateListTaskDefinitions({ client: reader }, input)) {
    if (++pages > MOST_PAGES) throw new Error(`the list of ${family} does not end`);
    for (const arn of taskDefinitionArns) {
      const listed = parseReferenceTarget(arn, target);
      if (listed.kind !== 'revision' || listed.family !== family) continue;
      if (listed.number <= above) break listing;
      newer.push(listed.number);
    }
  }
  for (const number of newer.sort((a, b) => a - b).slice(0, MOST_COPIES)) {
    const shown = await describeRevision(reader, `${family}:${number}`, target);
    if (shown !== undefined && isCopy(shown)) return number;
  }
  return undefined;
}
