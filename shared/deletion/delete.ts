// The only place that deletes for good. Takes ten at a time, each past every guard just before, and knows what became of
// each: a call may do for some what it does not for others. Safe to run twice: what is on its way is left alone.
import {
  DeleteTaskDefinitionsCommand,
  type DeleteTaskDefinitionsCommandOutput as Answer,
  DescribeTaskDefinitionCommand,
} from '@aws-sdk/client-ecs';
import { kindOf, describeError } from '../aws/errors.ts';
import { deletionBlocker } from './decide.ts';
import { awsRegistrar, registrarGlob } from '../domain/registrar.ts';
import { arnOf, nameOf, type Revision } from '../domain/revision.ts';
import * as limits from '../apply/deregister.ts';
import { type DeletionResults, noDeletionResults, type Stop } from '../apply/done.ts';
import { describe, isSame, type Seen, statusIn } from '../apply/guards.ts';
import { registrable } from '../apply/registrable.ts';
import { unknownMembers } from '../apply/unknown-members.ts';

export interface InspectContext extends Pick<
  limits.ApplyContext,
  'reader' | 'target' | 'policy' | 'asOf' | 'stopped'
> {
  /** deleteAfterDays. */
  readonly days: number;
  /** Reads its entry of the journal back; `damaged` says why nobody knows what it holds. */
  readonly entryOf: (revision: Revision) => Promise<Entry | { readonly damaged: string } | undefined>;
  /** What AWS has and the entry would not bring back, in words: nothing could tell any more. */
  readonly lostWith: (entry: Seen, now: Seen) => string | undefined;
  /** What the latest evidence has against each, by name, or against going on at all. */
  readonly objections: (
    revisions: readonly Revision[],
  ) => Promise<{ readonly keeps: ReadonlyMap<string, string> } | { readonly stops: Stop }>;
  /** deleteScope. */
  readonly scope: 'own' | 'all';
  /** Journals what others deregistered, before it may be deleted; absent for who only looks. */
  readonly adopt?: (revision: Revision, seen: Seen) => Promise<Stop | undefined>;
  /** Whether this run was about to ask for it: then it is our own doing that it is gone, come late. */
  readonly isAsked: (revision: Revision) => boolean;
}

export interface DeleteContext
  extends InspectContext, Pick<limits.ApplyContext, 'writer' | 'turn' | 'pause' | 'alone' | 'isFresh'> {
  /** Writes down what is about to be asked for. Nothing is without. */
  readonly intend: (revisions: readonly Revision[]) => Promise<Stop | undefined>;
}

/** What the journal has of a revision, and since when, in milliseconds since the epoch. */
type Entry = Seen & { readonly at: number };

/** What became of some revisions, and which may be asked for, or have to be asked for again. */
type Part = DeletionResults & { readonly still: readonly Revision[] };

const nothing: Part = { ...noDeletionResults, still: [] };

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeleteTaskDefinitions.html */
const MOST_A_CALL = 10;

/** @param candidates what runs deregistered long ago, as their ledgers say
 *  @param most counts whatever AWS is asked for, also where it fails */
export async function deleteOld(
  candidates: readonly Revision[],
  most: number,
  hands: DeleteContext,
): Promise<DeletionResults> {
  return inTens(candidates, most, hands.stopped, (ten) => takeTen(ten, hands));
}

/** What would be deleted. */
export async function rehearseDeletions(
  candidates: readonly Revision[],
  most: number,
  eyes: InspectContext,
): Promise<DeletionResults> {
  return inTens(candidates, most, eyes.stopped, async (ten) => {
    const part = await lookAt(ten, eyes);
    return { ...part, deleted: part.stop === undefined ? part.still : [] };
  });
}

async function inTens(
  candidates: readonly Revision[],
  most: number,
  stopped: () => Stop | undefined,
  take: (ten: readonly Revision[]) => Promise<Part>,
): Promise<DeletionResults> {
  let so = nothing;
  for (let at = 0; at < candidates.length && so.stop === undefined;) {
    const room = Math.min(MOST_A_CALL, most - so.deleted.length - so.failed.length);
    if (room <= 0) break;
    const stop = stopped();
    const ten = candidates.slice(at, at + room);
    so = joined(so, stop === undefined ? await take(ten) : { ...nothing, stop });
    at += room;
  }
  const { still: _, ...deletions } = so;
  return deletions;
}

