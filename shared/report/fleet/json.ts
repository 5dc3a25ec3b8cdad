// Prints a fleet as a JSON document. schemas/fleet.schema.json is generated from the schema here.
import * as z from 'zod';
import { safe } from '../../domain/safe-text.ts';
import { count, printProblem, printTime, problem, time } from '../json/parts.ts';
import { summarizeFleet } from './headline.ts';
import {
  countStates,
  type Fleet,
  type FleetItem,
  type FleetTarget,
  isFleetFine,
  sumTargets,
  type TargetDetails,
  targetStates,
} from './model.ts';

const targetName = z.strictObject({ account: z.string(), region: z.string() });

const item = z.strictObject({
  problem: z.string().describe('In the words of the first target.'),
  remedy: z.string(),
  targets: z.array(targetName),
});

const lastRun = z.strictObject({
  id: z.string(),
  began: time,
  received: time.describe('When its event arrived.'),
  dryRun: z.boolean(),
  outcome: z.string().describe('As in a report; a later version may have more.'),
  verdict: z.string(),
  active: count.describe('ACTIVE revisions when the run began.'),
  planned: count,
  deregistered: count,
  backlog: z.strictObject({ revisions: count, nights: count, atLeast: z.boolean() }),
  report: z.string().nullable().describe('Where the whole report is, in the account of the target.'),
  version: z.string().describe('Of the program.'),
});

const fleetTarget = targetName.extend({
  alias: z.string().nullable(),
  state: z.enum(targetStates),
  last: lastRun.nullable().describe('null where it has never reported.'),
});

const version = z.literal(1).describe('Of this format.');
const tool = z.strictObject({ name: z.literal('ecs-revision-pruner'), version: z.string() });
const attention = z.array(item).describe('What the operator must act on, with the targets that report it.');
const moreAttention = count.describe('Items that are only in the reports of the targets.');

export const fleetDocument = z
  .strictObject({
    version,
    tool,
    at: time,
    needsAction: z.boolean(),
    verdict: z.string(),
    counts: z.strictObject({
      targets: count,
      fine: count,
      action: count,
      silent: count,
      paused: count,
      active: count.describe('ACTIVE revisions after the last runs.'),
      deregistered: count.describe('By the last runs.'),
      backlog: count,
      planned: count.describe('What dry runs would deregister.'),
    }),
    attention,
    moreAttention,
    ignored: z.array(
      z.strictObject({
        account: z.string().nullable(),
        reason: z.string(),
        count,
        claims: z.string().nullable().describe('The target that the last of these events names.'),
      }),
    ),
    problems: z.array(problem),
    notes: z.array(z.string()),
    days: z.array(z.strictObject({ day: z.iso.date(), active: count, deregistered: count, waiting: count })),
    targets: z.array(fleetTarget).nullable().describe('null in a message that has no room for them.'),
  })
  .meta({ title: 'The targets of a fleet' });
export type FleetDocument = z.output<typeof fleetDocument>;

export const fleetActionsDocument = z
  .strictObject({ version, tool, at: time, attention, moreAttention })
  .meta({ title: 'What the targets of a fleet ask for' });

export const fleetTargetDocument = z
  .strictObject({
    version,
    tool,
    at: time,
    target: fleetTarget,
    attention: z.array(z.strictObject({ problem: z.string(), remedy: z.string() })),
    moreAttention: count.describe('Items that are only in its report.'),
    nights: z
      .array(
        z.strictObject({
          id: z.string().describe('Of the run.'),
          began: time,
          active: count,
          deregistered: count,
          waiting: count,
          outcome: z.string(),
        }),
      )
      .describe('Oldest first.'),
  })
  .meta({ title: 'One target of a fleet' });

export function toFleetDocument(given: Fleet, version: string): FleetDocument {
  const fleet = safe(given);
  const { active, deregistered, backlog, planned } = sumTargets(fleet);
  return {
    version: 1,
    tool: { name: 'ecs-revision-pruner', version },
    at: printTime(fleet.at),
    needsAction: !isFleetFine(fleet),
    verdict: summarizeFleet(fleet),
    counts: { targets: fleet.targets.length, ...countStates(fleet), active, deregistered, backlog, planned },
    attention: fleet.items.map(toItem),
    moreAttention: fleet.moreItems,
    ignored: fleet.ignored.map(({ account, reason, count, claims }) => ({
      account: account ?? null,
      reason,
      count,
      claims: claims ?? null,
    })),
    problems: fleet.problems.map(printProblem),
    notes: [...fleet.notes],
    days: fleet.days.map((day) => ({ ...day })),
    targets: fleet.targets.map(toTarget),
  };
}

export function toFleetActionsDocument(given: Fleet, version: string): z.output<typeof fleetActionsDocument> {
  const { tool, at, attention, moreAttention } = toFleetDocument(given, version);
  return { version: 1, tool, at, attention, moreAttention };
}

export function toFleetTargetDocument(
  given: TargetDetails,
  at: number,
  version: string,
): z.output<typeof fleetTargetDocument> {
  const { target, attention, moreAttention } = safe(given);
  return {
    version: 1,
    tool: { name: 'ecs-revision-pruner', version },
    at: printTime(at),
    target: toTarget(target),
    attention: attention.map(({ problem, remedy }) => ({ problem, remedy })),
    moreAttention,
    nights: target.nights.map(({ beganAt, ...night }) => ({ ...night, began: printTime(beganAt) })),
  };
}

function toItem({ problem, remedy, targets }: FleetItem) {
  return { problem, remedy, targets: targets.map(({ account, region }) => ({ account, region })) };
}

function toTarget({ account, region, alias, state, last }: FleetTarget): z.output<typeof fleetTarget> {
  if (last === undefined) return { account, region, alias: alias ?? null, state, last: null };
  const { beganAt, receivedAt, report, backlog, ...run } = last;
  return {
    account,
    region,
    alias: alias ?? null,
    state,
    last: {
      ...run,
      began: printTime(beganAt),
      received: printTime(receivedAt),
      backlog: { ...backlog },
      report: report ?? null,
    },
  };
}
