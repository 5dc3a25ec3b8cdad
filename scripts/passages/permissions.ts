// The table of permissions: one row a statement of infra/template.yml, with the parts of a run that declare each action.
import { roleStatements } from '../../cli/roles.ts';
import { type Need, needs } from '../../shared/sources/permissions.ts';
import { code, table } from '../markdown.ts';

export function permissionsTable(): string {
  return table(['statement', 'permissions', 'on', 'for', 'role'], permissionRows());
}

function permissionRows(): string[][] {
  const rows = Map.groupBy(roleStatements(), ({ Sid }) => Sid);
  const held = new Set(roleStatements().flatMap(({ Action }) => Action));
  const unheld = needs()
    .filter(isOfFunctions)
    .flatMap(({ permissions }) => permissions)
    .filter((action) => !held.has(action));
  if (unheld.length > 0) throw new Error(`No role holds ${unheld.join(', ')}`);
  return Array.from(rows, ([sid, statements]) => {
    const [Action, Resource] = [statements.flatMap((one) => one.Action), statements.flatMap((one) => one.Resource)];
    const roles = statements.map(({ role }) => role);
    const holders = [
      roles.length > 1 ? 'both' : roles[0] === 'PruneRole' ? 'prune' : 'preview',
      ...new Set(statements.flatMap(({ conditions }) => conditions.map((name) => conditionMeanings[name] ?? name))),
    ];
    return [
      code(sid),
      listed(Action.map(code)),
      listed(Resource.map(resourceName)),
      listed(Action.flatMap((action) => purposesOf(sid, action))),
      holders.join(', '),
    ];
  });
}

const conditionMeanings: Readonly<Record<string, string>> = {
  Deregisters: '**when live** (`DryRun` false)',
  Deletes: '**when live and `AllowDelete` is true**',
  IsDurable: 'with `Durable`',
  IsInVpc: 'with `SubnetIds`',
  IsTraced: 'with `Tracing`',
  EncryptsReports: 'with a key',
  HasSettings: 'with `Settings`',
  CreatesChatTopic: 'with `ChatTopic`',
  SettingsInS3: 'with `Settings` in S3',
  Searches: 'with `SearchResourceArns`',
};

/** Restoring and approving need the operator's own permissions. A stage permits what the settings list, by its parameter. */
const isOfFunctions = ({ purpose, setting }: Need) =>
  purpose !== 'restoring' && purpose !== 'approving' && setting === undefined;

/** Permissions of the function itself, which no part of a run declares. */
const ofTheFunction: readonly (readonly [prefix: string, what: string])[] = [
  ['logs:', 'its log'],
  ['lambda:Checkpoint', 'its own executions'],
  ['lambda:GetDurable', 'its own executions'],
  ['sqs:', 'the event of a failed run'],
  ['events:Put', 'the event of each run'],
  ['ec2:', 'its network'],
  ['kms:', 'reports, and the state store'],
  ['xray:', 'its traces'],
];

/** Statements of the function itself whose actions parts of a run declare for other resources. */
const ofSettings = new Set(['ReadSettings', 'ReadSettingsObject']);

/** The parts that declare the action. */
function purposesOf(sid: string, action: string): string[] {
  if (ofSettings.has(sid)) return ['its settings'];
  if (sid === 'Search') return [code('search')];
  if (sid === 'ReadPause') return [code('pause')];
  if (sid === 'ReadCalendars') return [code('calendar')];
  const own = ofTheFunction.find(([prefix]) => action.startsWith(prefix));
  if (own !== undefined) return [own[1]];
  const names = needs()
    .filter(isOfFunctions)
    .filter(({ permissions }) => permissions.includes(action))
    .map(({ name }) => code(name));
  if (names.length === 0) throw new Error(`infra/template.yml allows ${action}, and no part of a run declares it`);
  return names;
}

/** `service/*` of an ARN, or the name of the stack's own resource. */
function resourceName(resource: string): string {
  if (resource === '*') return code('*');
  const [, kind] = /^arn:.*:(\w[\w-]*[/:]\*(?::\*)?)$/.exec(resource) ?? [];
  if (kind !== undefined) return code(kind);
  if (resource.includes(':function:')) return 'the function itself';
  if (resource.endsWith(':event-bus/default')) return 'the default event bus';
  const [, bucket] = /^\$\{(\w+)\.Arn\}\/\*$/.exec(resource) ?? [];
  if (bucket !== undefined) return `objects in the stack's ${bucket}`;
  const [, record] = /\/([\w-]+\.json)$/.exec(resource) ?? [];
  if (record !== undefined) return code(record);
  if (resource.includes('${Place}')) return 'the named one';
  const [, parameter] = /^\$\{(\w+Arns?)\}$/.exec(resource) ?? [];
  if (parameter !== undefined) return code(parameter);
  const [, own = ''] = /\$\{(\w+?)(?:\.Arn)?\}$/.exec(resource) ?? [];
  return own.endsWith('LogGroup') ? 'its log group' : `the stack's ${own}`;
}

function listed(texts: readonly string[]): string {
  return [...new Set(texts)].join(', ');
}
