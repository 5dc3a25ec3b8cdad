// Opens a run: asks AWS who calls, and then starts it. What starts a run is loaded once AWS has answered.
import { accountAlias } from '../aws/alias.ts';
import { kindOf, describeError } from '../aws/errors.ts';
import { Tally } from '../aws/tally.ts';
import type { Problem } from '../domain/problem.ts';
import type { Target } from '../domain/revision.ts';
import type { OpenRun, RunOptions } from './context.ts';
import type { Opened } from './opened.ts';

export async function openRun(
  options: RunOptions,
): Promise<{ readonly opened: Opened; readonly run?: OpenRun | undefined }> {
  const beganAt = options.clock.now();
  let target: Target;
  try {
    target = await options.aws.target(new Tally());
  } catch (error) {
    options.onOpenFailure?.(error);
    return { opened: { state: 'failed', beganAt, problem: await callerUnknown(error) } };
  }
  options.admit?.(target);
  const alias = await accountAlias(options.aws);
  const caller = { ...options.aws.caller, ...(alias === undefined ? {} : { alias }) };
  const problem = options.settingsProblem ?? topicElsewhere(options, target);
  if (problem !== undefined) return { opened: { state: 'failed', beganAt, target, caller, problem } };
  const { startRun } = await import('./start.ts');
  return startRun(options, { beganAt, target, caller });
}

/** SNS is asked in the Region of the run, and would only say that there is no such topic, once all is done. */
export function topicElsewhere({ topicArn }: Pick<RunOptions, 'topicArn'>, { region }: Target): Problem | undefined {
  const there = topicArn?.split(':')[3];
  if (topicArn === undefined || there === region) return undefined;
  return {
    operation: `checking the topic ${topicArn}`,
    reason: `it is in ${there ?? 'no Region'}, and this run in ${region}`,
    remedy: `Give a topic in ${region}, by ExistingTopicArn or --topic; one in another Region can be subscribed to it by Lambda or SQS.`,
  };
}

async function callerUnknown(error: unknown): Promise<Problem> {
  const { endpointsOfRun } = await import('../sources/vpc-endpoints.ts');
  const remedy =
    kindOf(error) === 'unanswered'
      ? `Check the Region's name, the network path to AWS and AWS_ENDPOINT_URL. ${endpointsOfRun()}`
      : 'Check or renew the credentials (aws sts get-caller-identity), and that the Region is enabled for the account.';
  return { operation: 'asking AWS for the account (sts:GetCallerIdentity)', reason: describeError(error), remedy };
}
