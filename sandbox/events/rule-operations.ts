/**
 * EventBridge's operations on buses and rules. PutRule replaces a rule but keeps its targets. A rule with targets
 * cannot be deleted.
 */
import type {
  DeleteRuleRequest,
  EnableRuleRequest,
  ListEventBusesRequest,
  ListRulesRequest,
  PutRuleRequest,
} from '@aws-sdk/client-eventbridge';
import type { AccountStores } from '../account-stores.ts';
import { listOperation } from '../list-operation.ts';
import type { Operations } from '../operation.ts';
import { sequence } from '../sequence.ts';
import { eventsArn } from './buses.ts';
import type { RuleName } from './rules.ts';

/** The operations' pages document `InvalidToken` for an expired or unknown token. */
export const eventsPage = {
  token: 'NextToken',
  size: 'Limit',
  defaultSize: 100,
  errorCodes: { token: 'InvalidToken', size: 'ValidationException' },
};

export const ruleScope = (ruleName: RuleName, { rules }: AccountStores) => ({
  resources: [rules.arn(ruleName)],
});

export const ruleOperations: Operations = {
  ListRules: listOperation({
    ...eventsPage,
    bucket: 'events',
    items: 'Rules',
    iamScope: (_: ListRulesRequest, { place }) => ({ resources: [eventsArn(place, 'rule/*')] }),
    all({ NamePrefix = '', EventBusName }, { account }) {
      const rules = account.rules.on(account.eventBuses.named(EventBusName).Name);
      return sequence(rules.filter(({ Name }) => Name.startsWith(NamePrefix)));
    },
  }),

  PutRule: {
    bucket: 'events',
    iamScope: ruleScope,
    run: (input: PutRuleRequest, { account }) => ({ RuleArn: account.rules.put(input) }),
  },

  DeleteRule: {
    bucket: 'events',
    iamScope: ruleScope,
    run(input: DeleteRuleRequest, { account }) {
      account.rules.delete(input);
      return {};
    },
  },

  EnableRule: {
    bucket: 'events',
    iamScope: ruleScope,
    run(input: EnableRuleRequest, { account }) {
      account.rules.set(input, 'ENABLED');
      return {};
    },
  },

  DisableRule: {
    bucket: 'events',
    iamScope: ruleScope,
    run(input: EnableRuleRequest, { account }) {
      account.rules.set(input, 'DISABLED');
      return {};
    },
  },
};

export const busOperations: Operations = {
  ListEventBuses: listOperation({
    ...eventsPage,
    bucket: 'events',
    items: 'EventBuses',
    iamScope: (_: ListEventBusesRequest, { place }) => ({ resources: [eventsArn(place, 'event-bus/*')] }),
    all: ({ NamePrefix = '' }, { account }) =>
      sequence(account.eventBuses.all().filter(({ Name }) => Name.startsWith(NamePrefix))),
  }),
};
