// Reads EventBridge schedules in every group, enabled or not. A templated target calls ECS with `EcsParameters`, a
// universal one with the `Input`. Its references count until two days after the schedule's end.
import type { GetScheduleOutput, ScheduleSummary, Target as ScheduleTarget } from '@aws-sdk/client-scheduler';
import type { Finding, Reference } from '../domain/evidence.ts';
import { parseJson, TooDeep } from '../domain/json-depth.ts';
import { isObject } from '../domain/objects.ts';
import type { Target } from '../domain/revision.ts';
import { readMembers } from './common/read-members.ts';
import { readItems } from './common/pages.ts';
import { Incomplete } from './common/incomplete.ts';
import { endOf } from './schedule-end.ts';
import type { Reader } from './common/reader.ts';
import {
  mentionedReferences,
  type Origin,
  referencesInCall,
  targetReferences,
  unresolvedReference,
} from './event-targets.ts';

export const readSchedules: Reader = async function* (context, tally) {
  const sdk = await import('./schedules-client.ts');
  const client = context.aws.client(tally, (settings) => new sdk.SchedulerClient(settings));
  yield* readMembers<ScheduleSummary>({
    context,
    tally,
    source: 'schedules',
    // Without a group it lists all of them. A hundred a page is the maximum.
    // https://docs.aws.amazon.com/scheduler/latest/APIReference/API_ListSchedules.html
    list: () =>
      readItems(sdk.paginateListSchedules({ client, pageSize: 100 }, {}), 'Schedules', 'NextToken', context.outOfTime),
    arnOf: ({ Arn }) => Arn,
    changedAt: ({ LastModificationDate }) => LastModificationDate?.getTime(),
    read: async ({ Name, GroupName }, referrer) => {
      // A name is unique only in its group, and AWS looks for a name without a group in the group `default`.
      if (GroupName === undefined) throw new Incomplete(`${referrer} is listed without its group`);
      const schedule = await client.send(new sdk.GetScheduleCommand({ Name, GroupName }));
      return findingsIn(schedule, referrer, context.target);
    },
  });
};

function findingsIn(schedule: GetScheduleOutput, referrer: string, target: Target): Finding[] {
  const { Target: starts } = schedule;
  if (starts === undefined) throw new Incomplete(`${referrer} is described without its target`);
  const { EcsParameters, ...others } = starts;
  const origin = originOf(schedule, referrer);
  // Paused or not: a schedule that is enabled after its end starts nothing.
  const at = origin.schedule && endOf(origin.schedule);
  const ends: Finding[] = at === undefined ? [] : [{ kind: 'ends', source: 'schedules', referrer, at }];
  const references = isUniversalEcs(starts)
    ? universalReferences(starts, origin, target)
    : targetReferences({ arn: starts.Arn, parameters: EcsParameters, others }, origin, target);
  return [...ends, ...references];
}

/** `arn:aws:scheduler:::aws-sdk:ecs:runTask`: any call of ECS's API.
 *  https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets-universal.html */
function isUniversalEcs({ Arn }: ScheduleTarget): boolean {
  return /^arn:[^:]+:scheduler:::aws-sdk:ecs:/i.test(Arn ?? '');
}

/** Scheduler accepts any text as `Input`. A call without one, or without a task definition (such as UpdateService to
 *  scale at night), starts none. */
function universalReferences({ Arn, Input }: ScheduleTarget, origin: Origin, target: Target): Finding[] {
  if (Input === undefined) return [];
  const call = objectIn(Input);
  if (call !== undefined) return referencesInCall(call, relationOf(Arn), origin, target);
  return [
    ...mentionedReferences(Input, origin, target),
    unresolvedReference(origin, 'calls ECS with an Input that is no JSON object'),
  ];
}

/** Other calls (deregisterTaskDefinition) only mention it. */
function relationOf(arn = ''): Reference['relation'] {
  return /:(run|start|create|update)\w+$/i.test(arn) ? 'starts' : 'mentions';
}

function objectIn(text: string): object | undefined {
  try {
    const parsed = parseJson(text);
    return isObject(parsed) ? parsed : undefined;
  } catch (error) {
    if (error instanceof TooDeep) throw new Incomplete(`its Input is ${error.message}`, { cause: error });
    return undefined;
  }
}

function originOf(
  { State, ScheduleExpression, ScheduleExpressionTimezone, StartDate, EndDate }: GetScheduleOutput,
  referrer: string,
): Origin {
  const when = {
    ...(ScheduleExpressionTimezone === undefined ? {} : { timeZone: ScheduleExpressionTimezone }),
    ...(StartDate === undefined ? {} : { from: StartDate.getTime() }),
    ...(EndDate === undefined ? {} : { until: EndDate.getTime() }),
  };
  return {
    source: 'schedules',
    referrer,
    ...(State === 'DISABLED' ? { paused: 'disabled' } : {}),
    ...(ScheduleExpression === undefined ? {} : { schedule: { expression: ScheduleExpression, ...when } }),
  };
}
