// Tests which arguments the command line accepts, and its messages for those that it refuses.
import { describe, expect, test } from 'vitest';
import { parseCommandLine } from '../../cli/parse.ts';

const given = (...args: string[]) => parseCommandLine(args, { version: '1.2.3', columns: 80 });
const topic = 'arn:aws:sns:eu-west-1:123456789012:ecs-revision-pruner';

describe('accepted arguments', () => {
  test('a command alone leaves everything to the settings and the AWS configuration', () => {
    expect(given('plan')).toMatchObject({
      command: 'plan',
      input: { json: false, color: true, debug: false },
    });
  });

  test('prune reads every option as a value of its type', () => {
    const all = {
      '--settings': 'my.yml',
      '--region': 'us-gov-west-1',
      '--profile': 'my audit',
      '--families': 'web*,{api,job}-[0-9], batch',
      '--keep-latest': '3',
      '--min-age-days': '0',
      '--max-deregistrations': '100000',
      '--share': '0.25',
      '--write-share': '0.1',
      '--state': 's3://state-of-pruner/of/web',
      '--without': 'tags,arn:aws:events:eu-west-1:123456789012:rule/nightly',
      '--topic': topic,
      '--account': '012345678901',
    };
    const flags = ['--json', '--no-color', '--debug', '--yes', '--no-wait'];
    expect(given('prune', ...Object.entries(all).flat(), ...flags)).toMatchObject({
      command: 'prune',
      input: {
        settings: 'my.yml',
        region: 'us-gov-west-1',
        profile: 'my audit',
        families: ['web*', '{api,job}-[0-9]', 'batch'],
        keepLatest: 3,
        minAgeDays: 0,
        maxDeregistrations: 100000,
        share: 0.25,
        writeShare: 0.1,
        state: 's3://state-of-pruner/of/web',
        without: ['tags', 'arn:aws:events:eu-west-1:123456789012:rule/nightly'],
        topic,
        json: true,
        debug: true,
        color: false,
        yes: true,
        wait: false,
        account: '012345678901',
      },
    });
  });

  test('explain accepts a revision before or after its options', () => {
    const subject = { revision: { family: 'web_Admin-2', number: 41 } };
    const input = { json: true, color: true, debug: false, subject };
    expect(given('explain', 'web_Admin-2:41', '--json')).toMatchObject({ command: 'explain', input });
    expect(given('explain', '--json', 'web_Admin-2:41')).toMatchObject({ command: 'explain', input });
    expect(given('explain', 'web_Admin-2')).toMatchObject({ input: { subject: { family: 'web_Admin-2' } } });
  });

  test.each([
    { args: [], asked: undefined, more: {} },
    { args: ['web_Admin-2'], asked: 'web_Admin-2', more: {} },
    { args: ['--limit', '365', '6f1c0a52'], asked: '6f1c0a52', more: { limit: 365 } },
    { args: ['--run', '6f1c'], asked: undefined, more: { run: '6f1c' } },
  ])('history accepts a family, the beginning of an id, or nothing: $args', ({ args, asked, more }) => {
    const input = { json: false, color: true, debug: false, asked, ...more };
    expect(given('history', ...args)).toMatchObject({ command: 'history', input });
  });

  test.each([
    { way: 'with an equals sign', args: ['plan', '--keep-latest=3'] },
    { way: 'before the command', args: ['--keep-latest', '3', 'plan'] },
    { way: 'with zeros before it', args: ['plan', '--keep-latest', '003'] },
  ])('a number may be given $way', ({ args }) => {
    expect(given(...args)).toMatchObject({ command: 'plan', input: { keepLatest: 3 } });
  });

  test('a value that is the name of a command is a value', () => {
    expect(given('--profile', 'prune', 'plan')).toMatchObject({
      command: 'plan',
      input: { profile: 'prune' },
    });
  });

  test('an account may be given without --yes, which still asks', () => {
    expect(given('prune', '--account', '123456789012')).toMatchObject({
      command: 'prune',
      input: { yes: false, account: '123456789012' },
    });
  });

  test.each(['.5', '0.5', '1', '1.0', '0.000000000000001'])('a share may be %s', (share) => {
    expect(given('plan', '--share', share)).toMatchObject({ input: { share: Number(share) } });
  });

  test('a family may have 255 characters, a revision fifteen digits', () => {
    const family = 'a'.repeat(255);
    expect(given('explain', `${family}:999999999999999`)).toMatchObject({
      input: { subject: { revision: { family, number: 999_999_999_999_999 } } },
    });
  });
});

