// The passages of the README that nobody types: tables made of what the code declares, and answers that the product really
// gives. Each stands between `<!-- generated: NAME WORDS -->` and `<!-- end -->`; this file says what belongs there.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import * as z from 'zod';
import { readArguments } from '../cli/arguments.ts';
import { explain } from '../shared/report/explain.ts';
import { terminal } from '../shared/report/terminal.ts';
import { type Need, needs } from '../shared/sources/permissions.ts';
import { sources } from '../shared/sources/sources.ts';
import { usagePart } from '../shared/read/usage/usage.ts';
import { parseSettings } from '../shared/settings/parse.ts';
import { SettingsError } from '../shared/settings/problems.ts';
import { settingsSchema } from '../shared/settings/schema.ts';
import { readYaml } from '../shared/settings/yaml.ts';
import { demonstrated, explained } from './demonstration.ts';
import { excerpt } from './excerpt.ts';
import { code, table } from './markdown.ts';

const screen = { width: 80, color: false };

interface Place {
  /** What follows the name in the marker. */
  readonly words: readonly string[];
  /** The document up to the marker. */
  readonly before: string;
}

const makers: Readonly<Record<string, (place: Place) => string | Promise<string>>> = {
  help: ({ words: [command = ''] }) => {
    const given = readArguments([command, '--help'], { version: '', columns: screen.width });
    if (given.command !== 'help') throw new Error(`There is no help of ${command}`);
    return answer(`./pruner ${command} --help`, given.text);
  },
  explain: async ({ words: [family = '', number = ''] }) => {
    const explanation = await explained({ family, number: Number(number) });
    return answer(`./pruner explain ${family}:${number}`, explain(explanation, screen));
  },
  plan: async ({ words, before }) => {
    const settings = z.looseObject({}).parse(parse(settingsAbove(before)));
    const { report } = await demonstrated({ dryRun: true, settings });
    const { rows, leftOut } = excerpt(terminal(report, screen), words);
    return answer('./pruner plan', [...rows, `  ... (${leftOut} other lines)`].join('\n'));
  },
  refused: ({ before }) => {
    const { value, lineOf } = readYaml(settingsAbove(before));
    try {
      parseSettings(value, 'pruner.yml', { lineOf, problems: [] });
    } catch (error) {
      if (error instanceof SettingsError) return answer('./pruner plan', error.message);
      throw error;
    }
    throw new Error('The README says that these settings are refused, and they are not');
  },
  settings: () =>
    table(
      ['key', 'default', 'what it says'],
      Object.entries(settingsSchema.shape).map(([key, field]) => [
        code(key),
        code(JSON.stringify(field.parse(undefined))),
        field.description ?? '',
      ]),
    ),
  sources: () =>
    table(
      ['source', 'why it is read', 'what it cannot see'],
      [...sources, usagePart].map(({ name, why, blindTo }) => [code(name), why, blindTo]),
    ),
  permissions: () => table(['statement', 'permissions', 'on', 'for', 'who'], permissionRows()),
};

/** The settings that stand before an answer are those that it answers to. */
function settingsAbove(document: string): string {
  const [, text] = [...document.matchAll(/```yaml\n([^]*?)```/g)].at(-1) ?? [];
  if (text === undefined) throw new Error('An answer to settings stands in the README before any settings');
  return text;
}

/** The document with every passage made anew. */
export async function withPassages(text: string): Promise<string> {
  const pieces: string[] = [];
  let at = 0;
  for (const found of text.matchAll(/(<!-- generated: (.*?) -->\n)([^]*?)(<!-- end -->)/g)) {
    const [, begin = '', marker = '', , end = ''] = found;
    const [name = '', ...words] = marker.split(' ');
    const make = makers[name];
    if (make === undefined) throw new Error(`Nothing makes a passage named ${name}`);
    const before = text.slice(0, found.index);
    pieces.push(text.slice(at, found.index), begin, '\n', await make({ words, before }), '\n', end);
    at = found.index + found[0].length;
  }
  return [...pieces, text.slice(at)].join('');
}