/** The wait for our turn first, so that everything after it is fresh. */
async function takeTen(ten: readonly Revision[], hands: DeleteContext): Promise<Part> {
  let [throttled, unanswered, stale] = [0, 0, 0];
  let so: Part = { ...nothing, still: ten };
  for (;;) {
    await hands.turn();
    so = joined({ ...so, still: [] }, await lookAt(so.still, hands));
    if (so.stop !== undefined || so.still.length === 0) return so;
    const stop = (await hands.intend(so.still)) ?? (await hands.alone());
    if (stop !== undefined) return { ...so, stop };
    if (!hands.isFresh()) {
      if (++stale < limits.FRESH_TRIES) continue;
      return { ...so, stop: limits.evidenceExpired };
    }
    const answer = await ask(so.still, hands);
    if (answer === 'throttled') {
      if (++throttled >= limits.THROTTLED_TRIES) return { ...so, stop: limits.throttledOut };
      await hands.pause(limits.THROTTLED_PAUSE_MS * 2 ** (throttled - 1));
      so = { ...so, stop: hands.stopped() };
      if (so.stop !== undefined) return so;
      continue;
    }
    so = joined({ ...so, still: [] }, answer);
    if (so.stop !== undefined || so.still.length === 0) return so;
    if (++unanswered < limits.UNANSWERED_TRIES) continue;
    return { ...so, stop: brake(so.still, 'no answer came, twice, and it still reads INACTIVE') };
  }
}

/** Each as AWS has it now, beside its entry in the journal. */
async function lookAt(revisions: readonly Revision[], eyes: InspectContext): Promise<Part> {
  const objections = await eyes.objections(revisions);
  if ('stops' in objections) return { ...nothing, still: revisions, stop: objections.stops };
  const looks = revisions.map(async (revision): Promise<Part> => {
    const reason = objections.keeps.get(nameOf(revision));
    return reason === undefined ? lookAtOne(revision, eyes) : { ...nothing, kept: [{ revision, reason }] };
  });
  return (await Promise.all(looks)).reduce(joined);
}

/** A look that fails lets nothing go. */
async function lookAtOne(revision: Revision, eyes: InspectContext): Promise<Part> {
  const kept = (reason: string): Part => ({ ...nothing, kept: [{ revision, reason }] });
  const gone = { ...nothing, [eyes.isAsked(revision) ? 'deleted' : 'alreadyGone']: [revision] };
  const { reader, target, policy, asOf, days, scope } = eyes;
  let entry = await eyes.entryOf(revision);
  if (entry !== undefined && 'damaged' in entry) return kept(entry.damaged);
  let seen: Awaited<ReturnType<typeof describe>>;
  try {
    seen = await describe(reader, nameOf(revision));
  } catch (error) {
    // ECS has no error of its own for what does not exist any more.
    if (kindOf(error) === 'refused') return gone;
    const remedy = 'Allow ecs:DescribeTaskDefinition, or run again.';
    const reason = `looking at ${nameOf(revision)} again: ${describeError(error)}`;
    return { ...nothing, stop: { by: 'hold', reason, remedy } };
  }
  const { taskDefinition: now, tags: found = [] } = seen.output;
  if (now === undefined || !isSame(now.taskDefinitionArn, revision, target))
    return kept(`the answer describes ${now?.taskDefinitionArn ?? 'nothing'}`);
  const status: string = now.status ?? 'missing';
  if (status === 'DELETE_IN_PROGRESS') return gone;
  const tags = found.map(({ key = '', value = '' }) => ({ key, value }));
  const remains = {
    status,
    deregisteredAt: now.deregisteredAt?.getTime() ?? NaN,
    tags,
    journaledAt: entry?.at,
    by: scope === 'own' ? ('run' as const) : ('anybody' as const),
    lost: entry === undefined ? undefined : eyes.lostWith(entry, { definition: seen.raw ?? {}, tags }),
  };
  const reason = deletionBlocker(remains, { asOf, days, protectTags: policy.protectTags });
  if (reason !== undefined) return kept(reason);
  const glob = registrarGlob(now.registeredBy, policy.protectRegisteredBy);
  if (glob !== undefined) return kept(`registered by ${glob}`);
  if (entry !== undefined) return { ...nothing, still: [revision] };
  // No run has checked a revision that others deregistered, so the checks before a deregistration come first.
  const raw = seen.raw;
  const registrar = awsRegistrar(now.registeredBy);
  const unfit = registrar === undefined ? unfitness(raw, found) : `registered by ${registrar}`;
  if (raw === undefined || unfit !== undefined) return kept(unfit ?? 'nothing is known of it');
  if (eyes.adopt === undefined) return { ...nothing, still: [revision] };
  const stop = await eyes.adopt(revision, { definition: raw, tags });
  if (stop !== undefined) return { ...nothing, stop };
  // Read back: what is deleted must be in the journal as AWS has it.
  entry = await eyes.entryOf(revision);
  if (entry === undefined) return kept('the journal has no entry of it');
  if ('damaged' in entry) return kept(entry.damaged);
  const lost = eyes.lostWith(entry, { definition: raw, tags });
  return lost === undefined ? { ...nothing, still: [revision] } : kept(lost);
}

