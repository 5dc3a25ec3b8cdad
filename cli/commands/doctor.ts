import type { Check, Status } from '../../shared/doctor/check.ts';
import { Tally } from '../../shared/aws/tally.ts';
import { doctorJson } from '../../shared/doctor/json.ts';
import { wrap } from '../../shared/report/text/wrap.ts';
import { defineCommand, readNoOperands } from '../command.ts';
import { exitCodes } from '../exit.ts';
import { textOption } from '../option.ts';
import { commonOptions, sourceOptions, topicOption } from '../options.ts';
import { exitOnInterrupt, printAnswer, withSession } from '../session.ts';

export const doctor = defineCommand({
  name: 'doctor',
  operands: '',
  summary: 'Checks permissions, the deployment and the answers of ECS. Changes nothing.',
  examples: [
    ['./pruner doctor', 'for a bug report: it prints no name but the number of the account'],
    ['./pruner doctor --stage prod', 'with the deployment of a stage'],
  ],
  options: {
    ...topicOption,
    stage: textOption(
      '--stage <stage>',
      'a deployed stage, to check its stack, schedule and topic',
      /^[A-Za-z0-9-]{1,100}$/,
      'the name of a stage, such as prod',
    ),
    ...commonOptions,
    ...sourceOptions,
  },
  read: readNoOperands('doctor'),
  async run(options, context) {
    return withSession(options, context, { writes: false, opensState: false }, async ({ observeContext, progress }) => {
      exitOnInterrupt(context, 'the doctor');
      const { aws, settings } = observeContext;
      await aws.identity(new Tally());
      // Loaded here, since its dozen clients are of no use to other commands.
      const { diagnose } = await import('../../shared/doctor/doctor.ts');
      const { stage, topic: topicArn } = options;
      const diagnosis = await diagnose({ aws, settings, stage, topicArn, progress: progress.checking });
      progress.clear();
      const { checks } = diagnosis;
      const print = () => printChecks(checks, context.width).join('\n');
      printAnswer(options.json, context, () => doctorJson(diagnosis), print);
      return checks.some(({ status }) => status === 'differs') ? exitCodes.failed : exitCodes.done;
    });
  },
});

function printChecks(checks: readonly Check[], width: number): string[] {
  const column = 'not checked'.length + 2;
  const lines = checks.flatMap(({ name, status, saw }) =>
    wrap(`${name}: ${saw}`, { width, first: status.padEnd(column), rest: ' '.repeat(column) }),
  );
  const count = (status: Status) => checks.filter((one) => one.status === status).length;
  return [...lines, '', `${count('ok')} ok, ${count('differs')} differ, ${count('not checked')} not checked.`];
}
