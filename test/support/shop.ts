// Builds an account with one referrer of every kind for tests of the packaged stack, and its roles without one action.
import * as z from 'zod';
import type { PolicyDocument } from '../../sandbox/iam/policy.ts';
import { ACCOUNT, anAccount, appSpec, REGION } from './account.ts';
import { propertiesOf, type Template } from '../deploy/stack.ts';
import { aPast, running } from './state-machines.ts';

export const pseudo = { account: ACCOUNT, region: REGION, partition: 'aws' };

/** One referrer of every kind, because a run must make each call. */
export function shop(template: Template) {
  const topic = z.string().parse(propertiesOf(template, 'ReportTopic')['TopicName']);
  const topicArn = `arn:aws:sns:${REGION}:${ACCOUNT}:${topic}`;
  const account = {
    ...anAccount()
      .family('web', '1-9')
      .service('prod/web', 'web:2')
      .task('prod', 'web:4')
      .codeDeploy('shop/blue', { service: 'prod/web', deployments: [{ revision: appSpec('web:2') }] })
      .stack('shop', { Web: 'web:2' }, { StackStatus: 'UPDATE_FAILED' })
      .stateMachine('machine', running('web:2'), aPast(running('web:2')))
      .rule('rule', 'web:2', { EventBusName: 'orders' })
      .schedule('schedule', 'web:2', { GroupName: 'night' })
      .pipe('pipe', 'web:2')
      .family('api', '1-4', { tags: { 'ecs-revision-pruner:keep': '' } })
      .file(),
    topics: [{ TopicArn: topicArn }],
    buckets: [{ Name: 'StateBucket' }],
  };
  return { account, topicArn };
}

/** The same policies without one action. */
export function without(policies: readonly PolicyDocument[], action: string): PolicyDocument[] {
  return policies.map(({ Statement, ...policy }) => ({
    ...policy,
    Statement: [Statement].flat().flatMap((statement) => {
      const actions = [statement.Action ?? []].flat().filter((one) => one !== action);
      return actions.length === 0 ? [] : [{ ...statement, Action: actions }];
    }),
  }));
}
