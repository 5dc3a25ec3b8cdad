/**
 * EventBridge's rules: which there are on a bus, enabled or not. A rule is replaced whole when it is put again, keeps its
 * targets then, and cannot be deleted while it has any. What it starts is in targets.ts.
 */
import type {
  DeleteRuleRequest,
  EnableRuleRequest,
  ListEventBusesRequest,
  ListRulesRequest,
  PutRuleRequest,
} from '@aws-sdk/client-eventbridge';
import type { AccountStores } from '../account-stores.ts';
import type { Operations } from '../operation.ts';
import { listing } from '../list-operation.ts';
import { sequence } from '../sequence.ts';
import { eventsArn } from './buses.ts';
import type { NamedRule } from './rules.ts';

/** A token that has expired, or was never given out, is `InvalidToken`: so say the operations' own pages. */
export const eventsPage = {
  token: 'NextToken',
  size: 'Limit',
  defaultSize: 100,
  refusals: { token: 'InvalidToken', size: 'ValidationException' },
};

export const onRule = (named: NamedRule, { rules }: AccountStores) => ({ resources: [rules.arn(named)] });

export const ruleOperations: Operations = {
  ListRules: listing({
    ...eventsPage,
    bucket: 'events',
    items: 'Rules',
    actsOn: (_: ListRulesRequest, { place }) => ({ resources: [eventsArn(place, 'rule/*')] }),
    all({ NamePrefix = '', EventBusName }, { account }) {
      const rules = account.rules.on(account.eventBuses.named(EventBusName).Name);
      return sequence(rules.filter(({ Name }) => Name.startsWith(NamePrefix)));
    },
  }),

  PutRule: {
    bucket: 'events',
    actsOn: onRule,
    run: (input: PutRuleRequest, { account }) => ({ RuleArn: account.rules.put(input) }),
  },

  DeleteRule: {
    bucket: 'events',
    actsOn: onRule,
    run(input: DeleteRuleRequest, { account }) {
      account.rules.delete(input);
      return {};
    },
  },

  EnableRule: {
    bucket: 'events',
    actsOn: onRule,
    run(input: EnableRuleRequest, { account }) {
      account.rules.set(input, 'ENABLED');
      return {};
    },
  },

  DisableRule: {
    bucket: 'events',
    actsOn: onRule,
    run(input: EnableRuleRequest, { account }) {
      account.rules.set(input, 'DISABLED');
      return {};
    },
  },
};

export const busOperations: Operations = {
  ListEventBuses: listing({
    ...eventsPage,
    bucket: 'events',
    items: 'EventBuses',
    actsOn: (_: ListEventBusesRequest, { place }) => ({ resources: [eventsArn(place, 'event-bus/*')] }),
    all: ({ NamePrefix = '' }, { account }) =>
      sequence(account.eventBuses.all().filter(({ Name }) => Name.startsWith(NamePrefix))),
  }),
};
