// One run, from the account's identity to the report: the order of things, and nothing else. The function and the command
// line both call this; they differ in how they are called, in how they wait and in who is told.
import { apply } from './apply/deregister.ts';
import { type Done, nothingDone, type Stop } from './apply/done.ts';
import { kindOf, wordsOf } from './aws/errors.ts';
import type { Pacer } from './aws/pacer.ts';
import { Tally } from './aws/tally.ts';
import type { Evidence, Reading } from './evidence.ts';
import { slowParts } from './freshness.ts';
import { publish, worthSending } from './notify/sns.ts';
import { type Observation, observe, policyFrom, type Surroundings } from './observe.ts';
import { Refused } from './read/evidence.ts';
import { notReadYet } from './read/sources/sources.ts';
import { usageSaid } from './report/usage.ts';
import { buildReport, type Pieces, type Report, type RunFacts, undelivered } from './report/model.ts';
import type { Revision, Target } from './revision.ts';
import { digest } from './settings/narrow.ts';
import { globsWithoutMatch } from './settings/policy.ts';
import type { Settings } from './settings/schema.ts';
import { Watch } from './watch.ts';

export interface RunOptions extends Surroundings {
  readonly id: string;
  readonly version: string;
  readonly pacer: Pacer;
  readonly dryRun: boolean;
  /** Where the report goes as well; without one it is only returned. */
  readonly topicArn?: string | undefined;
  readonly stopped: () => Stop | undefined;
  /** Called once the account is known, before anything is read; throws to refuse it. */
  readonly admit?: (target: Target) => void;
  /** Called with the plan before anything is done; throws to decline. */
  readonly consent?: (report: Report) => Promise<void>;
  readonly acted: (revision: Revision, became: string, of: number) => void;
}

export async function run(options: RunOptions): Promise<Report> {
  const began = { wall: options.clock.now(), monotonic: options.clock.monotonic() };
  const pieces = (found: Partial<Pieces>) => piecesOf(options, began, found);

  let target: Target;
  try {
    target = await options.aws.target(new Tally());
  } catch (error) {
    return deliver(buildReport(pieces({ failure: notReached(error) })), options);
  }
  options.admit?.(target);

  let seen: Observation;
  try {
    seen = await observe(target, options);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return deliver(buildReport(pieces({ target, failure: error.fault })), options);
  }
  await options.consent?.(buildReport(pieces(seenBy(options, target, seen))));

  const act = options.dryRun ? rehearse : prune; // asked once, here
  const done = await act(target, seen, options);

  return deliver(buildReport(pieces({ ...seenBy(options, target, seen), done })), options);
}

async function rehearse(): Promise<Done> {
  return Promise.resolve(nothingDone);
}

async function prune(target: Target, seen: Observation, options: RunOptions): Promise<Done> {
  const { aws, pacer, settings } = options;
  const watch = new Watch(target, options, seen);
  const done = await apply(seen.plan, {
    target,
    policy: policyFrom(settings),
    asOf: seen.plan.asOf,
    reader: aws.ecs(new Tally()),
    writer: aws.ecsWriter(new Tally()),
    turn: () => pacer.ready('task-definition-modify'),
    pause: (ms) => options.clock.sleep(ms),
    objections: (revision, taken) => watch.objections(revision, taken),
    isFresh: () => watch.isFresh(),
    stopped: options.stopped,
    progress: (revision, became) => options.acted(revision, became, seen.plan.going.length),
  });
  // One last look: whoever took up what has gone must be in this report, not in tomorrow's.
  const last = done.deregistered.length === 0 ? undefined : await lastLook(watch, done, options);
  const unverified =
    last?.by === 'time' || (last?.by === 'hold' && done.stop?.by !== 'hold') ? last : undefined;
  return { ...done, stranded: watch.stranded, stop: last?.by === 'brake' ? last : done.stop, unverified };
}

async function lastLook(watch: Watch, { deregistered }: Done, { outOfTime }: RunOptions) {
  return outOfTime() ? noTimeLeft : watch.look(deregistered, 'all');
}

