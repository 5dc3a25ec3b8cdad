// Diagnoses an account and a deployment, and prints the checks.
import type { Check, Status } from '../../shared/doctor/check.ts';
import { Tally } from '../../shared/aws/tally.ts';
import { diagnose } from '../../shared/doctor/doctor.ts';
import { doctorJson } from '../../shared/doctor/json.ts';
import { wrap } from '../../shared/report/text/wrap.ts';
import type { DoctorOptions } from '../commands/doctor.ts';
import type { ProcessContext } from '../context.ts';
import { type ExitCode, exitCodes } from '../exit.ts';
import { exitOnInterrupt, printAnswer, withSession } from '../session.ts';

export async function doctor(options: DoctorOptions, context: ProcessContext): Promise<ExitCode> {
  return withSession(options, context, { writes: false, opensState: false }, async ({ observeContext, progress }) => {
    exitOnInterrupt(context, 'the doctor');
    const { aws, settings } = observeContext;
    await aws.identity(new Tally());
    const { stage, topic: topicArn } = options;
    const stack = options.stack ?? (stage === undefined ? undefined : `ecs-revision-pruner-${stage}`);
    const diagnosis = await diagnose({ aws, settings, stack, topicArn, progress: progress.checking });
    progress.clear();
    const { checks } = diagnosis;
    const print = () => printChecks(checks, context.width).join('\n');
    printAnswer(options.json, context, () => doctorJson(diagnosis), print);
    return checks.some(({ status }) => status === 'differs') ? exitCodes.failed : exitCodes.done;
  });
}

function printChecks(checks: readonly Check[], width: number): string[] {
  const column = 'not checked'.length + 2;
  const lines = checks.flatMap(({ name, status, saw }) =>
    wrap(`${name}: ${saw}`, { width, first: status.padEnd(column), rest: ' '.repeat(column) }),
  );
  const count = (status: Status) => checks.filter((one) => one.status === status).length;
  return [...lines, '', `${count('ok')} ok, ${count('differs')} differ, ${count('not checked')} not checked.`];
}
