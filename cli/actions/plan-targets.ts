// Plans several accounts and Regions at once. Each has its own connections, pace and settings, and one that cannot be planned
// does not stop the others.
import manifest from '../../package.json' with { type: 'json' };
import { credentialsOfRole } from '../../shared/aws/assume-role.ts';
import { kindOf } from '../../shared/aws/errors.ts';
import { toTargetsDocument } from '../../shared/report/targets/json.ts';
import type { PlannedTarget } from '../../shared/report/targets/model.ts';
import { printTargets } from '../../shared/report/targets/text.ts';
import { concurrently } from '../../shared/sources/common/concurrently.ts';
import type { PlanOptions } from '../commands/plan.ts';
import type { ProcessContext } from '../context.ts';
import { type ExitCode, exitCodeOf, exitCodes, Refusal } from '../exit.ts';
import { toRefusal } from '../failure.ts';
import { createProgress } from '../progress.ts';
import { createScreen, exitOnInterrupt, openSession, printAnswer, runInProcess } from '../session.ts';
import { readSettings } from '../settings.ts';
import { type PlanTarget, readTargets } from '../targets.ts';

export async function planTargets(file: string, options: PlanOptions, context: ProcessContext): Promise<ExitCode> {
  const targets = await readTargets(file);
  // Problems of the settings, and warnings about them, are told once.
  await readSettings(options, context);
  exitOnInterrupt(context, 'a plan');
  const progress = createProgress(context);
  const results = new Map<PlanTarget, PlannedTarget>();
  const planning = concurrently(targets, async (target) => [target, await planOne(target, options, context)] as const);
  for await (const [target, result] of planning) {
    results.set(target, result);
    progress.checking(`${results.size} of ${targets.length} targets`);
  }
  const planned = targets.flatMap((target) => results.get(target) ?? []);
  progress.clear();
  const print = () => printTargets(planned, createScreen(options, context));
  printAnswer(options.json, context, () => toTargetsDocument(planned, manifest.version), print);
  return worstOf(planned);
}

async function planOne(target: PlanTarget, options: PlanOptions, context: ProcessContext): Promise<PlannedTarget> {
  const { name, region, profile, roleArn, externalId, settings = options.settings, state = '' } = target;
  const silent = { ...context, showsProgress: false, err: () => undefined };
  const role = roleArn === undefined ? undefined : { arn: roleArn, externalId };
  try {
    const credentials = role && credentialsOfRole(role, { profile, region });
    const own = { ...options, region, profile, settings, state };
    const session = await openSession(own, silent, { writes: false, credentials });
    try {
      return { name, region, report: await runInProcess(session, own, { dryRun: true, keepsRecords: false }) };
    } finally {
      session.observeContext.aws.close();
    }
  } catch (error) {
    const refusal = toRefusal(error, { profile, region });
    if (!(refusal instanceof Error)) throw error;
    const remedy =
      roleArn !== undefined && kindOf(error instanceof Refusal ? error.cause : error) === 'denied'
        ? 'Allow sts:AssumeRole on the role, and let the role trust this caller.'
        : refusal instanceof Refusal
          ? (refusal.remedy ?? '')
          : '';
    const operation = roleArn === undefined ? 'planning' : `planning as ${roleArn}`;
    return { name, region, problem: { operation, reason: refusal.message, remedy } };
  }
}

/** A target without a plan is an incomplete reading of the whole. */
function worstOf(planned: readonly PlannedTarget[]): ExitCode {
  const codes = new Set(planned.map((one) => ('report' in one ? exitCodeOf(one.report) : exitCodes.held)));
  return [exitCodes.failed, exitCodes.held].find((code) => codes.has(code)) ?? exitCodes.done;
}
