// Tables of interfaces for other programs: exit codes, environment variables, events, outcomes and schemas.
import path from 'node:path';
import { exitCodes } from '../../cli/exit.ts';
import { commands } from '../../cli/commands.ts';
import { previewEvent, pruneEvent } from '../../functions/event.ts';
import { type Outcome, outcomes } from '../../shared/report/model/report.ts';
import { code, table } from '../markdown.ts';
import { described } from './described.ts';
import type { Makers } from './passage.ts';
import { filesOf, linkTo, textOf } from './repository.ts';

const exitCodeMeanings: Record<keyof typeof exitCodes, string> = {
  done: 'Finished. Also when there was nothing to do, the cap was reached, a family is held or a glob matched nothing. `explain` returns it whatever the hold',
  failed:
    'A deregistration or registration was refused, the run aborted, something began to use a revision after it was deregistered, the report was not sent, AWS was not reached, or AWS refused the credentials',
  usage:
    'The command did not begin: wrong options or settings, no such profile, no Region, a wrong or undeclared account, a declined prompt, an unknown revision, or a saved plan that cannot be used',
  held: 'The run is held: something could not be read to its end, or the state store could not be used. Or it is paused. Nothing was deregistered after that',
  interrupted:
    'Ctrl-C, SIGTERM, or Ctrl-D at a prompt. While revisions are deregistered, the current call finishes and is reported first; a second Ctrl-C does not wait',
};

const outcomeMeanings: Record<Outcome, string> = {
  OK: 'The run finished. No action required',
  ACTION: 'The run finished, and the report lists at least one action item',
  PARTIAL: 'The run finished, but AWS refused some revisions. The next run tries them again by itself',
  PREVIEW: 'A dry run. Nothing was deregistered',
  HELD: 'Something could not be read, so nothing more may be deregistered. The report says what and why',
  FAILED: 'A call was refused, the run aborted, or the run could not continue',
};

const variables: Readonly<Record<string, readonly [readBy: string, meaning: string]>> = {
  AWS_PROFILE: ['command line', 'The profile of your AWS configuration, unless `--profile` is given'],
  AWS_CONFIG_FILE: ['command line', 'Another file than `~/.aws/config`'],
  AWS_ENDPOINT_URL: [
    'all',
    'An emulator or a proxy in place of AWS. S3 is then addressed by path. See [SECURITY.md](../../SECURITY.md#an-emulator-or-a-proxy-in-place-of-aws)',
  ],
  AWS_ENDPOINT_URL_S3: ['all', 'The same for S3 alone'],
  AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: ['all', '`true` ignores the endpoint variables above'],
  NO_COLOR: ['command line', 'Any value but an empty one turns colours off. A pipe gets none anyway'],
  COLUMNS: ['command line', 'The width of output into a pipe. Default: 80'],
  XDG_CACHE_HOME: [
    'command line',
    'The folder of caches. Default: `~/.cache`. Compiled code of the command line is kept there, in `ecs-revision-pruner`',
  ],
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: [
    'command line',
    'The command line sets it: which Node.js a later SDK needs is no advice for its operator',
  ],
  DRY_RUN: ['nightly function', 'Anything but `false` is a dry run. Set by the stack'],
  TOPIC_ARN: ['functions', 'The topic for reports. Set by the stack'],
  STATE: ['functions', 'The state store, as `s3://bucket`. Set by the stack'],
  TIME_ZONE: [
    'both functions',
    'The time zone of the times in a report, by its IANA name. Set by the stack to `TimeZone`. Default: UTC',
  ],
  CHAT_TOPIC_ARN: ['nightly function', 'The topic of a chat channel. Set by the stack where `ChatTopic` is true'],
  EVENT_BUS_ARN: [
    'nightly function',
    'The bus for the event of each run. Set by the stack: the default bus of the account',
  ],
  FLEET_BUS_ARN: [
    'nightly function',
    'A second bus for the event of each run. Set by the stack where `FleetBusArn` is given',
  ],
  SETTINGS: [
    'functions',
    'The SSM parameter with the settings, or with their address. Set by the stack where `Settings` is given',
  ],
  PAUSE_PARAMETER: [
    'nightly function',
    'The SSM parameter that pauses runs, instead of the one in the settings. Set by the stack',
  ],
  FLEET_BUCKET: ['functions of a hub', 'Its bucket. Set by the stack of the hub'],
  STACK_SET: ['digest function', 'The stack set whose stacks should report. Set by the stack of the hub'],
  STACK_SET_CALL_AS: [
    'digest function',
    '`DELEGATED_ADMIN` in the account of a delegated administrator, otherwise `SELF`. Set by the stack of the hub',
  ],
  TARGETS: ['digest function', 'Further accounts and Regions that should report. Set by the stack of the hub'],
  SILENT_HOURS: [
    'digest function',
    'After how many hours without a run a target is silent. Set by the stack of the hub. Default: 36',
  ],
  SETTINGS_FILE: ['functions', 'Settings as JSON in place of the packed ones. For the demonstration and tests'],
  POWERTOOLS_SERVICE_NAME: ['functions', 'The `service` of logs and metrics. Set by the stack'],
  POWERTOOLS_METRICS_NAMESPACE: ['functions', 'The namespace of the metrics. Set by the stack'],
  POWERTOOLS_LOG_LEVEL: ['functions', 'The log level. Set by the stack'],
  NODE_OPTIONS: [
    'functions',
    'Enables source maps in stack traces, and in a hub bounds the memory of new objects. Set by the stack',
  ],
};

