// Shows what the hub of a fleet knows: all targets, one of them, or what they ask for. Reads the bucket of the hub and nothing else.
import manifest from '../../package.json' with { type: 'json' };
import { Aws } from '../../shared/aws/connect.ts';
import { Pacer } from '../../shared/aws/pacer.ts';
import { readFleet, readTarget } from '../../shared/fleet/read-fleet.ts';
import { toFleetActionsDocument, toFleetDocument, toFleetTargetDocument } from '../../shared/report/fleet/json.ts';
import type { Fleet, TargetDetails } from '../../shared/report/fleet/model.ts';
import { printFleetTarget } from '../../shared/report/fleet/target-text.ts';
import { printFleetActions, printFleetStatus } from '../../shared/report/fleet/text.ts';
import type { Screen } from '../../shared/report/text/screen.ts';
import { defaults } from '../../shared/settings/parse.ts';
import { makeReadOnly, openStore } from '../../shared/state/open-store.ts';
import type { StateStore } from '../../shared/state/store.ts';
import type { FleetOptions, View } from '../commands/fleet.ts';
import type { ProcessContext } from '../context.ts';
import { type ExitCode, exitCodes, Refusal } from '../exit.ts';
import { requireProfile, toRefusal } from '../failure.ts';
import { writePage } from '../page-file.ts';
import { createScreen, printAnswer, requireRegion } from '../session.ts';

interface Asked {
  readonly view: View;
  readonly target: string | undefined;
}

interface Answer {
  readonly document: () => object;
  readonly text: () => string;
}

const { version } = manifest;

export async function showFleet(
  { view, target, html, ...options }: FleetOptions & Asked,
  context: ProcessContext,
): Promise<ExitCode> {
  return withHub(options, context, async (store) => {
    const fleet = await readFleet(store, context.clock.now());
    const { targets, notes, ignored, problems } = fleet;
    if (targets.length + notes.length + ignored.length + problems.length === 0) throw refuseEmptyHub(store);
    const screen = createScreen(options, context);
    const { document, text } =
      target === undefined ? answer(view, fleet, screen) : await show(target, store, fleet, screen);
    printAnswer(options.json, context, document, text);
    if (html !== undefined) {
      const { printFleetPage } = await import('../../shared/report/fleet/page.ts');
      writePage(html, printFleetPage(fleet), context);
    }
    return fleet.problems.length > 0 ? exitCodes.held : exitCodes.done;
  });
}

function answer(view: View, fleet: Fleet, screen: Screen): Answer {
  if (view === 'actions')
    return { document: () => toFleetActionsDocument(fleet, version), text: () => printFleetActions(fleet, screen) };
  return { document: () => toFleetDocument(fleet, version), text: () => printFleetStatus(fleet, screen) };
}

async function show(name: string, store: StateStore, fleet: Fleet, screen: Screen): Promise<Answer> {
  const target = fleet.targets.find(({ account, region }) => `${account}/${region}` === name);
  if (target === undefined)
    throw new Refusal(`fleet show: the hub has no target ${name}`, {
      remedy: `fleet status lists the ${fleet.targets.length} that it has.`,
    });
  const end = (await readTarget(store, name))?.end;
  const details: TargetDetails = { target, attention: end?.attention ?? [], moreAttention: end?.moreAttention ?? 0 };
  return {
    document: () => toFleetTargetDocument(details, fleet.at, version),
    text: () => printFleetTarget(details, screen),
  };
}

/** @throws Refusal for an error of AWS or the hub's bucket */
async function withHub(
  { hub = '', region, profile }: Pick<FleetOptions, 'hub' | 'region' | 'profile'>,
  context: ProcessContext,
  work: (store: StateStore) => Promise<ExitCode>,
): Promise<ExitCode> {
  const { clock, env, backoff } = context;
  await requireProfile({ profile }, context);
  const { share, quotas, writeShare } = defaults;
  const endpoint = env['AWS_ENDPOINT_URL_S3'] ?? env['AWS_ENDPOINT_URL'];
  const aws = new Aws({
    region,
    profile,
    endpoint,
    clock,
    backoff,
    pacer: new Pacer(clock, share, quotas, writeShare),
  });
  const used = await requireRegion(aws);
  try {
    return await work(makeReadOnly(await openStore(hub, aws)));
  } catch (error) {
    throw toRefusal(error, { profile, region: used });
  } finally {
    aws.close();
  }
}

function refuseEmptyHub({ where }: StateStore): Refusal {
  return new Refusal(`fleet: no target has reported to ${where} yet`, {
    remedy: "Check --hub, and that the stacks of the members have the hub's bus as their parameter FleetBusArn.",
  });
}
