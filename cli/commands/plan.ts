import { readNoOperands, defineCommand } from '../command.ts';
import { exitCodeOf } from '../exit.ts';
import { commonOptions, policyOptions, sourceOptions, topicOption, writeOptions } from '../options.ts';
import { exitOnInterrupt, openSession, printReport, runInProcess } from '../session.ts';

export const plan = defineCommand({
  name: 'plan',
  operands: '',
  summary: 'Shows what would be deregistered, and why the rest stays. Changes nothing.',
  examples: [
    ['./pruner plan', 'the whole account'],
    ["./pruner plan --families 'web*,batch-*' --keep-latest 3", 'some families, by a stricter policy'],
    ['./pruner plan --json > plan.json', 'for a script'],
  ],
  options: { ...topicOption, ...commonOptions, ...policyOptions, ...sourceOptions, ...writeOptions },
  read: readNoOperands('plan'),
  async run(options, context) {
    const session = await openSession(options, context, { writes: false });
    exitOnInterrupt(context, 'a plan');
    const report = await runInProcess(session, options, { dryRun: true, keepsRecords: false });
    printReport(report, session, options, context);
    session.observeContext.aws.close();
    return exitCodeOf(report);
  },
});