const eventFields: Readonly<Record<string, string>> = {
  families: 'Up to 100 globs. A family must match one of them, and one of `families` in the settings',
  maxDeregistrations: 'A whole number from 1, at most the deployed one',
  dryRun: '`true`. No other value is allowed',
  notify: '`true` sends the report as well, if the setting `notify` would send it. No other value is allowed',
};

const schemas: Readonly<Record<string, string>> = {
  'report.schema.json':
    '`plan --json`, `prune --json`, both functions, and SNS subscribers other than `email` and `sms`',
  'targets.schema.json': '`plan --targets --json`',
  'fleet.schema.json': '`fleet status --json`, and SNS subscribers of a hub other than `email` and `sms`',
  'fleet-target.schema.json': '`fleet show --json`',
  'fleet-actions.schema.json': '`fleet actions --json`',
  'compare.schema.json': '`plan --compare --json`',
  'plan.schema.json': 'the file of `plan --out`',
  'explain.schema.json': '`explain --json`',
  'history.schema.json': '`history --json`',
  'answer.schema.json': '`approve --json`, `decline --json`',
  'restore.schema.json': '`restore --json`',
  'doctor.schema.json': '`doctor --json`',
  'run-event.schema.json':
    '[the event of a run](events.md#the-event-of-a-run), in `detail`, and a report that is too large',
  'revision-line.schema.json': 'each line of `plan --ndjson`',
  'error.schema.json': 'any command that ends before it begins, with `--json`',
  'pruner.schema.json': '`pruner.yml`, for editors',
};

export const interfaces: Makers = {
  commands: () =>
    table(
      ['command', 'purpose'],
      commands.map(({ name, summary }) => [`[${code(name)}](#${name})`, summary]),
    ),
  'exit-codes': () =>
    table(
      ['code', 'name', 'meaning'],
      described('exit code', Object.keys(exitCodes), exitCodeMeanings).map(([name, meaning]) => [
        String(new Map<string, number>(Object.entries(exitCodes)).get(name)),
        code(name),
        meaning,
      ]),
    ),
  outcomes: () =>
    table(
      ['outcome', 'meaning'],
      described('outcome', outcomes, outcomeMeanings).map(([name, meaning]) => [code(name), meaning]),
    ),
  environment: () =>
    table(
      ['variable', 'read by', 'meaning'],
      // In the order of the descriptions: related variables stand together.
      described('environment variable', environmentVariables(), variables)
        .toSorted(([a], [b]) => orderOf(variables, a) - orderOf(variables, b))
        .map(([name, [readBy, meaning]]) => [code(name), readBy, meaning]),
    ),
  events: () => {
    const [prune, preview] = [Object.keys(pruneEvent.shape), Object.keys(previewEvent.shape)];
    return table(
      ['field', 'nightly function', 'preview', 'value'],
      described('event field', [...prune, ...preview], eventFields).map(([field, meaning]) => [
        code(field),
        prune.includes(field) ? 'yes' : 'no',
        preview.includes(field) ? 'yes' : 'no',
        meaning,
      ]),
    );
  },
  schemas: ({ document }) => {
    const files = new Map(filesOf('**/*.schema.json').map((file) => [path.basename(file), file]));
    return table(
      ['schema', 'describes'],
      described('schema', files.keys(), schemas).map(([name, describes]) => [
        `[${name}](${linkTo(files.get(name) ?? name, document)})`,
        describes,
      ]),
    );
  },
};

/** Those that our code reads, and those that the stack sets. */
function environmentVariables(): string[] {
  const read = filesOf('{shared,functions,cli}/**/*.{ts,mjs}').flatMap((file) =>
    [...textOf(file).matchAll(/\benv\['(\w+)'\]|\benv\.(\w+)/g)].map(([, a, b]) => a ?? b ?? ''),
  );
  const set = [...textOf('infra/template.yml').matchAll(/^ {10}([A-Z][A-Z_]+): /gm)].map(([, name = '']) => name);
  return [...read, ...set];
}

function orderOf(record: Readonly<Record<string, unknown>>, key: string): number {
  return Object.keys(record).indexOf(key);
}