/** Why it could not be registered again as it is. */
function unfitness(raw: Seen['definition'] | undefined, tags: unknown): string | undefined {
  if (raw === undefined) return 'what it holds could not be read as AWS sent it';
  const [unknown] = unknownMembers(raw);
  if (unknown !== undefined) return `its ${unknown} is nothing that this version knows`;
  const made = registrable(raw, tags);
  return 'leftover' in made ? `its ${made.leftover} could not be registered again` : undefined;
}

/** What the answer does not say for certain of each is read, never guessed, and never from a failure's words. */
async function ask(revisions: readonly Revision[], hands: DeleteContext): Promise<Part | 'throttled'> {
  const taskDefinitions = revisions.map(nameOf);
  let answer: Pick<Answer, 'taskDefinitions' | 'failures'> = {};
  let trouble: { readonly kind: 'refused' | 'unanswered'; readonly answer: string } | undefined;
  try {
    answer = await hands.writer.send(new DeleteTaskDefinitionsCommand({ taskDefinitions }));
  } catch (error) {
    const [kind, answer] = [kindOf(error), describeError(error)];
    if (kind === 'throttled') return 'throttled';
    const allow = 'Allow ecs:DeleteTaskDefinitions in the role or user that runs this.';
    if (kind !== 'refused' && kind !== 'unanswered')
      return { ...nothing, stop: brake(revisions, answer, kind === 'denied' ? allow : undefined) };
    trouble = { kind, answer };
  }
  const { taskDefinitions: described = [], failures = [] } = answer;
  const results = revisions.map(async (revision): Promise<Part> => {
    const arn = arnOf(revision, hands.target);
    const failure = failures.find((one) => one.arn === arn || one.arn === nameOf(revision));
    if (failure !== undefined) return settle(revision, hands, codeOf(failure));
    const isAccepted = ({ taskDefinitionArn, status }: (typeof described)[number]) =>
      taskDefinitionArn === arn && status === 'DELETE_IN_PROGRESS';
    if (described.some(isAccepted)) return { ...nothing, deleted: [revision] };
    return settle(revision, hands, trouble?.kind === 'refused' ? trouble.answer : undefined);
  });
  const so = (await Promise.all(results)).reduce(joined);
  const told = described.length + failures.length;
  if (trouble !== undefined || told === revisions.length || so.stop !== undefined) return so;
  return {
    ...so,
    stop: brake(revisions, `the answer tells of ${told} where ${revisions.length} were asked for`),
  };
}

/** The reason where it is a code: its detail, and any other text, may quote the definition. */
function codeOf({ reason = '' }: NonNullable<Answer['failures']>[number]): string {
  return /^[A-Z][A-Z_ ]{0,60}$/.test(reason)
    ? reason
    : "AWS's text is left out, as it may quote what it is about";
}

/** @param refusal AWS's words, where it said no to this one; nothing where it said nothing */
async function settle(
  revision: Revision,
  { reader, target }: DeleteContext,
  refusal?: string,
): Promise<Part> {
  const isGone = { ...nothing, [refusal === undefined ? 'deleted' : 'alreadyGone']: [revision] };
  let status: string;
  try {
    const command = new DescribeTaskDefinitionCommand({ taskDefinition: nameOf(revision) });
    status = statusIn((await reader.send(command)).taskDefinition, revision, target);
  } catch (error) {
    if (kindOf(error) === 'refused') return isGone;
    status = `nothing, as that could not be read (${describeError(error)})`;
  }
  if (status === 'DELETE_IN_PROGRESS') return isGone;
  if (status === 'INACTIVE' && refusal === undefined) return { ...nothing, still: [revision] };
  const reason = status === 'INACTIVE' ? 'AWS did not delete it' : `it reads ${status} now`;
  const stop = status === 'INACTIVE' ? undefined : brake([revision], reason);
  return { ...nothing, failed: [{ revision, reason, answer: refusal ?? '' }], stop };
}

function joined(one: Part, other: Part): Part {
  return {
    deleted: [...one.deleted, ...other.deleted],
    alreadyDeleted: [...one.alreadyDeleted, ...other.alreadyDeleted],
    kept: [...one.kept, ...other.kept],
    failed: [...one.failed, ...other.failed],
    still: [...one.still, ...other.still],
    stop: one.stop ?? other.stop,
  };
}

function brake(
  [first, ...more]: readonly Revision[],
  answer: string,
  remedy = 'Find out why before the next run; nothing more was deleted.',
): Stop {
  const others = more.length > 0 ? ` and ${more.length} more` : '';
  return {
    by: 'abort',
    reason: `deleting ${first === undefined ? '' : nameOf(first)}${others}: ${answer}`,
    remedy,
  };
}
