import * as z from 'zod';
import { glob } from '../../shared/settings/glob.ts';
import { complaints } from '../../shared/settings/problems.ts';
import { rules } from '../../shared/plan/rules/rules.ts';
import { catalogue } from '../../shared/sources/catalogue.ts';
import { keysOf } from '../../shared/domain/objects.ts';
import { defineCommand, type RawValues } from '../command.ts';
import { choiceOption, flagOf, flagOption, type OptionValues, textOption } from '../option.ts';
import {
  commonOptions,
  pageOption,
  policyOptions,
  sourceOptions,
  topicOption,
  verboseOption,
  writeOptions,
} from '../options.ts';

const options = {
  all: flagOption('--all', 'show the families that stay as they are, too'),
  rule: choiceOption(
    '--rule <rule>',
    'show only revisions that this rule keeps',
    rules.map(({ name }) => name),
  ),
  source: choiceOption(
    '--source <source>',
    'show only revisions that this source references or holds',
    keysOf(catalogue),
  ),
  verdict: choiceOption('--verdict <verdict>', 'show only revisions with this verdict', [
    'deregister',
    'deferred',
    'hold',
    'keep',
  ]),
  ndjson: flagOption('--ndjson', 'print one JSON line for each revision and nothing else'),
  ...verboseOption,
  out: {
    ...textOption('--out <file>', 'save the plan for prune --plan, valid for 24 hours', /./, 'the name of a file'),
    suggestions: 'files' as const,
  },
  compare: {
    ...textOption('--compare <file>', 'show what other settings would change', /./, 'the name of a settings file'),
    suggestions: 'files' as const,
  },
  targets: {
    ...textOption('--targets <file>', 'plan several accounts and Regions', /./, 'the name of a file of targets'),
    suggestions: 'files' as const,
  },
  ...topicOption,
  ...pageOption,
  detailedExitcode: flagOption(
    '--detailed-exitcode',
    'exit with 2 if something would be deregistered, 0 if nothing, 1 for wrong usage',
  ),
  ...commonOptions,
  ...policyOptions,
  ...sourceOptions,
  ...writeOptions,
};
export type PlanOptions = OptionValues<typeof options>;

export const plan = defineCommand({
  name: 'plan',
  operands: '[families...]',
  summary: 'Shows what would be deregistered, and why the rest stays. Changes nothing.',
  examples: [
    ['plan', 'the whole account'],
    ["plan web 'batch-*' --keep-latest 3", 'some families, by a stricter policy'],
    ['plan --rule referenced --source schedules', 'the revisions that schedules keep'],
    ['plan --state s3://bucket --out plan.json', 'to review it, and carry it out with prune --plan plan.json'],
    ['plan --json > report.json', 'for a script'],
    ['plan --html plan.html', 'as a page for a browser'],
    ['plan --ndjson > plan.ndjson', 'for a script, of a large account'],
    ['plan --detailed-exitcode', 'for a job in CI'],
    ['plan --targets targets.yml', 'several accounts and Regions, one table'],
    ['plan --compare stricter.yml', 'what other settings would change, family by family'],
  ],
  options,
  read: (operands, values) => ({
    problems: [
      ...checkFamilies(operands, values),
      ...checkFilters(values),
      ...checkComparison(values),
      ...checkTargets(values),
    ],
    operands: operands.length === 0 ? {} : { families: operands },
  }),
  run: async (given, context) => (await import('../actions/plan.ts')).plan(given, context),
});

function checkFamilies(operands: readonly string[], values: RawValues): string[] {
  if (operands.length > 0 && values['families'] !== undefined)
    return ['plan: given families both as words and by --families, allowed: one of them'];
  return complaints(z.array(glob), operands).map(({ message }) => `plan: ${message}`);
}

/** JSON has every revision; a script selects by itself. */
function checkFilters(values: RawValues): string[] {
  const formats = ['json', 'ndjson'].filter((name) => values[name] === true).map((name) => `--${name}`);
  if (formats.length > 1) return [`plan: given ${formats.join(' and ')}, allowed: one of them`];
  const given = ['rule', 'source', 'verdict'].filter((name) => values[name] !== undefined);
  if (formats.length === 0 || given.length === 0) return [];
  return [`plan: given ${formats.join()} with --${given.join(', --')}, allowed: these only for text`];
}

/** A comparison is no plan: there is nothing to save, to send, to count or to select. */
function checkComparison(values: RawValues): string[] {
  if (values['compare'] === undefined) return [];
  return refuseBeside(values, [...onePlan, 'html'], '--compare, which makes no plan; give only one of them');
}

/** Profile, Region, settings and state are those of each target. */
function checkTargets(values: RawValues): string[] {
  if (values['targets'] === undefined) return [];
  const others = [...onePlan, 'html', 'compare', 'region', 'profile', 'state'] as const;
  return refuseBeside(values, others, '--targets, allowed: in the file of targets, or for one plan');
}

/** Options of the plan of one account. */
const onePlan = ['out', 'topic', 'ndjson', 'detailedExitcode', 'all', 'rule', 'source', 'verdict', 'verbose'] as const;

function refuseBeside(values: RawValues, names: readonly (keyof typeof options)[], beside: string): string[] {
  return names
    .filter((name) => values[name] !== undefined && values[name] !== false)
    .map((name) => `${flagOf(options[name])}: given beside ${beside}`);
}
