// What the command line understands, and what it answers to what it does not. Help is read as a person reads it.
import { describe, expect, test } from 'vitest';
import { parseCommandLine } from '../../cli/options.ts';

const given = (...args: string[]) => parseCommandLine(args, { version: '1.2.3', columns: 80 });
const topic = 'arn:aws:sns:eu-west-1:123456789012:ecs-revision-pruner';

describe('what is understood', () => {
  test('a command alone leaves everything to the settings and the AWS configuration', () => {
    expect(given('plan')).toEqual({
      command: 'plan',
      options: { json: false, color: true, debug: false, yes: false, wait: true },
    });
  });

  test('every option of prune arrives with its type', () => {
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
    expect(given('prune', ...Object.entries(all).flat(), ...flags)).toEqual({
      command: 'prune',
      options: {
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

  test('explain takes a revision, before or behind its options', () => {
    const options = { json: true, color: true, debug: false, yes: false, wait: true };
    const revision = { family: 'web_Admin-2', number: 41 };
    expect(given('explain', 'web_Admin-2:41', '--json')).toEqual({ command: 'explain', options, revision });
    expect(given('explain', '--json', 'web_Admin-2:41')).toEqual({ command: 'explain', options, revision });
  });

  test.each([
    { args: [], asked: undefined, more: {} },
    { args: ['web_Admin-2'], asked: 'web_Admin-2', more: {} },
    { args: ['--limit', '365', '6f1c0a52'], asked: '6f1c0a52', more: { limit: 365 } },
    { args: ['--run', '6f1c'], asked: undefined, more: { run: '6f1c' } },
  ])('history takes a family, the beginning of an id, or nothing: $args', ({ args, asked, more }) => {
    const options = { json: false, color: true, debug: false, yes: false, ...more };
    expect(given('history', ...args)).toMatchObject({ command: 'history', options, asked });
  });

  test.each([
    { way: 'with an equals sign', args: ['plan', '--keep-latest=3'] },
    { way: 'before the command', args: ['--keep-latest', '3', 'plan'] },
    { way: 'with zeros before it', args: ['plan', '--keep-latest', '003'] },
  ])('a number may be given $way', ({ args }) => {
    expect(given(...args)).toMatchObject({ command: 'plan', options: { keepLatest: 3 } });
  });

  test('a value that is the name of a command is a value', () => {
    expect(given('--profile', 'prune', 'plan')).toMatchObject({
      command: 'plan',
      options: { profile: 'prune' },
    });
  });

  test('an account may be declared without --yes, to be asked all the same', () => {
    expect(given('prune', '--account', '123456789012')).toMatchObject({
      command: 'prune',
      options: { yes: false, account: '123456789012' },
    });
  });

  test.each(['.5', '0.5', '1', '1.0', '0.000000000000001'])('a share may be %s', (share) => {
    expect(given('plan', '--share', share)).toMatchObject({ options: { share: Number(share) } });
  });

  test('a family may have 255 characters, a revision fifteen digits', () => {
    const family = 'a'.repeat(255);
    expect(given('explain', `${family}:999999999999999`)).toMatchObject({
      revision: { family, number: 999_999_999_999_999 },
    });
  });
});

const globs =
  'letters, digits, _ and -, with the wildcards *, ?, [a-z] and {a,b}, and at most three * and { together';
const everyOption =
  '--settings, --region, --profile, --families, --keep-latest, --min-age-days, --max-deregistrations, --share, --write-share, --state, --without, --json, --no-color, --debug';

describe('what restore is asked for', () => {
  const web = (...numbers: number[]) => numbers.map((number) => ({ family: 'web', number }));

  test.each<{ args: string[]; revisions: { family: string; number: number }[] }>([
    { args: ['web:41'], revisions: web(41) },
    { args: ['web:41-43'], revisions: web(41, 42, 43) },
    { args: ['web:3,7-9'], revisions: web(3, 7, 8, 9) },
    { args: ['web:7-7', 'api_2:1'], revisions: [...web(7), { family: 'api_2', number: 1 }] },
  ])('$args', ({ args, revisions }) => {
    expect(given('restore', ...args)).toMatchObject({ command: 'restore', wanted: { revisions } });
  });

  test('all of a run, by its id', () => {
    expect(given('restore', '--run', '4f1c', '--on-top', '--again')).toMatchObject({
      command: 'restore',
      wanted: { run: '4f1c' },
      options: { onTop: true, again: true },
    });
  });

  test.each<{ args: string[]; says: string }>([
    { args: [], says: 'restore: given nothing, allowed: revisions' },
    { args: ['web'], says: 'restore: given "web", allowed: revisions with their family, such as web:41' },
    { args: ['web:'], says: 'given "web:"' },
    { args: ['web:0'], says: 'given "web:0"' },
    { args: ['web:1-'], says: 'given "web:1-"' },
    { args: ['web:5-3'], says: 'given "web:5-3"' },
    { args: ['web:1,,2'], says: 'given "web:1,,2"' },
    { args: ['web:1-2-3'], says: 'given "web:1-2-3"' },
    { args: ['arn:aws:ecs:eu-west-1:123456789012:task-definition/web:1'], says: 'given "arn:aws' },
    { args: ['web:1-100001'], says: 'given more than 100000 revisions ("web:1-100001"), allowed: fewer' },
    { args: ['web:1-999999999999999'], says: 'given more than 100000' },
    { args: ['web:1-60000', 'api:1-60000'], says: 'given more than 100000' },
    { args: ['web:1', '--run', 'x'], says: 'given revisions and --run, allowed: one of the two' },
    {
      args: ['--run', 'a b'],
      says: '--run: given "a b", allowed: the beginning of a run\'s id, such as 6f1c0a52',
    },
    { args: ['web:1', '--yes'], says: '--yes: needs --account' },
  ])('$args: $says', ({ args, says }) => {
    const answer = given('restore', ...args);
    expect(answer.command).toBe('usage');
    expect('message' in answer ? answer.message : '').toContain(says);
  });

  test('a hundred thousand are not too many', () => {
    expect(given('restore', 'web:1-100000').command).toBe('restore');
  });
});

describe('what is not understood', () => {
  test.each([
    {
      wrong: 'no command',
      args: [],
      says: 'no command given; allowed: plan, prune, explain, history, restore, snapshot, doctor, permissions',
      see: '',
    },
    {
      wrong: 'a misspelt command',
      args: ['plam'],
      says: 'unknown command "plam"; did you mean plan?',
      see: '',
    },
    {
      wrong: 'a command of another tool',
      args: ['rm', '--json'],
      says: 'unknown command "rm"; allowed: plan, prune, explain, history, restore, snapshot, doctor, permissions',
      see: '',
    },
    {
      wrong: 'an empty command',
      args: [''],
      says: 'unknown command ""; allowed: plan, prune, explain, history, restore, snapshot, doctor, permissions',
      see: '',
    },
    {
      wrong: 'help on nothing',
      args: ['help', 'plans'],
      says: 'unknown command "plans"; did you mean plan?',
      see: '',
    },
    {
      wrong: 'a misspelt option',
      args: ['plan', '--keep-latests', '3'],
      says: '--keep-latests: unknown option; did you mean --keep-latest?',
    },
    {
      wrong: 'an option in the spelling of the settings',
      args: ['plan', '--minAgeDays=3'],
      says: '--minAgeDays: unknown option; did you mean --min-age-days?',
    },
    {
      wrong: 'an option that is like no other',
      args: ['explain', 'web:1', '-x'],
      says: `-x: unknown option; allowed: ${everyOption}`,
      see: 'explain ',
    },
    {
      wrong: 'an option of another command',
      args: ['plan', '--yes', '--account', '123456789012'],
      says: '--yes: an option of prune and restore, not of plan',
    },
    {
      wrong: 'a topic for explain',
      args: ['explain', 'web:1', '--topic', topic],
      says: '--topic: an option of plan, prune and doctor, not of explain',
      see: 'explain ',
    },
    {
      wrong: 'an option of one command before it',
      args: ['--yes', 'prune'],
      says: '--yes: an option of prune and restore; it stands behind the command',
      see: '',
    },
    { wrong: 'a value where none goes', args: ['plan', '--json=no'], says: '--json: takes no value' },
    {
      wrong: 'a value that is missing',
      args: ['plan', '--settings'],
      says: '--settings: needs a value',
      see: '',
    },
    {
      wrong: 'a value that is an option',
      args: ['plan', '--settings', '--json'],
      says: '--settings: needs a value; "--json" is the next option',
      see: '',
    },
    {
      wrong: 'an option twice',
      args: ['plan', '--keep-latest', '3', '--keep-latest', '5'],
      says: '--keep-latest: given twice',
      see: '',
    },
    {
      wrong: 'families twice',
      args: ['plan', '--families', 'web', '--families', 'api'],
      says: '--families: given twice',
      see: '',
    },
    {
      wrong: 'keep-latest 0',
      args: ['plan', '--keep-latest', '0'],
      says: '--keep-latest: given 0, allowed: a whole number from 1',
    },
    {
      wrong: 'a negative keep-latest',
      args: ['plan', '--keep-latest', '-1'],
      says: '--keep-latest: given -1, allowed: a whole number from 1',
    },
    {
      wrong: 'half a revision',
      args: ['plan', '--keep-latest', '2.5'],
      says: '--keep-latest: given 2.5, allowed: a whole number from 1',
    },
    {
      wrong: 'a number in words',
      args: ['plan', '--keep-latest', 'five'],
      says: '--keep-latest: given "five", allowed: a whole number from 1',
    },
    {
      wrong: 'a number with an exponent',
      args: ['plan', '--keep-latest', '1e3'],
      says: '--keep-latest: given "1e3", allowed: a whole number from 1',
    },
    {
      wrong: 'a hexadecimal number',
      args: ['plan', '--keep-latest', '0x10'],
      says: '--keep-latest: given "0x10", allowed: a whole number from 1',
    },
    {
      wrong: 'a number behind a space',
      args: ['plan', '--keep-latest', ' 5'],
      says: '--keep-latest: given " 5", allowed: a whole number from 1',
    },
    {
      wrong: 'an empty number',
      args: ['plan', '--keep-latest', ''],
      says: '--keep-latest: given "", allowed: a whole number from 1',
    },
    {
      wrong: 'an endless number',
      args: ['plan', '--keep-latest', 'Infinity'],
      says: '--keep-latest: given "Infinity", allowed: a whole number from 1',
    },
    {
      wrong: 'a number of sixteen digits',
      args: ['plan', '--keep-latest', '1000000000000000'],
      says: '--keep-latest: given "1000000000000000", allowed: a whole number from 1',
    },
    {
      wrong: 'a negative age',
      args: ['plan', '--min-age-days', '-1'],
      says: '--min-age-days: given -1, allowed: a whole number from 0 to 36500',
    },
    {
      wrong: 'an age with its unit',
      args: ['plan', '--min-age-days', '30d'],
      says: '--min-age-days: given "30d", allowed: a whole number from 0 to 36500',
    },
    {
      wrong: 'a cap of nothing',
      args: ['plan', '--max-deregistrations', '0'],
      says: '--max-deregistrations: given 0, allowed: a whole number from 1 to 100000',
    },
    {
      wrong: 'no share',
      args: ['plan', '--share', '0'],
      says: '--share: given 0, allowed: a number over 0, at most 1',
    },
    {
      wrong: 'a share over everything',
      args: ['plan', '--share', '1.1'],
      says: '--share: given 1.1, allowed: a number over 0, at most 1',
    },
    {
      wrong: 'a share for writes that is none',
      args: ['prune', '--write-share', 'half'],
      says: '--write-share: given "half", allowed: a number over 0, at most 1',
      see: 'prune ',
    },
    {
      wrong: 'a family that is no glob',
      args: ['plan', '--families', 'web*,web app'],
      says: `--families: given "web app", allowed: ${globs}`,
    },
    {
      wrong: 'a comma too many',
      args: ['plan', '--families', 'web*,'],
      says: `--families: given "", allowed: ${globs}`,
    },
    {
      wrong: 'a glob that excludes',
      args: ['plan', '--families', '!web'],
      says: `--families: given "!web", allowed: ${globs}`,
    },
    {
      wrong: 'services left out',
      args: ['plan', '--without', 'tags,services'],
      says: '--without: services cannot be left out: without it a run cannot tell which revisions are in use',
    },
    {
      wrong: 'a misspelt source',
      args: ['plan', '--without', 'tag'],
      says: '--without: given "tag", allowed: rules, schedules, pipes, state-machines, codedeploy, stacks, functions, subscribers, search, service-deployments, express-services, definitions, tags, usage, or the ARN of one member of a source; did you mean tags?',
    },
    {
      wrong: 'a Region in capitals',
      args: ['plan', '--region', 'EU'],
      says: '--region: given "EU", allowed: a Region, such as eu-west-1',
    },
    {
      wrong: 'no profile',
      args: ['plan', '--profile', ''],
      says: '--profile: given "", allowed: the name of a profile',
    },
    {
      wrong: 'no file',
      args: ['plan', '--settings', ''],
      says: '--settings: given "", allowed: the name of a file',
    },
    {
      wrong: 'a topic by its name',
      args: ['plan', '--topic', 'mail'],
      says: '--topic: given "mail", allowed: a standard topic, such as arn:aws:sns:eu-west-1:123456789012:name',
    },
    {
      wrong: 'a FIFO topic',
      args: ['plan', '--topic', 'arn:aws:sns:eu-west-1:123456789012:mail.fifo'],
      says: '--topic: given "arn:aws:sns:eu-west-1:123456789012:mail.fifo", allowed: a standard topic, such as arn:aws:sns:eu-west-1:123456789012:name',
    },
    {
      wrong: 'an account of eleven digits',
      args: ['prune', '--account', '12345678901'],
      says: '--account: given "12345678901", allowed: the twelve digits of an account',
      see: 'prune ',
    },
    {
      wrong: 'an account of thirteen digits',
      args: ['prune', '--account', '1234567890123'],
      says: '--account: given "1234567890123", allowed: the twelve digits of an account',
      see: 'prune ',
    },
    {
      wrong: 'no runs at all',
      args: ['history', '--limit', '0'],
      says: '--limit: given 0, allowed: a whole number from 1 to 1000',
      see: 'history ',
    },
    {
      wrong: 'a run that is a path',
      args: ['history', '--run', '../x'],
      says: '--run: given "../x", allowed: the beginning of a run\'s id, such as 6f1c0a52',
      see: 'history ',
    },
    {
      wrong: 'a revision for history',
      args: ['history', 'web:41'],
      says: 'history: given "web:41", allowed: a family, such as web, or the beginning of a run\'s id',
      see: 'history ',
    },
    {
      wrong: 'a family beside a run',
      args: ['history', 'web', '--run', '6f1c'],
      says: '--run: given beside "web"; only one of them can be meant',
      see: 'history ',
    },
    {
      wrong: '--yes to nobody knows which account',
      args: ['prune', '--yes'],
      says: '--yes: needs --account with the number of the account that you mean',
      see: 'prune ',
    },
    {
      wrong: 'a word too many, as the shell makes of an unquoted glob',
      args: ['plan', '--families', 'webshop', 'web.yml'],
      says: 'plan: given "web.yml", allowed: only options; put globs in quotes',
    },
    ...[
      [],
      ['web'],
      ['web:0'],
      ['web:01'],
      ['web:-1'],
      ['web:x'],
      ['web:'],
      [':1'],
      ['web app:1'],
      ['web:1:2'],
    ].map((words) => ({
      wrong: `explain ${words.join(' ')}`,
      args: ['explain', ...words],
      says: `explain: given ${words[0] === undefined ? 'nothing' : `"${words[0]}"`}, allowed: one revision with its family, such as web:41`,
      see: 'explain ',
    })),
    {
      wrong: 'explain two revisions',
      args: ['explain', 'web:1', 'web:2'],
      says: 'explain: given 2 words, allowed: one revision with its family, such as web:41',
      see: 'explain ',
    },
  ])('$wrong: $says', ({ args, says, see = 'plan ' }) => {
    expect(given(...args)).toEqual({ command: 'usage', message: `${says}\nSee ./pruner ${see}--help` });
  });

  test('all that is wrong is told at once', () => {
    expect(given('prune', 'x', '--share', '2', '--yes', '--keep-latest', 'all')).toEqual({
      command: 'usage',
      message: [
        '--keep-latest: given "all", allowed: a whole number from 1',
        '--share: given 2, allowed: a number over 0, at most 1',
        '--yes: needs --account with the number of the account that you mean',
        'prune: given "x", allowed: only options; put globs in quotes',
        'See ./pruner prune --help',
      ].join('\n'),
    });
  });

  test.each([
    ['\u001B[2Jplan'],
    ['plan', '\u001B[2J'],
    ['plan', '--\u001B[2J'],
    ['plan', '--region', '\u001B[2J'],
  ])('what a terminal would act on is not sent back to it (%#)', (...args) => {
    expect(given(...args)).toMatchObject({ command: 'usage' });
    expect(JSON.stringify(given(...args))).not.toContain('\\u001b');
  });

  test('a very long argument makes a short message', () => {
    expect(JSON.stringify(given('plan', `--${'x'.repeat(100_000)}`)).length).toBeLessThan(500);
    expect(JSON.stringify(given('x'.repeat(100_000))).length).toBeLessThan(500);
  });
});
