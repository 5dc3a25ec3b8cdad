// Opens what every command needs: settings, AWS clients, the state store and the progress line.
import util from 'node:util';
import manifest from '../package.json' with { type: 'json' };
import { Aws, type ConnectOptions } from '../shared/aws/connect.ts';
import { Pacer } from '../shared/aws/pacer.ts';
import { strayEndpoints } from '../shared/aws/realm.ts';
import type { ObserveContext } from '../shared/observe/context.ts';
import { toLazyDocument } from '../shared/report/json/report.ts';
import { writeJson } from '../shared/report/json/write-json.ts';
import type { Report } from '../shared/report/model/report.ts';
import { printCaller } from '../shared/report/sections/caller.ts';
import type { Screen } from '../shared/report/text/screen.ts';
import { run, type RunOptions } from '../shared/run/run.ts';
import type { Narrowing } from '../shared/settings/narrow.ts';
import { openStateAccess } from '../shared/state/open-store.ts';
import { inProcess } from '../shared/run/steps.ts';
import { type ExitCode, exitCodes, Refusal } from './exit.ts';
import { requireProfile, toRefusal } from './failure.ts';
import type { CommonOptions } from './options.ts';
import { createProgress, type Progress } from './progress.ts';
import { readSettings } from './settings.ts';
import type { ProcessContext } from './context.ts';

export interface Session {
  readonly observeContext: ObserveContext;
  readonly pacer: Pacer;
  readonly progress: Progress;
  readonly screen: Screen;
}

interface StateUse {
  /** Whether the command may write to the state store. */
  readonly writes: boolean;
  readonly opensState?: boolean;
  /** Instead of those of the profile or the environment. */
  readonly credentials?: ConnectOptions['credentials'];
}

/** @throws Refusal without a Region; SettingsError */
export async function openSession(
  options: CommonOptions & Narrowing,
  context: ProcessContext,
  { writes, opensState = true, credentials }: StateUse,
): Promise<Session> {
  const { clock } = context;
  const settings = await readSettings(options, context);
  await requireProfile(options, context);
  const stray = strayEndpoints(context.env);
  if (writes && stray.length > 0)
    throw new Refusal(`${stray.join(' and ')} would send some calls to another machine than the others`, {
      remedy: 'Remove it, or set AWS_ENDPOINT_URL alone: a reference on only one of two machines is missed.',
    });
  if (settings.minAgeDays === 0)
    context.err('Warning: minAgeDays is 0: young revisions are not protected by their age.\n');
  const pacer = new Pacer(clock, settings.share, settings.quotas, settings.writeShare);
  const aws = new Aws({
    region: options.region,
    profile: options.profile,
    credentials,
    endpoint: context.env['AWS_ENDPOINT_URL_S3'] ?? context.env['AWS_ENDPOINT_URL'],
    clock,
    pacer,
    backoff: context.backoff,
  });
  await requireRegion(aws);
  const progress = createProgress(context);
  const place = opensState ? settings.state : '';
  const stateAccess = await openStateAccess(place, aws, { writes, version: manifest.version });
  const observeContext = {
    aws,
    clock,
    settings,
    stateAccess,
    outOfTime: () => false,
    onReading: progress.read,
    onCall: progress.reading,
  };
  return { observeContext, pacer, progress, screen: createScreen(options, context) };
}

/** @throws Refusal */
export async function requireRegion(aws: Aws): Promise<string> {
  return aws.region().catch((error: unknown) => {
    throw new Refusal('no Region is set', {
      remedy: 'Give --region, or set AWS_REGION or a region in your AWS configuration.',
      cause: error,
    });
  });
}

export function createScreen(
  { color }: Pick<CommonOptions, 'color'>,
  { isTerminal, env, width }: ProcessContext,
): Screen {
  // Node.js before 20.12 has no styleText.
  const canColor = isTerminal && 'styleText' in util;
  return { width, color: color && canColor && (env['NO_COLOR'] ?? '') === '' };
}

interface RunHereOptions extends Pick<CommonOptions, 'profile'> {
  readonly topic: string | undefined;
  /** Whether to wait out the window. Default: true. */
  readonly wait?: boolean;
}

/** Runs in this process, without a time limit. */
export async function runInProcess(
  { observeContext, pacer, progress }: Session,
  { profile, topic, wait = true }: RunHereOptions,
  more: Pick<RunOptions, 'dryRun' | 'keepsRecords'> & Partial<RunOptions>,
): Promise<Report> {
  let report: Report | undefined;
  const { clock, aws } = observeContext;
  const region = await aws.region();
  const isInterrupted = () => more.stopRequested?.()?.by === 'interrupted';
  const steps = inProcess({ clock, progress: progress.waiting, impatient: isInterrupted });
  const given: RunOptions = {
    ...observeContext,
    id: crypto.randomUUID(),
    by: 'command line',
    version: manifest.version,
    pacer,
    allowsMorePasses: true,
    skipWindowReason: () => (wait ? (isInterrupted() ? 'interrupted' : undefined) : 'no-wait'),
    topicArn: topic,
    stopRequested: () => undefined,
    onOpenFailure: (error) => {
      throw toRefusal(error, { profile, region });
    },
    onProgress: progress.acted,
    onReport: (made) => {
      report = made;
    },
    ...more,
  };
  await run(given, steps);
  if (report === undefined) throw new Error('the run has made no report');
  return report;
}

/** Closes the clients at the end. @throws Refusal for an error of AWS or the state store */
export async function withSession(
  options: CommonOptions & Narrowing,
  context: ProcessContext,
  access: StateUse,
  work: (session: Session) => Promise<ExitCode>,
): Promise<ExitCode> {
  const session = await openSession(options, context, access);
  const { aws } = session.observeContext;
  try {
    return await work(session);
  } catch (error) {
    throw toRefusal(error, { profile: options.profile, region: await aws.region() });
  } finally {
    session.progress.clear();
    aws.close();
  }
}

export function printReport(
  report: Report,
  { progress }: Session,
  { json }: Pick<CommonOptions, 'json'>,
  context: ProcessContext,
  print: () => string,
): void {
  progress.clear();
  printAnswer(json, context, () => toLazyDocument(report), print);
}

export function joinWithCaller(text: string, { caller }: Pick<Aws, 'caller'>, { width }: Screen): string {
  return `${text.trimEnd()}\n\n${printCaller(caller, width).join('\n')}`;
}

export function printAnswer(json: boolean, { out }: ProcessContext, document: () => object, text: () => string): void {
  if (json) writeJson(document(), out);
  out(json ? '\n' : `${text().trimEnd()}\n`);
}

/** Ends a command that changes nothing when the operator interrupts it. */
export function exitOnInterrupt(context: ProcessContext, what: string): void {
  context.onInterrupt(() => {
    context.err(`\nInterrupted; ${what} changes nothing.\n`);
    context.exitNow(exitCodes.interrupted);
  });
}