const statement = z.object({
  Sid: z.string(),
  Action: z.union([z.string(), z.array(z.string())]),
  Resource: z.union([z.string(), z.array(z.string())]),
});
const policy = z.object({ PolicyDocument: z.object({ Statement: z.array(statement) }) });
/** By the name under which it stands in the file, where serverless.yml chooses: the table is of what pruner.yml says. */
const chosen = z.string().regex(/^\$\{file\(infra\/permissions\.yml\):run-/);
const policies = z.array(z.union([chosen, policy]));
const permissionsFile = z.object({
  'dry-run': policies,
  live: policies,
  'live-and-delete': policies,
  preview: policies,
  'run-durable': policy.optional(),
});
const modes = ['dry-run', 'live', 'live-and-delete', 'preview'] as const;
type Mode = (typeof modes)[number];

/** A row a statement of infra/permissions.yml, which is what is deployed; what for is what the sources declare. */
function permissionRows(): string[][] {
  const permitted = permissions();
  const rows = new Map<string, { Action: string[]; Resource: string[]; modes: Set<Mode> }>();
  const { 'run-durable': durable } = permitted;
  for (const [mode, policies] of modes.map((mode) => [mode, permitted[mode]] as const)) {
    for (const { Sid, Action, Resource } of policies.flatMap(
      (one) => (typeof one === 'string' ? durable : one)?.PolicyDocument.Statement ?? [],
    )) {
      const row = rows.get(Sid) ?? { Action: [Action].flat(), Resource: [Resource].flat(), modes: new Set() };
      rows.set(Sid, row);
      row.modes.add(mode);
    }
  }
  const held = new Set([...rows.values()].flatMap(({ Action }) => Action));
  const unheld = needs()
    .filter(isOfFunctions)
    .flatMap(({ permissions }) => permissions)
    .filter((action) => !held.has(action));
  if (unheld.length > 0) throw new Error(`No role holds ${unheld.join(', ')}`);
  return Array.from(rows, ([sid, { Action, Resource, modes }]) => [
    code(sid),
    listed(Action.map(code)),
    listed(Resource.map(resourceName)),
    listed(Action.flatMap(purposesOf)),
    holders(modes),
  ]);
}

/** No role holds what only the operator does; a stage permits what only the settings name. */
const isOfFunctions = ({ purpose, setting }: Need) => purpose !== 'restoring' && setting === undefined;

function holders(modes: ReadonlySet<Mode>): string {
  if (modes.has('preview')) return modes.size === 1 ? 'preview' : 'both';
  if (modes.has('dry-run')) return 'prune';
  return modes.has('live') ? '**prune, when live**' : '**prune, when live and `deleteAfterDays` is not 0**';
}

/** What belongs to every function, and is no part of a run. */
const ownAffairs: readonly (readonly [prefix: string, what: string])[] = [
  ['logs:', 'its log'],
  ['lambda:Checkpoint', 'its own executions'],
  ['lambda:GetDurable', 'its own executions'],
  ['sqs:', 'the event of a run that failed'],
];

/** The parts that declare it. */
function purposesOf(action: string): string[] {
  const own = ownAffairs.find(([prefix]) => action.startsWith(prefix));
  if (own !== undefined) return [own[1]];
  const names = needs()
    .filter(isOfFunctions)
    .filter(({ permissions }) => permissions.includes(action))
    .map(({ name }) => code(name));
  if (names.length === 0)
    throw new Error(`${action} is permitted, and shared/sources/permissions.ts does not say for what`);
  return names;
}

/** `service/*` of an ARN; what is the stack's own by its name there. */
function resourceName(resource: string): string {
  if (resource === '*') return code('*');
  const [, kind] = /^arn:.*:(\w[\w-]*[/:]\*(?::\*)?)$/.exec(resource) ?? [];
  if (kind !== undefined) return code(kind);
  if (resource.includes(':function:')) return 'the function itself';
  const [, bucket] = /^\$\{(\w+)\.Arn\}\/\*$/.exec(resource) ?? [];
  if (bucket !== undefined) return `what is in the stack's ${bucket}`;
  const [, record] = /\/([\w-]+\.json)$/.exec(resource) ?? [];
  if (record !== undefined) return code(record);
  return resource.includes('LogGroup') ? 'its log group' : `the stack's ${resource.replace(/\.Arn$/, '')}`;
}

function listed(texts: readonly string[]): string {
  return [...new Set(texts)].join(', ');
}

function permissions(): z.output<typeof permissionsFile> {
  const path = fileURLToPath(new URL('../infra/permissions.yml', import.meta.url));
  // CloudFormation's own tags (!Sub, !Ref, !GetAtt) are read as the text that they stand before.
  const customTags = ['!Sub', '!Ref', '!GetAtt'].map((tag) => ({ tag, resolve: (text: string) => text }));
  return permissionsFile.parse(parse(readFileSync(path, 'utf8'), { customTags }));
}

function answer(command: string, printed: string): string {
  return ['```console', `$ ${command}`, printed.trimEnd(), '```', ''].join('\n');
}
