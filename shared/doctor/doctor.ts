// Runs the checks of `pruner doctor` in order: a minute of read calls with the facts about an account that a bug report
// needs.
import type { Aws } from '../aws/connect.ts';
import { Tally } from '../aws/tally.ts';
import type { Target } from '../domain/revision.ts';
import type { Settings } from '../settings/schema.ts';
import { openStore } from '../state/open-store.ts';
import { checkAssumptions } from './assumptions.ts';
import { runCheck, type Check, notChecked, ok } from './check.ts';
import { checkDurable, checkSchedule, checkStack, checkTopic } from './deployment.ts';
import { checkIdentity } from './identity.ts';
import { checkLastRun } from './last-run.ts';
import { checkPermissions } from './permissions.ts';
import { checkPrivacy, checkReading } from './store.ts';

export interface DoctorOptions {
  readonly aws: Aws;
  readonly settings: Settings;
  /** The name of the deployed stack. */
  readonly stack: string | undefined;
  readonly topicArn: string | undefined;
  readonly progress: (name: string) => void;
}

export interface Diagnosis {
  readonly target: Target;
  readonly checks: readonly Check[];
}

/** @throws where sts:GetCallerIdentity fails, since nothing can be checked then */
export async function diagnose(options: DoctorOptions): Promise<Diagnosis> {
  const { aws, settings, progress } = options;
  const { target, caller } = await aws.identity(new Tally());
  const checks: Check[] = checkIdentity(aws, target, caller);
  progress('permissions');
  checks.push(...(await checkPermissions(aws, target, settings)));
  progress('deployment');
  const stack = await checkStack(aws, options.stack);
  checks.push(...(await checkDurable(aws)), ...stack.checks, ...(await checkSchedule(aws, stack.outputs.name)));
  checks.push(...(await checkTopic(aws, options.topicArn ?? stack.outputs.topicArn)));
  progress('state store');
  const { stateBucket } = stack.outputs;
  const place = settings.state === '' && stateBucket !== undefined ? `s3://${stateBucket}` : settings.state;
  checks.push(...(await checkStore(aws, target, place)));
  progress('what ECS answers');
  checks.push(...(await checkAssumptions(aws, target)));
  checks.push(notChecked('request quotas', 'AWS has no call that tells them'));
  return { target, checks };
}

async function checkStore(aws: Aws, target: Target, place: string): Promise<Check[]> {
  const names = ['state store', 'last run'];
  if (place === '') return names.map((name) => notChecked(name, 'neither --state nor --stack or --stage gives one'));
  return runCheck('state store', async () => {
    const state = await openStore(place, aws);
    const bucket = /^s3:\/\/([^/]+)/.exec(place)?.[1];
    const privacy =
      bucket === undefined
        ? [ok('state store privacy', 'a folder that only its owner can use')]
        : await checkPrivacy(aws, target, bucket);
    return [...(await checkReading(state, target)), ...privacy, ...(await checkLastRun(state, target, aws.now()))];
  });
}