const globs = 'letters, digits, _ and -, with the wildcards *, ?, [a-z] and {a,b}, and at most three * and { together';
const everyOption =
  '--settings, --region, --profile, --state, --share, --json, --no-color, --debug, --families, --keep-latest, --min-age-days, --max-deregistrations, --without, --write-share';

describe('the operands of restore', () => {
  const web = (...numbers: number[]) => numbers.map((number) => ({ family: 'web', number }));

  test.each<{ args: string[]; revisions: { family: string; number: number }[] }>([
    { args: ['web:41'], revisions: web(41) },
    { args: ['web:41-43'], revisions: web(41, 42, 43) },
    { args: ['web:3,7-9'], revisions: web(3, 7, 8, 9) },
    { args: ['web:7-7', 'api_2:1'], revisions: [...web(7), { family: 'api_2', number: 1 }] },
  ])('may be $args', ({ args, revisions }) => {
    expect(given('restore', ...args)).toMatchObject({ command: 'restore', input: { wanted: { revisions } } });
  });

  test('may be a run, by its id', () => {
    expect(given('restore', '--run', '4f1c', '--on-top', '--again')).toMatchObject({
      command: 'restore',
      input: { wanted: { run: '4f1c' }, onTop: true, again: true },
    });
  });

  test.each<{ args: string[]; message: string }>([
    { args: [], message: 'restore: given nothing, allowed: revisions' },
    { args: ['web'], message: 'restore: given "web", allowed: revisions with their family, such as web:41' },
    { args: ['web:'], message: 'given "web:"' },
    { args: ['web:0'], message: 'given "web:0"' },
    { args: ['web:1-'], message: 'given "web:1-"' },
    { args: ['web:5-3'], message: 'given "web:5-3"' },
    { args: ['web:1,,2'], message: 'given "web:1,,2"' },
    { args: ['web:1-2-3'], message: 'given "web:1-2-3"' },
    { args: ['arn:aws:ecs:eu-west-1:123456789012:task-definition/web:1'], message: 'given "arn:aws' },
    { args: ['web:1-100001'], message: 'given more than 100000 revisions ("web:1-100001"), allowed: fewer' },
    { args: ['web:1-999999999999999'], message: 'given more than 100000' },
    { args: ['web:1-60000', 'api:1-60000'], message: 'given more than 100000' },
    { args: ['web:1', '--run', 'x'], message: 'given revisions and --run, allowed: one of the two' },
    {
      args: ['--run', 'a b'],
      message: '--run: given "a b", allowed: the beginning of a run\'s id, such as 6f1c0a52',
    },
    { args: ['web:1', '--yes'], message: '--yes: needs --account' },
  ])('$args is refused: $message', ({ args, message }) => {
    const answer = given('restore', ...args);
    expect(answer.command).toBe('usage');
    expect('message' in answer ? answer.message : '').toContain(message);
  });

  test('may be a hundred thousand revisions', () => {
    expect(given('restore', 'web:1-100000').command).toBe('restore');
  });
});