const noTimeLeft: Stop = {
  by: 'time',
  says: 'no time was left for a last look',
  next: 'The next run tells who names what has gone.',
};

/** A report that cannot be sent must not be lost: the run fails, loudly, and hands the report to its caller. */
async function deliver(report: Report, { aws, topicArn, settings }: RunOptions): Promise<Report> {
  if (topicArn === undefined || !worthSending(report, settings.notify)) return report;
  try {
    await publish(aws.sns(new Tally()), topicArn, report);
    return report;
  } catch (error) {
    const next = 'Check that the topic exists in this Region and that sns:Publish (and its key) is allowed.';
    return undelivered(report, { doing: `sending the report to ${topicArn}`, said: wordsOf(error), next });
  }
}

function seenBy(
  { settings, keeping }: RunOptions,
  target: Target,
  { plan, evidence, stranded, agesUnfinished, unsaved }: Observation,
): Partial<Pieces> {
  const { usedWithinDays: days, usageSeconds: seconds } = settings;
  const hasState = keeping !== undefined;
  const { notes, asks } = usageSaid({ usage: evidence.usage, days, seconds, hasState });
  return {
    target,
    plan,
    stranded,
    readings: evidence.readings,
    unmatched: globsWithoutMatch(evidence.inventory.keys(), settings),
    agesUnfinished,
    notes: [...notesOn(settings), ...notes, ...notReadTwice(evidence)],
    asks: [...asks, ...unsaved.map(({ doing, said, next }) => ({ says: `${doing} failed: ${said}`, next }))],
  };
}

function piecesOf(options: RunOptions, began: Reading['began'], found: Partial<Pieces>): Pieces {
  const { settings, id, version, dryRun, clock, aws } = options;
  const tookMs = Math.max(0, clock.monotonic() - began.monotonic);
  const run: RunFacts = {
    id,
    version,
    settingsDigest: digest(settings),
    dryRun,
    beganAt: began.wall,
    tookMs,
  };
  return {
    run,
    target: undefined,
    plan: undefined,
    done: nothingDone,
    stranded: [],
    readings: [],
    unread: unreadBy(settings),
    notes: notesOn(settings),
    failure: undefined,
    unmatched: [],
    clockAheadMs: -aws.skewMs,
    asks: [],
    cap: settings.maxDeregistrations,
    agesUnfinished: false,
    ...found,
  };
}

/** What a run with these settings does not look at; every report says it. */
export function unreadBy({ without, usedWithinDays }: Settings): Report['unread'] {
  const isOff = usedWithinDays === 0 && !without.includes('usage');
  return [
    ...without.map((name) => ({ name, why: 'left out by the settings (without)' })),
    ...(isOff ? [{ name: 'usage', why: 'turned off by the settings (usedWithinDays: 0)' }] : []),
    ...notReadYet.map((name) => ({ name, why: 'not read by this version' })),
  ];
}

/** Who reads the report must know that these were looked at only once. */
function notReadTwice(evidence: Evidence): string[] {
  const slow = slowParts(evidence);
  if (slow.length === 0) return [];
  return [
    `${slow.join(', ')}: read once, and again only when five minutes old, since it takes long; who named a revision there while others went is told by the next run.`,
  ];
}

function notesOn({ minAgeDays }: Settings): string[] {
  return minAgeDays === 0
    ? [
        'minAgeDays is 0: a revision that a deployment registered seconds ago, and will name in a moment, is not protected by its age.',
      ]
    : [];
}

function notReached(error: unknown): NonNullable<Report['failure']> {
  const next =
    kindOf(error) === 'unanswered'
      ? "Check the Region's name, the network path to AWS and AWS_ENDPOINT_URL."
      : 'Check or renew the credentials (aws sts get-caller-identity), and that the Region is enabled for the account.';
  return { doing: 'asking AWS who we are (sts:GetCallerIdentity)', said: wordsOf(error), next };
}
