// The table of permissions: one row a statement of infra/permissions.yml, with the parts of a run that declare each action.
import { parse } from 'yaml';
import * as z from 'zod';
import { type Need, needs } from '../../shared/sources/permissions.ts';
import { code, table } from '../markdown.ts';
import { textOf } from './repository.ts';

export function permissionsTable(): string {
  return table(['statement', 'permissions', 'on', 'for', 'role'], permissionRows());
}

const statement = z.object({
  Sid: z.string(),
  Action: z.union([z.string(), z.array(z.string())]),
  Resource: z.union([z.string(), z.array(z.string())]),
});
const policy = z.object({ PolicyDocument: z.object({ Statement: z.array(statement) }) });
/** A variable of the framework: serverless.yml chooses the policy by `durable` in pruner.yml. */
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

/** Restoring needs the operator's own permissions. A stage permits what the settings list, by its parameter. */
const isOfFunctions = ({ purpose, setting }: Need) => purpose !== 'restoring' && setting === undefined;

function holders(modes: ReadonlySet<Mode>): string {
  if (modes.has('preview')) return modes.size === 1 ? 'preview' : 'both';
  if (modes.has('dry-run')) return 'prune';
  return modes.has('live') ? '**prune, when live**' : '**prune, when live and `deleteAfterDays` is not 0**';
}

/** Permissions of the function itself, which no part of a run declares. */
const ofTheFunction: readonly (readonly [prefix: string, what: string])[] = [
  ['logs:', 'its log'],
  ['lambda:Checkpoint', 'its own executions'],
  ['lambda:GetDurable', 'its own executions'],
  ['sqs:', 'the event of a failed run'],
];

/** The parts that declare the action. */
function purposesOf(action: string): string[] {
  const own = ofTheFunction.find(([prefix]) => action.startsWith(prefix));
  if (own !== undefined) return [own[1]];
  const names = needs()
    .filter(isOfFunctions)
    .filter(({ permissions }) => permissions.includes(action))
    .map(({ name }) => code(name));
  if (names.length === 0) throw new Error(`infra/permissions.yml allows ${action}, and no part of a run declares it`);
  return names;
}

/** `service/*` of an ARN, or the name of the stack's own resource. */
function resourceName(resource: string): string {
  if (resource === '*') return code('*');
  const [, kind] = /^arn:.*:(\w[\w-]*[/:]\*(?::\*)?)$/.exec(resource) ?? [];
  if (kind !== undefined) return code(kind);
  if (resource.includes(':function:')) return 'the function itself';
  const [, bucket] = /^\$\{(\w+)\.Arn\}\/\*$/.exec(resource) ?? [];
  if (bucket !== undefined) return `objects in the stack's ${bucket}`;
  const [, record] = /\/([\w-]+\.json)$/.exec(resource) ?? [];
  if (record !== undefined) return code(record);
  return resource.includes('LogGroup') ? 'its log group' : `the stack's ${resource.replace(/\.Arn$/, '')}`;
}

function listed(texts: readonly string[]): string {
  return [...new Set(texts)].join(', ');
}

function permissions(): z.output<typeof permissionsFile> {
  // CloudFormation's tags (!Sub, !Ref, !GetAtt) become the text that follows them.
  const customTags = ['!Sub', '!Ref', '!GetAtt'].map((tag) => ({ tag, resolve: (text: string) => text }));
  return permissionsFile.parse(parse(textOf('infra/permissions.yml'), { customTags }));
}
