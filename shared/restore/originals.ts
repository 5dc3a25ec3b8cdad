// What a revision was: from the journal, which holds what AWS answered just before it went; or from AWS, while it still
// shows it, of one that this tool never took. https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeregisterTaskDefinition.html
import { type ECSClient, paginateListTaskDefinitions } from '@aws-sdk/client-ecs';
import { describe } from '../aws/describe.ts';
import { kindOf } from '../aws/errors.ts';
import { nameOf, parseReferenceTarget, type Revision, type Target } from '../domain/revision.ts';
import type { Journal } from '../state/journal.ts';
import { digestOf } from '../state/codec.ts';
import { type Definition, type Difference, differences } from './compare.ts';

export interface Original extends Definition {
  readonly revision: Revision;
  readonly from: 'journal' | 'AWS';
  /** The run that took it, where the journal knows. */
  readonly run?: string;
}

/** The same only for the same definition and tags. */
export function digestOfOriginal({ definition, tags }: Definition): string {
  return digestOf(JSON.stringify([definition, tags]));
}

/** Where the journal says other than AWS, while AWS still shows the revision: then one of them was changed. */
export function contradictions(original: Original, shown: Shown | undefined): Difference[] {
  return original.from === 'AWS' || shown === undefined ? [] : differences(original, shown);
}

/** A revision as AWS shows it now. */
export interface Shown extends Definition {
  readonly revision: Revision;
  readonly status: string;
}

/** Nothing where neither has it. @throws StateError; what the SDK throws */
export async function originalOf(
  revision: Revision,
  { journal, reader, target }: { journal: Journal; reader: ECSClient; target: Target },
): Promise<{ readonly original: Original | undefined; readonly shown: Shown | undefined }> {
  const [entry, shown] = await Promise.all([
    journal.read(revision),
    shownBy(reader, nameOf(revision), target),
  ]);
  if (entry !== undefined) {
    const { definition, tags, run, others } = entry;
    // Of what others deregistered the journal names the run that was to delete it.
    const by = others === true ? {} : { run };
    return { original: { revision, definition, tags, ...by, from: 'journal' }, shown };
  }
  if (shown === undefined) return { original: undefined, shown };
  const { definition, tags } = shown;
  return { original: { revision, definition, tags, from: 'AWS' }, shown };
}

/** Nothing when AWS refuses to describe it: ECS has no error of its own for what does not exist.
 *  @param name `web:41`, or a family, of which AWS shows the newest ACTIVE revision
 *  @throws what the SDK throws, and on an answer about something else */
export async function shownBy(reader: ECSClient, name: string, target: Target): Promise<Shown | undefined> {
  let answer: Awaited<ReturnType<typeof describe>>;
  try {
    answer = await describe(reader, name);
  } catch (error) {
    if (kindOf(error) === 'refused') return undefined;
    throw error;
  }
  const { raw, output } = answer;
  const naming = parseReferenceTarget(output.taskDefinition?.taskDefinitionArn ?? '', target);
  const [family, number] = name.split(':');
  const isSame =
    naming.kind === 'revision' &&
    naming.family === family &&
    (number === undefined || naming.number === Number(number));
  if (raw === undefined || !isSame) throw new Error(`the answer does not describe ${name}`);
  const tags = (output.tags ?? []).map(({ key = '', value = '' }) => ({ key, value }));
  const revision = { family: naming.family, number: naming.number };
  return { revision, definition: raw, tags, status: output.taskDefinition?.status ?? 'missing' };
}

/** Nobody registers more often than that while a restore is under way; an order of AWS's own may need more. */
const MOST_PAGES = 1_000;
const MOST_COPIES = 50;

/** The number of a revision that was registered above this one and is the same; the oldest of several. */
export async function copyAbove(
  above: number,
  original: Original,
  isCopy: (one: Shown) => boolean,
  { reader, target }: { reader: ECSClient; target: Target },
): Promise<number | undefined> {
  const { family } = original.revision;
  const newer: number[] = [];
  let pages = 0;
  const input = { familyPrefix: family, status: 'ACTIVE', sort: 'DESC', maxResults: 100 } as const;
  listing: for await (const { taskDefinitionArns = [] } of paginateListTaskDefinitions(
    { client: reader },
    input,
  )) {
    if (++pages > MOST_PAGES) throw new Error(`the list of ${family} does not end`);
    for (const arn of taskDefinitionArns) {
      const naming = parseReferenceTarget(arn, target);
      if (naming.kind !== 'revision' || naming.family !== family) continue;
      if (naming.number <= above) break listing;
      newer.push(naming.number);
    }
  }
  for (const number of newer.sort((a, b) => a - b).slice(0, MOST_COPIES)) {
    const shown = await shownBy(reader, `${family}:${number}`, target);
    if (shown !== undefined && isCopy(shown)) return number;
  }
  return undefined;
}
