// What every command begins with: the settings of this run, the way to AWS, its state, and the progress line.
import { fileURLToPath } from 'node:url';
import manifest from '../package.json' with { type: 'json' };
import { Aws } from '../shared/aws/connect.ts';
import { Pacer } from '../shared/aws/pacer.ts';
import { strayEndpoints } from '../shared/aws/realm.ts';
import { Tally } from '../shared/aws/tally.ts';
import type { ObserveContext } from '../shared/observe/context.ts';
import { json } from '../shared/report/json.ts';
import type { Report } from '../shared/report/model.ts';
import { terminal } from '../shared/report/terminal.ts';
import type { Target } from '../shared/domain/revision.ts';
import { run, type RunOptions } from '../shared/run/run.ts';
import { loadSettings } from '../shared/settings/load.ts';
import { narrow } from '../shared/settings/narrow.ts';
import type { Settings } from '../shared/settings/schema.ts';
import { openStateAccess } from '../shared/state/open-store.ts';
import { inProcess } from '../shared/run/steps.ts';
import { Refusal } from './exit.ts';
import { demandProfile, refusalBy } from './failure.ts';
import type { Options } from './options.ts';
import { type Progress, progressOn } from './progress.ts';
import type { World } from './world.ts';

export interface Session {
  readonly surroundings: ObserveContext;
  readonly pacer: Pacer;
  readonly progress: Progress;
  readonly style: Parameters<typeof terminal>[1];
}

/** The settings that these options ask for.
 *  @throws SettingsError */
export function settingsOf(options: Options): Settings {
  const file = options.settings ?? fileURLToPath(new URL('../pruner.yml', import.meta.url));
  return narrow(loadSettings(file), options);
}

/** @param writes whether the command may leave anything in the state
 *  @throws Refusal without a Region; SettingsError */
export async function openSession(
  options: Options,
  world: World,
  { writes, opensState = true }: { readonly writes: boolean; readonly opensState?: boolean },
): Promise<Session> {
  const { clock } = world;
  const settings = settingsOf(options);
  await demandProfile(options, world);
  const stray = strayEndpoints(world.env);
  if (writes && stray.length > 0)
    throw new Refusal(`${stray.join(' and ')} would send some calls to another machine than the others`, {
      remedy: 'Remove it, or set AWS_ENDPOINT_URL alone: what only one of two machines knows looks unused.',
    });
  if (settings.minAgeDays === 0)
    world.err('Warning: minAgeDays is 0: young revisions are not protected by their age.\n');
  const pacer = new Pacer(clock, settings.share, settings.quotas, settings.writeShare);
  const aws = new Aws({
    region: options.region,
    profile: options.profile,
    endpoint: world.env['AWS_ENDPOINT_URL_S3'] ?? world.env['AWS_ENDPOINT_URL'],
    clock,
    pacer,
    backoff: world.backoff,
  });
  await aws.region().catch((error: unknown) => {
    throw new Refusal('no Region is set', {
      remedy: 'Give --region, or set AWS_REGION or a region in your AWS configuration.',
      cause: error,
    });
  });
  const progress = progressOn(world);
  const place = opensState ? settings.state : '';
  const stateAccess = await openStateAccess(place, aws, { writes, version: manifest.version });
  const surroundings = {
    aws,
    clock,
    settings,
    stateAccess,
    outOfTime: () => false,
    onReading: progress.read,
  };
  const color = options.color && world.isTerminal && (world.env['NO_COLOR'] ?? '') === '';
  return { surroundings, pacer, progress, style: { width: world.width, color } };
}

/** A run in this process. A person waits for it, so it takes the time that it needs. */
export async function runHere(
  { surroundings, pacer, progress }: Session,
  options: Options,
  more: Pick<RunOptions, 'dryRun' | 'keepsRecords'> & Partial<RunOptions>,
): Promise<Report> {
  let report: Report | undefined;
  const { clock, aws } = surroundings;
  const asked = { profile: options.profile, region: await aws.region() };
  const interrupted = () => more.stopRequested?.()?.by === 'interrupted';
  const steps = inProcess({ clock, progress: progress.waiting, impatient: interrupted });
  const why = () => (options.wait ? (interrupted() ? 'interrupted' : undefined) : 'no-wait');
  const given: RunOptions = {
    ...surroundings,
    id: crypto.randomUUID(),
    by: 'command line',
    version: manifest.version,
    pacer,
    allowsMorePasses: true,
    skipWindowReason: why,
    topicArn: options.topic,
    stopRequested: () => undefined,
    onOpenFailure: (error) => {
      throw refusalBy(error, asked);
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

/** Who calls, for a command that is no run. @throws Refusal where AWS does not say */
export async function targetOf({ surroundings: { aws } }: Session, options: Options): Promise<Target> {
  try {
    return await aws.target(new Tally());
  } catch (error) {
    throw refusalBy(error, { profile: options.profile, region: await aws.region() });
  }
}

/** The report on standard output, for a person or for a machine, and for neither anything else. */
export function print(
  report: Report,
  { style, progress }: Session,
  { json: asJson }: Options,
  world: World,
): void {
  progress.clear();
  world.out(asJson ? `${JSON.stringify(json(report))}\n` : `${terminal(report, style).trimEnd()}\n`);
}
