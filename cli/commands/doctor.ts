import { defineCommand, readNoOperands } from '../command.ts';
import { type OptionValues, textOption } from '../option.ts';
import { commonOptions, sourceOptions, topicOption } from '../options.ts';

const options = {
  ...topicOption,
  stage: textOption(
    '--stage <stage>',
    'a deployed stage, to check its stack, schedule and topic',
    /^[A-Za-z0-9-]{1,100}$/,
    'the name of a stage, such as prod',
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
    ['doctor --stage prod', 'with the deployment of a stage'],
  ],
  options,
  read: readNoOperands('doctor'),
  run: async (given, context) => (await import('../actions/doctor.ts')).doctor(given, context),
});
