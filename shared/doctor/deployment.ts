// Checks a deployment: its stack, its schedule, its topic, and whether the Region has Lambda's durable functions.
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { LambdaClient, ListDurableExecutionsByFunctionCommand } from '@aws-sdk/client-lambda';
import { GetScheduleCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { GetTopicAttributesCommand } from '@aws-sdk/client-sns';
import { kindOf } from '../aws/errors.ts';
import type { Aws } from '../aws/connect.ts';
import { Tally } from '../aws/tally.ts';
import { runCheck, type Check, differs, errorCode, notChecked, ok } from './check.ts';

export interface Outputs {
  /** The stack's parameter Name, with which the names of its resources begin. */
  readonly name?: string | undefined;
  readonly topicArn?: string | undefined;
  readonly stateBucket?: string | undefined;
}

export async function checkStack(
  aws: Aws,
  name: string | undefined,
): Promise<{ readonly checks: Check[]; readonly outputs: Outputs }> {
  if (name === undefined)
    return { checks: [notChecked('stack', 'neither --stack nor --stage was given')], outputs: {} };
  let outputs: Outputs = { name };
  const checks = await runCheck('stack', async () => {
    const client = aws.client(new Tally(), (settings) => new CloudFormationClient(settings));
    const { Stacks = [] } = await client.send(new DescribeStacksCommand({ StackName: name }));
    const [stack] = Stacks;
    const valueOf = (key: string) => stack?.Outputs?.find(({ OutputKey }) => OutputKey === key)?.OutputValue;
    const given = stack?.Parameters?.find(({ ParameterKey }) => ParameterKey === 'Name')?.ParameterValue;
    outputs = { name: given ?? name, topicArn: valueOf('TopicArn'), stateBucket: valueOf('StateBucket') };
    const status = stack?.StackStatus ?? 'absent';
    return (/^(CREATE|UPDATE|IMPORT)_COMPLETE$/.test(status) ? ok : differs)('stack', status);
  });
  return { checks, outputs };
}

export async function checkSchedule(aws: Aws, name: string | undefined): Promise<Check[]> {
  if (name === undefined) return [notChecked('schedule', 'neither --stack nor --stage was given')];
  return runCheck('schedule', async () => {
    const client = aws.client(new Tally(), (settings) => new SchedulerClient(settings));
    const { State } = await client.send(new GetScheduleCommand({ Name: name, GroupName: 'default' }));
    return (State === 'ENABLED' ? ok : differs)('schedule', State ?? 'without a state');
  });
}

/** @param topicArn from --topic, or the stack's */
export async function checkTopic(aws: Aws, topicArn: string | undefined): Promise<Check[]> {
  if (topicArn === undefined) return [notChecked('topic', 'neither --topic nor --stack or --stage gives one')];
  return runCheck('topic', async () => {
    const { Attributes = {} } = await (
      await aws.sns(new Tally())
    ).send(new GetTopicAttributesCommand({ TopicArn: topicArn }));
    const confirmed = Number(Attributes['SubscriptionsConfirmed'] ?? 0);
    const pending = Number(Attributes['SubscriptionsPending'] ?? 0);
    const saw = `${confirmed} confirmed subscriptions, ${pending} not yet confirmed`;
    return (confirmed > 0 ? ok : differs)('topic', saw);
  });
}

/** Lists the executions of a function that does not exist: a Region without durable functions does not know the
 *  call. */
export async function checkDurable(aws: Aws): Promise<Check[]> {
  const name = 'durable functions';
  return runCheck(name, async () => {
    const client = aws.client(new Tally(), (settings) => new LambdaClient(settings));
    try {
      await client.send(new ListDurableExecutionsByFunctionCommand({ FunctionName: 'ecs-revision-pruner-doctor' }));
      return ok(name, 'the Region has them');
    } catch (error) {
      if (kindOf(error) === 'gone') return ok(name, 'the Region has them');
      if (kindOf(error) === 'denied') throw error;
      return differs(name, `the Region does not answer for them: ${errorCode(error)}`);
    }
  });
}
