import * as z from 'zod';
import { settingsSchema } from '../../shared/settings/schema.ts';
import { defineCommand, describeOperands } from '../command.ts';
import { type OptionValues, valueOption } from '../option.ts';
import { commonOptions, pageOption } from '../options.ts';

const { region, profile, json, color, debug } = commonOptions;
const views = ['status', 'show', 'actions'] as const;
export type View = (typeof views)[number];

const options = {
  hub: {
    ...valueOption(
      '--hub <place>',
      "the bucket of the hub: its stack's output HubBucket, as s3://bucket",
      settingsSchema.shape.state.unwrap(),
    ),
    suggestions: 'folders' as const,
  },
  ...pageOption,
  region,
  profile,
  json,
  color,
  debug,
};
export type FleetOptions = OptionValues<typeof options>;

const viewName = z.enum(views);

export const fleet = defineCommand({
  name: 'fleet',
  operands: '<view> [target]',
  operandValues: views,
  summary: 'Shows what all accounts and Regions report to their hub. Changes nothing.',
  examples: [
    ['fleet status --hub s3://bucket', 'every account and Region, and what they need'],
    ['fleet status --hub s3://bucket --html fleet.html', 'the same as a page for a browser'],
    ['fleet show 123456789012/eu-west-1 --hub s3://bucket', 'one of them'],
    ['fleet actions --json --hub s3://bucket', 'what they ask for, for a script'],
  ],
  options,
  read: (operands, values) => {
    const [word, target, ...more] = operands;
    const view = viewName.safeParse(word).data;
    const problems: string[] = [];
    if (view === undefined)
      problems.push(`fleet: given ${describeOperands(operands)}, allowed: ${views.join(', ')} as the first word`);
    else if (more.length > 0 || (view === 'show') !== (target !== undefined))
      problems.push(
        `fleet ${view}: given ${describeOperands(operands.slice(1))}, allowed: ${view === 'show' ? 'one target, such as 123456789012/eu-west-1' : 'only options'}`,
      );
    else if (target !== undefined && !/^\d{12}\/[a-z0-9-]{1,40}$/.test(target))
      problems.push(
        `fleet show: given ${describeOperands([target])}, allowed: an account and a Region, such as 123456789012/eu-west-1`,
      );
    if (values['hub'] === undefined)
      problems.push('--hub: not given; give the bucket of the hub, the output HubBucket of its stack, as s3://bucket');
    if (values['html'] !== undefined && view !== 'status') problems.push('--html: allowed only for fleet status');
    return { problems, operands: view === undefined ? undefined : { view, target } };
  },
  run: async (given, context) => (await import('../actions/fleet.ts')).showFleet(given, context),
});
