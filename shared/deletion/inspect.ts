// Inspects revisions before they are deleted for good: each as AWS has it now, beside its journal entry. Changes nothing but
// the journal, which receives the revisions that someone else deregistered (deleteScope: all).
import type { ApplyContext } from '../apply/deregister.ts';
import { describe, isArnOf, type RawDefinition } from '../aws/describe.ts';
import type { Seen } from '../apply/final-check.ts';
import { registrable } from '../aws/registrable.ts';
import type { Stop } from '../domain/apply-results.ts';
import { unknownMembers } from '../aws/unknown-members.ts';
import { kindOf, describeError } from '../aws/errors.ts';
import { awsRegistrar, registrarGlob } from '../domain/registrar.ts';
import { nameOf, type Revision } from '../domain/revision.ts';
import { deletionBlocker } from './decide.ts';
import { type DeletionResults, noDeletionResults } from '../domain/deletion-results.ts';

export interface InspectContext extends Pick<ApplyContext, 'reader' | 'target' | 'policy' | 'asOf' | 'stopRequested'> {
  /** deleteAfterDays. */
  readonly days: number;
  /** deleteScope. */
  readonly scope: 'own' | 'all';
  /** Reads the journal entry back; `damaged` says why its content is not known. */
  readonly entryOf: (revision: Revision) => Promise<Entry | { readonly damaged: string } | undefined>;
  /** What AWS has and the entry would not restore. After the deletion nothing could tell any more. */
  readonly lossWith: (entry: Seen, now: Seen) => string | undefined;
  /** The reasons in the latest evidence to keep each revision, by name, or to stop the whole run. */
  readonly objectionsTo: (
    revisions: readonly Revision[],
  ) => Promise<{ readonly keep: ReadonlyMap<string, string> } | { readonly stop: Stop }>;
  /** Journals a revision that someone else deregistered. Absent in a dry run. */
  readonly adopt?: (revision: Revision, seen: Seen) => Promise<Stop | undefined>;
  /** Whether this run may have asked AWS to delete it, so that its absence is the effect of that call. */
  readonly wasRequested: (revision: Revision) => boolean;
}

/** A journal entry, and when it was written in milliseconds since the epoch. */
type Entry = Seen & { readonly at: number };

/** The results for some revisions, and those that may be deleted, or must be asked for again. */
export type PartialResults = DeletionResults & { readonly remaining: readonly Revision[] };

export const noPartialResults: PartialResults = { ...noDeletionResults, remaining: [] };

export async function inspectAll(revisions: readonly Revision[], context: InspectContext): Promise<PartialResults> {
  const objections = await context.objectionsTo(revisions);
  if ('stop' in objections) return { ...noPartialResults, remaining: revisions, stop: objections.stop };
  const inspected = revisions.map(async (revision) => {
    const reason = objections.keep.get(nameOf(revision));
    return reason === undefined ? inspect(revision, context) : kept(revision, reason);
  });
  return (await Promise.all(inspected)).reduce(mergePartial);
}

async function inspect(revision: Revision, context: InspectContext): Promise<PartialResults> {
  const { reader, target, policy, asOf, days, scope } = context;
  const deletedBefore: PartialResults = {
    ...noPartialResults,
    [context.wasRequested(revision) ? 'deleted' : 'alreadyDeleted']: [revision],
  };
  const entry = await context.entryOf(revision);
  if (entry !== undefined && 'damaged' in entry) return kept(revision, entry.damaged);
  let seen: Awaited<ReturnType<typeof describe>>;
  try {
    seen = await describe(reader, nameOf(revision));
  } catch (error) {
    // ECS has no error of its own for a revision that does not exist.
    if (kindOf(error) === 'refused') return deletedBefore;
    const reason = `checking ${nameOf(revision)} once more: ${describeError(error)}`;
    const remedy = 'Allow ecs:DescribeTaskDefinition, or run again.';
    return { ...noPartialResults, stop: { by: 'hold', reason, remedy } };
  }
  const { taskDefinition: now, tags: found = [] } = seen.output;
  if (now === undefined || !isArnOf(now.taskDefinitionArn, revision, target))
    return kept(revision, `the answer describes ${now?.taskDefinitionArn ?? 'nothing'}`);
  const status: string = now.status ?? 'missing';
  if (status === 'DELETE_IN_PROGRESS') return deletedBefore;
  const tags = found.map(({ key = '', value = '' }) => ({ key, value }));
  const state = {
    status,
    deregisteredAt: now.deregisteredAt?.getTime() ?? NaN,
    tags,
    journaledAt: entry?.at,
    by: scope === 'own' ? ('run' as const) : ('anyone' as const),
    loss: entry === undefined ? undefined : context.lossWith(entry, { definition: seen.raw ?? {}, tags }),
  };
  const reason = deletionBlocker(state, { asOf, days, protectTags: policy.protectTags });
  if (reason !== undefined) return kept(revision, reason);
  const registrar = registrarGlob(now.registeredBy, policy.protectRegisteredBy);
  if (registrar !== undefined) return kept(revision, `registered by ${registrar}`);
  if (entry !== undefined) return { ...noPartialResults, remaining: [revision] };
  // No run has checked a revision that someone else deregistered, so the checks before a deregistration come first.
  const service = awsRegistrar(now.registeredBy);
  if (service !== undefined) return kept(revision, `registered by ${service}`);
  return adopt(revision, seen.raw, tags, context);
}

/** Journals a revision, and reads the entry back: AWS must have the same. */
async function adopt(
  revision: Revision,
  raw: RawDefinition | undefined,
  tags: Seen['tags'],
  context: InspectContext,
): Promise<PartialResults> {
  if (raw === undefined) return kept(revision, 'its definition could not be read as AWS sent it');
  const [unknown] = unknownMembers(raw);
  if (unknown !== undefined) return kept(revision, `this version does not know its member ${unknown}`);
  const made = registrable(raw, tags);
  if ('leftover' in made) return kept(revision, `its ${made.leftover} could not be registered again`);
  if (context.adopt === undefined) return { ...noPartialResults, remaining: [revision] };
  const stop = await context.adopt(revision, { definition: raw, tags });
  if (stop !== undefined) return { ...noPartialResults, stop };
  const entry = await context.entryOf(revision);
  if (entry === undefined) return kept(revision, 'the journal has no entry for it');
  if ('damaged' in entry) return kept(revision, entry.damaged);
  const loss = context.lossWith(entry, { definition: raw, tags });
  return loss === undefined ? { ...noPartialResults, remaining: [revision] } : kept(revision, loss);
}

function kept(revision: Revision, reason: string): PartialResults {
  return { ...noPartialResults, kept: [{ revision, reason }] };
}

export function mergePartial(one: PartialResults, other: PartialResults): PartialResults {
  return {
    deleted: [...one.deleted, ...other.deleted],
    alreadyDeleted: [...one.alreadyDeleted, ...other.alreadyDeleted],
    kept: [...one.kept, ...other.kept],
    failed: [...one.failed, ...other.failed],
    remaining: [...one.remaining, ...other.remaining],
    stop: one.stop ?? other.stop,
  };
}
