/**
 * EventBridge's operations on targets. A rule has up to five targets, each with an id. An ECS cluster's target has
 * its task definition in `EcsParameters`; any other target may have one in its JSON input.
 */
import type {
  ListTargetsByRuleRequest,
  PutTargetsRequest,
  PutTargetsResponse,
  RemoveTargetsRequest,
  RemoveTargetsResponse,
  Target,
} from '@aws-sdk/client-eventbridge';
import type { AccountStores } from '../account-stores.ts';
import { parseJson } from '../check.ts';
import { AwsError } from '../errors.ts';
import { listOperation } from '../list-operation.ts';
import type { Operations } from '../operation.ts';
import { sequence } from '../sequence.ts';
import { eventsPage, ruleScope } from './rule-operations.ts';
import { assertNotManaged, invalid, type RuleName } from './rules.ts';

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutTargets.html */
const MAX_TARGETS = 5;
const MAX_ENTRIES = 10;

export function putTargets(account: AccountStores, { Targets = [], ...of }: PutTargetsRequest): PutTargetsResponse {
  const rule = account.rules.named(ruleName(of));
  assertNotManaged(rule);
  if (Targets.length < 1 || Targets.length > MAX_ENTRIES) throw invalid('Targets are 1 to 10 a call.');
  for (const target of Targets) validateTarget(target);
  const targets = account.rules.targetsOf(rule);
  const ids = new Set([...targets.keys(), ...Targets.map(({ Id = '' }) => Id)]);
  if (ids.size > MAX_TARGETS)
    throw new AwsError('LimitExceededException', 'The requested resource exceeds the maximum number allowed.');
  for (const target of Targets) targets.set(target.Id ?? '', target);
  return { FailedEntryCount: 0, FailedEntries: [] };
}

export function removeTargets(
  account: AccountStores,
  { Ids = [], Force, ...of }: RemoveTargetsRequest,
): RemoveTargetsResponse {
  const rule = account.rules.named(ruleName(of));
  assertNotManaged(rule, Force);
  for (const id of Ids) account.rules.targetsOf(rule).delete(id);
  return { FailedEntryCount: 0, FailedEntries: [] };
}

function validateTarget({ Id, Arn = '', RoleArn, EcsParameters, ...target }: Target): void {
  const isCluster = /^arn:[\w-]+:ecs:[^:]+:\d{12}:cluster\/./.test(Arn);
  if (isCluster && EcsParameters === undefined)
    throw invalid(`Parameter(s) EcsParameters must be specified for target: ${Id}.`);
  if (isCluster && RoleArn === undefined) throw invalid(`RoleArn is required for target ${Arn}.`);
  const inputs = [target.Input, target.InputPath, target.InputTransformer];
  if (inputs.filter((input) => input !== undefined).length > 1)
    throw invalid(`Only one of Input, InputPath, or InputTransformer must be provided for target ${Id}.`);
  if (target.Input !== undefined && parseJson(target.Input) === undefined)
    throw invalid(`JSON syntax error in input for target ${Id}.`);
}

interface TargetInput {
  readonly Rule: string | undefined;
  readonly EventBusName?: string | undefined;
}

/** The operations on targets call the rule's name `Rule`; all others call it `Name`. */
const ruleName = ({ Rule, EventBusName }: TargetInput): RuleName => ({ Name: Rule, EventBusName });
const targetScope = (input: TargetInput, account: AccountStores) => ruleScope(ruleName(input), account);

export const targetOperations: Operations = {
  ListTargetsByRule: listOperation({
    ...eventsPage,
    bucket: 'events',
    items: 'Targets',
    iamScope: targetScope,
    all: (input: ListTargetsByRuleRequest, { account }) =>
      sequence([...account.rules.targetsOf(account.rules.named(ruleName(input))).values()]),
  }),

  PutTargets: {
    bucket: 'events',
    iamScope: targetScope,
    run: (input: PutTargetsRequest, { account }) => putTargets(account, input),
  },

  RemoveTargets: {
    bucket: 'events',
    iamScope: targetScope,
    run: (input: RemoveTargetsRequest, { account }) => removeTargets(account, input),
  },
};
