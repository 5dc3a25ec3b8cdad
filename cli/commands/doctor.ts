import { defineCommand, refuseOperands } from '../command.ts';
import { type OptionValues, textOption } from '../option.ts';
import { commonOptions, sourceOptions, topicOption } from '../options.ts';

const options = {
  topic: { ...topicOption.topic, help: 'a topic, to check its subscriptions' },
  stage: textOption(
    '--stage <stage>',
    'a deployed stage: checks stack, schedule and topic',
    /^[A-Za-z0-9-]{1,100}$/,
    'the name of a stage, such as prod',
  ),
  stack: textOption(
    '--stack <name>',
    'the same by the name of the stack',
    /^[A-Za-z][A-Za-z0-9-]{0,127}$/,
    'the name of a CloudFormation stack',
  ),
  ...commonOptions,
  ...sourceOptions,
};
export type DoctorOptions = OptionValues<typeof options>;

export const doctor = defineCommand({
  name: 'doctor',
  operands: '',
  summary: 'Checks permissions, the deployment and the answers of ECS. Changes nothing.',
  examples: [
    ['doctor', 'for a bug report: it prints no name but the number of the account'],
    ['doctor --stage prod', 'with the deployment of a stage of serverless.yml'],
    ['doctor --stack ecs-revision-pruner', 'with a deployment by another tool'],
  ],
  options,
  read: (operands, values) => ({
    problems: [
      ...(values['stage'] !== undefined && values['stack'] !== undefined
        ? ['--stack: given beside --stage; both name a stack']
        : []),
      ...refuseOperands('doctor', operands),
    ],
    operands: {},
  }),
  run: async (given, context) => (await import('../actions/doctor.ts')).doctor(given, context),
});