describe('refused arguments', () => {
  test.each([
    {
      wrong: 'no command',
      args: [],
      message:
        'no command given; allowed: plan, prune, explain, history, approve, decline, restore, snapshot, fleet, doctor, permissions, init, completion',
      see: '',
    },
    {
      wrong: 'a misspelt command',
      args: ['plam'],
      message: 'unknown command "plam"; did you mean plan?',
      see: '',
    },
    {
      wrong: 'a command of another tool',
      args: ['rm', '--json'],
      message:
        'unknown command "rm"; allowed: plan, prune, explain, history, approve, decline, restore, snapshot, fleet, doctor, permissions, init, completion',
      see: '',
    },
    {
      wrong: 'an empty command',
      args: [''],
      message:
        'unknown command ""; allowed: plan, prune, explain, history, approve, decline, restore, snapshot, fleet, doctor, permissions, init, completion',
      see: '',
    },
    {
      wrong: 'help on nothing',
      args: ['help', 'plans'],
      message: 'unknown command "plans"; did you mean plan?',
      see: '',
    },
    {
      wrong: 'a misspelt option',
      args: ['plan', '--keep-latests', '3'],
      message: '--keep-latests: unknown option; did you mean --keep-latest?',
    },
    {
      wrong: 'an option in the spelling of the settings',
      args: ['plan', '--minAgeDays=3'],
      message: '--minAgeDays: unknown option; did you mean --min-age-days?',
    },
    {
      wrong: 'an option that is like no other',
      args: ['explain', 'web:1', '-x'],
      message: `-x: unknown option; allowed: ${everyOption}`,
      see: 'explain ',
    },
    {
      wrong: 'an option of another command',
      args: ['plan', '--yes', '--account', '123456789012'],
      message: '--yes: an option of prune, approve, decline and restore, not of plan',
    },
    {
      wrong: 'a topic for explain',
      args: ['explain', 'web:1', '--topic', topic],
      message: '--topic: an option of plan, prune and doctor, not of explain',
      see: 'explain ',
    },
    {
      wrong: 'an option of one command before it',
      args: ['--yes', 'prune'],
      message: '--yes: an option of prune, approve, decline and restore; it belongs after the command',
      see: '',
    },
    {
      wrong: 'an option of the policy for history',
      args: ['history', '--keep-latest', '3'],
      message: '--keep-latest: an option of plan, prune and explain, not of history',
      see: 'history ',
    },
    {
      wrong: 'an option of the policy before restore',
      args: ['--families', 'web', 'restore', 'web:1'],
      message: '--families: an option of plan, prune and explain, not of restore',
      see: 'restore ',
    },
    {
      wrong: 'sources left out of history',
      args: ['history', '--without', 'tags'],
      message:
        '--without: an option of plan, prune, explain, restore, snapshot, doctor and permissions, not of history',
      see: 'history ',
    },
    { wrong: 'a value where none goes', args: ['plan', '--json=no'], message: '--json: takes no value' },
    {
      wrong: 'a value that is missing',
      args: ['plan', '--settings'],
      message: '--settings: needs a value',
      see: '',
    },
    {
      wrong: 'a value that is an option',
      args: ['plan', '--settings', '--json'],
      message: '--settings: needs a value; "--json" is the next option',
      see: '',
    },
    {
      wrong: 'an option twice',
      args: ['plan', '--keep-latest', '3', '--keep-latest', '5'],
      message: '--keep-latest: given twice',
      see: '',
    },
    {
      wrong: 'families twice',
      args: ['plan', '--families', 'web', '--families', 'api'],
      message: '--families: given twice',
      see: '',
    },
    {
      wrong: 'keep-latest 0',
      args: ['plan', '--keep-latest', '0'],
      message: '--keep-latest: given 0, allowed: a whole number from 1',
    },
    {
      wrong: 'a negative keep-latest',
      args: ['plan', '--keep-latest', '-1'],
      message: '--keep-latest: given -1, allowed: a whole number from 1',
    },
    {
      wrong: 'half a revision',
      args: ['plan', '--keep-latest', '2.5'],
      message: '--keep-latest: given 2.5, allowed: a whole number from 1',
    },
    {
      wrong: 'a number in words',
      args: ['plan', '--keep-latest', 'five'],
      message: '--keep-latest: given "five", allowed: a whole number from 1',
    },
    {
      wrong: 'a number with an exponent',
      args: ['plan', '--keep-latest', '1e3'],
      message: '--keep-latest: given "1e3", allowed: a whole number from 1',
    },
    {
      wrong: 'a hexadecimal number',
      args: ['plan', '--keep-latest', '0x10'],
      message: '--keep-latest: given "0x10", allowed: a whole number from 1',
    },
    {
      wrong: 'a number behind a space',
      args: ['plan', '--keep-latest', ' 5'],
      message: '--keep-latest: given " 5", allowed: a whole number from 1',
    },
    {
      wrong: 'an empty number',
      args: ['plan', '--keep-latest', ''],
      message: '--keep-latest: given "", allowed: a whole number from 1',
    },
    {
      wrong: 'an endless number',
      args: ['plan', '--keep-latest', 'Infinity'],
      message: '--keep-latest: given "Infinity", allowed: a whole number from 1',
    },
    {
      wrong: 'a number of sixteen digits',
      args: ['plan', '--keep-latest', '1000000000000000'],
      message: '--keep-latest: given "1000000000000000", allowed: a whole number from 1',
    },
    {
      wrong: 'a negative age',
      args: ['plan', '--min-age-days', '-1'],
      message: '--min-age-days: given -1, allowed: a whole number from 0 to 36500',
    },
    {
      wrong: 'an age with its unit',
      args: ['plan', '--min-age-days', '30d'],
      message: '--min-age-days: given "30d", allowed: a whole number from 0 to 36500',
    },
    {
      wrong: 'a cap of nothing',
      args: ['plan', '--max-deregistrations', '0'],
      message: '--max-deregistrations: given 0, allowed: a whole number from 1 to 100000',
    },
    {
      wrong: 'no share',
      args: ['plan', '--share', '0'],
      message: '--share: given 0, allowed: a number over 0, at most 1',
    },
    {
      wrong: 'a share over everything',
      args: ['plan', '--share', '1.1'],
      message: '--share: given 1.1, allowed: a number over 0, at most 1',
    },
    {
      wrong: 'a share for writes that is none',
      args: ['prune', '--write-share', 'half'],
      message: '--write-share: given "half", allowed: a number over 0, at most 1',
      see: 'prune ',
    },
    {
      wrong: 'a family that is no glob',
      args: ['plan', '--families', 'web*,web app'],
      message: `--families: given "web app", allowed: ${globs}`,
    },
    {
      wrong: 'a comma too many',
      args: ['plan', '--families', 'web*,'],
      message: `--families: given "", allowed: ${globs}`,
    },
    {
      wrong: 'a glob that excludes',
      args: ['plan', '--families', '!web'],
      message: `--families: given "!web", allowed: ${globs}`,
    },
    {
      wrong: 'services left out',
      args: ['plan', '--without', 'tags,services'],
      message: '--without: services cannot be left out: without it a run cannot tell which revisions are in use',
    },
    {
      wrong: 'a misspelt source',
      args: ['plan', '--without', 'tag'],
      message:
        '--without: given "tag", allowed: rules, schedules, pipes, state-machines, codedeploy, stacks, functions, subscribers, search, service-deployments, express-services, definitions, tags, usage, or the ARN of one member of a source; did you mean tags?',
    },
    {
      wrong: 'a Region in capitals',
      args: ['plan', '--region', 'EU'],
      message: '--region: given "EU", allowed: a Region, such as eu-west-1',
    },
    {
      wrong: 'no profile',
      args: ['plan', '--profile', ''],
      message: '--profile: given "", allowed: the name of a profile',
    },
    {
      wrong: 'no file',
      args: ['plan', '--settings', ''],
      message: '--settings: given "", allowed: the name of a file',
    },
    {
      wrong: 'a topic by its name',
      args: ['plan', '--topic', 'mail'],
      message: '--topic: given "mail", allowed: a standard topic, such as arn:aws:sns:eu-west-1:123456789012:name',
    },
    {
      wrong: 'a FIFO topic',
      args: ['plan', '--topic', 'arn:aws:sns:eu-west-1:123456789012:mail.fifo'],
      message:
        '--topic: given "arn:aws:sns:eu-west-1:123456789012:mail.fifo", allowed: a standard topic, such as arn:aws:sns:eu-west-1:123456789012:name',
    },
    {
      wrong: 'an account of eleven digits',
      args: ['prune', '--account', '12345678901'],
      message: '--account: given "12345678901", allowed: the twelve digits of an account',
      see: 'prune ',
    },
    {
      wrong: 'an account of thirteen digits',
      args: ['prune', '--account', '1234567890123'],
      message: '--account: given "1234567890123", allowed: the twelve digits of an account',
      see: 'prune ',
    },
    {
      wrong: 'no runs at all',
      args: ['history', '--limit', '0'],
      message: '--limit: given 0, allowed: a whole number from 1 to 1000',
      see: 'history ',
    },
    {
      wrong: 'a run that is a path',
      args: ['history', '--run', '../x'],
      message: '--run: given "../x", allowed: the beginning of a run\'s id, such as 6f1c0a52',
      see: 'history ',
    },
    {
      wrong: 'a revision for history',
      args: ['history', 'web:41'],
      message: 'history: given "web:41", allowed: a family, such as web, or the beginning of a run\'s id',
      see: 'history ',
    },
    {
      wrong: 'a family beside a run',
      args: ['history', 'web', '--run', '6f1c'],
      message: '--run: given beside "web"; give only one of them',
      see: 'history ',
    },
    {
      wrong: '--yes without an account',
      args: ['prune', '--yes'],
      message: '--yes: needs --account with the number of the account that you mean',
      see: 'prune ',
    },
    {
      wrong: 'a word too many, as the shell makes of an unquoted glob',
      args: ['prune', '--families', 'webshop', 'web.yml'],
      message: 'prune: given "web.yml", allowed: only options; put globs in quotes',
      see: 'prune ',
    },
    {
      wrong: 'families twice',
      args: ['plan', '--families', 'webshop', 'web'],
      message: 'plan: given families both as words and by --families, allowed: one of them',
    },
    {
      wrong: 'a family that is no glob',
      args: ['plan', 'web.yml'],
      message:
        'plan: given "web.yml", allowed: letters, digits, _ and -, with the wildcards *, ?, [a-z] and {a,b}, and at most three * and { together',
    },
    {
      wrong: 'a filter of the text for a JSON document',
      args: ['plan', '--json', '--rule', 'newest', '--verdict', 'keep'],
      message: 'plan: given --json with --rule, --verdict, allowed: these only for text',
    },
    {
      wrong: 'a filter of the text for JSON lines',
      args: ['plan', '--ndjson', '--source', 'schedules'],
      message: 'plan: given --ndjson with --source, allowed: these only for text',
    },
    {
      wrong: 'a JSON document and JSON lines',
      args: ['plan', '--json', '--ndjson'],
      message: 'plan: given --json and --ndjson, allowed: one of them',
    },
    ...[[], ['web:0'], ['web:01'], ['web:-1'], ['web:x'], ['web:'], [':1'], ['web app:1'], ['web:1:2']].map(
      (words) => ({
        wrong: `explain ${words.join(' ')}`,
        args: ['explain', ...words],
        message: `explain: given ${words[0] === undefined ? 'nothing' : `"${words[0]}"`}, allowed: one revision, such as web:41, or one family, such as web`,
        see: 'explain ',
      }),
    ),
    {
      wrong: 'explain two revisions',
      args: ['explain', 'web:1', 'web:2'],
      message: 'explain: given 2 words, allowed: one revision, such as web:41, or one family, such as web',
      see: 'explain ',
    },
  ])('$wrong is refused: $message', ({ args, message, see = 'plan ' }) => {
    expect(given(...args)).toEqual({ command: 'usage', message: `${message}\nSee ./pruner ${see}--help` });
  });

  test('all problems are listed at once', () => {
    expect(given('prune', 'x', '--share', '2', '--yes', '--keep-latest', 'all')).toEqual({
      command: 'usage',
      message: [
        '--share: given 2, allowed: a number over 0, at most 1',
        '--keep-latest: given "all", allowed: a whole number from 1',
        '--yes: needs --account with the number of the account that you mean',
        'prune: given "x", allowed: only options; put globs in quotes',
        'See ./pruner prune --help',
      ].join('\n'),
    });
  });

  test.each([['\u001B[2Jplan'], ['plan', '\u001B[2J'], ['plan', '--\u001B[2J'], ['plan', '--region', '\u001B[2J']])(
    'no message contains control characters (%#)',
    (...args) => {
      expect(given(...args)).toMatchObject({ command: 'usage' });
      expect(JSON.stringify(given(...args))).not.toContain('\\u001b');
    },
  );

  test('a very long argument makes a short message', () => {
    expect(JSON.stringify(given('plan', `--${'x'.repeat(100_000)}`)).length).toBeLessThan(500);
    expect(JSON.stringify(given('x'.repeat(100_000))).length).toBeLessThan(500);
  });
});
