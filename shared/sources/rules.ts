// Reads EventBridge rules on every bus, enabled or not: what their targets start, and their input. Subscribers of
// custom buses are another source.
import type { EventBridgeClient, EventBus, Rule, Target as RuleTarget } from '@aws-sdk/client-eventbridge';
import { kindOf } from '../aws/errors.ts';
import type { Tally } from '../aws/tally.ts';
import type { Finding } from '../domain/evidence.ts';
import type { Target } from '../domain/revision.ts';
import { readMembers } from './common/read-members.ts';
import { readItemsByToken } from './common/pages.ts';
import { Incomplete } from './common/incomplete.ts';
import type { ReadContext, Reader } from './common/reader.ts';
import { type Origin, targetReferences } from './event-targets.ts';

interface Brief {
  readonly bus: string;
  readonly rule: Rule;
}

export const readRules: Reader = async function* (context, tally) {
  const events = await eventsOf(context, tally);
  yield* readMembers<Brief>({
    context,
    tally,
    source: 'rules',
    list: () => events.rules(),
    arnOf: ({ rule }) => rule.Arn,
    read: async ({ bus, rule }, referrer) => {
      const targets = new Map<string, RuleTarget>();
      // Each once, since a page may be repeated. A target that changes meanwhile counts in both forms.
      for await (const one of events.targets(bus, rule)) targets.set(JSON.stringify(one), one);
      return [...targets.values()].flatMap((one) => findingsIn(one, rule, referrer, context.target));
    },
  });
};

/** The SDK has no paginators for these calls. A hundred a page is the maximum.
 *  https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_ListRules.html */
async function eventsOf(context: ReadContext, tally: Tally) {
  const sdk = await import('./rules-client.ts');
  const client: EventBridgeClient = context.aws.client(tally, (settings) => new sdk.EventBridgeClient(settings));
  const buses = () =>
    readItemsByToken(
      (NextToken) => client.send(new sdk.ListEventBusesCommand({ NextToken, Limit: 100 })),
      'EventBuses',
      'NextToken',
      context.outOfTime,
    );
  const rulesOn = (EventBusName: string) =>
    readItemsByToken(
      (NextToken) => client.send(new sdk.ListRulesCommand({ EventBusName, NextToken, Limit: 100 })),
      'Rules',
      'NextToken',
      context.outOfTime,
    );
  return {
    /** A bus that is deleted meanwhile has no rules, but a name that does not resolve proves nothing by itself. */
    async *rules(): AsyncGenerator<Brief> {
      for (const bus of await namesOf(buses()))
        try {
          for await (const rule of rulesOn(bus)) yield { bus, rule };
        } catch (error) {
          if (kindOf(error) !== 'gone' || (await namesOf(buses())).has(bus)) throw error;
        }
    },

    targets: (EventBusName: string, { Name }: Rule) =>
      readItemsByToken(
        (NextToken) =>
          client.send(new sdk.ListTargetsByRuleCommand({ Rule: Name, EventBusName, NextToken, Limit: 100 })),
        'Targets',
        'NextToken',
        context.outOfTime,
      ),
  };
}

/** Every account has the bus `default`, so it is read whether or not it is listed. */
async function namesOf(buses: AsyncIterable<EventBus>): Promise<ReadonlySet<string>> {
  const names = new Set(['default']);
  for await (const { Name } of buses) {
    if (Name === undefined) throw new Incomplete('an event bus has no name');
    names.add(Name);
  }
  return names;
}

function findingsIn(
  { Id = '', Arn, EcsParameters, ...others }: RuleTarget,
  { State, ScheduleExpression }: Rule,
  referrer: string,
  target: Target,
): Finding[] {
  const origin: Origin = {
    source: 'rules',
    referrer,
    via: [`target ${Id}`],
    ...(State === 'DISABLED' ? { paused: 'disabled' } : {}),
    ...(ScheduleExpression === undefined ? {} : { schedule: { expression: ScheduleExpression } }),
  };
  return targetReferences({ arn: Arn, parameters: EcsParameters, others }, origin, target);
}
