import { defineCommand, refuseOperands } from '../command.ts';
import { flagOption, type OptionValues } from '../option.ts';
import { commonOptions, sourceOptions } from '../options.ts';

const options = {
  policy: flagOption('--policy', 'print an IAM policy document for reading'),
  live: flagOption('--live', 'with --policy: for deregistering as well'),
  approve: flagOption('--approve', 'with --policy: for approve and decline as well'),
  deploy: flagOption('--deploy', 'print the IAM policy document for deploying the stack'),
  fleet: flagOption('--fleet', 'with --deploy: for what only the hub of a fleet has, as a second policy'),
  ...commonOptions,
  ...sourceOptions,
};
export type PermissionsOptions = OptionValues<typeof options>;

export const permissions = defineCommand({
  name: 'permissions',
  operands: '',
  summary: 'Lists the permissions of each part of a run, with reasons. Calls nothing.',
  examples: [
    ['permissions', 'part by part'],
    ['permissions --policy > read.json', 'an IAM policy for reading'],
    ['permissions --policy --live --region eu-west-1', 'one to deregister as well, in one Region'],
    ['permissions --policy --approve > approver.json', 'one to answer runs that ask for approval'],
    ['permissions --deploy > deployer.json', 'one to deploy the stack'],
    ['permissions --deploy --fleet > hub.json', 'a second one to deploy the hub of a fleet'],
  ],
  options,
  read: (operands, values) => ({
    problems: [
      ...(values['live'] === true && values['policy'] !== true
        ? ['--live: needs --policy; without it everything is shown']
        : []),
      ...(values['fleet'] === true && values['deploy'] !== true ? ['--fleet: needs --deploy'] : []),
      ...(values['approve'] === true && values['policy'] !== true
        ? ['--approve: needs --policy; without it everything is shown']
        : []),
      ...(values['deploy'] === true && values['policy'] === true
        ? ['--deploy: given beside --policy; only one policy is printed']
        : []),
      ...refuseOperands('permissions', operands),
    ],
    operands: {},
  }),
  run: async (given, context) => (await import('../actions/permissions.ts')).permissions(given, context),
});
