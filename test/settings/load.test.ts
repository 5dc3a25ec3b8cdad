// Files as people write them: what is accepted, and what is refused before a single setting is looked at.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadSettings } from '../../shared/settings/load.ts';
import { defaults, parseSettings } from '../../shared/settings/parse.ts';
import { messageOf, refusalOf, settingsOf } from '../support/settings-files.ts';

test.each([
  { yaml: 'protectTag: team\n', reads: ['team'] },
  { yaml: 'protectTag: team\nprotectTags: [team]\n', reads: ['team'] },
])('reads the tag under the older name: $yaml', ({ yaml, reads }) => {
  expect(settingsOf(yaml).protectTags).toEqual(reads);
});

test('without a word, every setting has its default', () => {
  expect(defaults).toEqual({
    families: ['*'],
    keepLatest: 5,
    minAgeDays: 30,
    overrides: [],
    protectTags: ['ecs-revision-pruner:keep'],
    protectRegisteredBy: [],
    usedWithinDays: 40,
    usageSeconds: 120,
    retireFamiliesAfterDays: 0,
    unresolvedReferences: 'hold',
    search: [],
    without: [],
    maxDeregistrations: 300,
    runMinutes: 240,
    announceNights: 0,
    approval: 'none',
    approvalHours: 20,
    deleteAfterDays: 0,
    deleteScope: 'own',
    maxDeletions: 100,
    share: 0.5,
    writeShare: 0.25,
    quotas: {},
    pauseParameter: '',
    changeCalendar: [],
    state: '',
    notify: 'always',
    version: 1,
  });
});

test('a file with every setting replaces every default', () => {
  expect(
    settingsOf(`
families: [web*, 'batch-?', '{api,job}-[a-z]']
keepLatest: 1
minAgeDays: 0
overrides:
  - families: 'web-*'
    keepLatest: 3
  - families: 'web-*'
    protect: true
  - families: legacy
    minAgeDays: 36500
    protect: true
protectTags: ['Équipe mon/équipe:keep=1+2@3_.-=', team, 'cost=']
protectRegisteredBy: ['arn:aws:sts::123456789012:assumed-role/terraform/*']
usedWithinDays: 90
usageSeconds: 3600
retireFamiliesAfterDays: 400
unresolvedReferences: report
search: [s3://states/prod/, 's3://other.account', ssm:/, 'ssm:/launch/v1.2/_x-y']
without:
  - tags
  - arn:aws:s3:::states/prod/big file.tfstate
  - arn:aws:ssm:eu-west-1:123456789012:parameter/launch/a
  - arn:aws:events:eu-west-1:123456789012:rule/nightly
  - arn:aws-us-gov:scheduler:us-gov-west-1:123456789012:schedule/default/nightly
  - arn:aws:ecs:eu-west-1:123456789012:service-deployment/prod/web/Ab12
maxDeregistrations: 100000
runMinutes: 1440
announceNights: 30
approval: required
approvalHours: 72
deleteAfterDays: 30
deleteScope: all
maxDeletions: 1
share: 1
writeShare: 0.01
quotas:
  task-definition-modify: { perSecond: 0.5, burst: 1 }
  tagging: { perSecond: 30, burst: 60 }
pauseParameter: /pruner/paused
changeCalendar: [freeze, 'arn:aws:ssm:eu-west-1:123456789012:document/all']
state: s3://state-of-pruner/of/web
notify: action
version: 1
`),
  ).toEqual({
    families: ['web*', 'batch-?', '{api,job}-[a-z]'],
    keepLatest: 1,
    minAgeDays: 0,
    overrides: [
      { families: 'web-*', keepLatest: 3 },
      { families: 'web-*', protect: true },
      { families: 'legacy', minAgeDays: 36500, protect: true },
    ],
    protectTags: ['Équipe mon/équipe:keep=1+2@3_.-=', 'team', 'cost='],
    protectRegisteredBy: ['arn:aws:sts::123456789012:assumed-role/terraform/*'],
    usedWithinDays: 90,
    usageSeconds: 3600,
    retireFamiliesAfterDays: 400,
    unresolvedReferences: 'report',
    search: ['s3://states/prod/', 's3://other.account', 'ssm:/', 'ssm:/launch/v1.2/_x-y'],
    without: [
      'tags',
      'arn:aws:s3:::states/prod/big file.tfstate',
      'arn:aws:ssm:eu-west-1:123456789012:parameter/launch/a',
      'arn:aws:events:eu-west-1:123456789012:rule/nightly',
      'arn:aws-us-gov:scheduler:us-gov-west-1:123456789012:schedule/default/nightly',
      'arn:aws:ecs:eu-west-1:123456789012:service-deployment/prod/web/Ab12',
    ],
    maxDeregistrations: 100000,
    runMinutes: 1440,
    announceNights: 30,
    approval: 'required',
    approvalHours: 72,
    deleteAfterDays: 30,
    deleteScope: 'all',
    maxDeletions: 1,
    share: 1,
    writeShare: 0.01,
    quotas: {
      'task-definition-modify': { perSecond: 0.5, burst: 1 },
      tagging: { perSecond: 30, burst: 60 },
    },
    pauseParameter: '/pruner/paused',
    changeCalendar: ['freeze', 'arn:aws:ssm:eu-west-1:123456789012:document/all'],
    state: 's3://state-of-pruner/of/web',
    notify: 'action',
    version: 1,
  });
});

test.each([
  { file: 'an empty file', content: '' },
  { file: 'a file of comments', content: '# later\n' },
  { file: 'an empty document', content: '---\n' },
  { file: 'empty braces', content: '{}' },
])('$file leaves every default', ({ content }) => {
  expect(settingsOf(content)).toEqual(defaults);
});

test('a byte order mark and Windows line ends do no harm', () => {
  expect(settingsOf('\uFEFFkeepLatest: 7\r\nminAgeDays: 8\r\n')).toEqual({
    ...defaults,
    keepLatest: 7,
    minAgeDays: 8,
  });
});

test.each([
  {
    wrong: 'a key twice',
    yaml: 'keepLatest: 5\nshare: 1\nkeepLatest: 50\n',
    says: 'pruner.yml:3: keepLatest: stands here a second time',
  },
  {
    wrong: 'a key twice in an override',
    yaml: 'overrides:\n  - families: web\n    keepLatest: 5\n    keepLatest: 50\n',
    says: 'pruner.yml:4: overrides[0].keepLatest: stands here a second time',
  },
  {
    wrong: 'two documents',
    yaml: 'keepLatest: 5\n---\nkeepLatest: 50\n',
    says: 'pruner.yml:2: a second document begins here; settings are one',
  },
  {
    wrong: 'an alias',
    yaml: 'families: &all [web]\nwithout: *all\n',
    says: 'pruner.yml:2: without: is an alias; put a glob that begins with * in quotes, and write any other value out',
  },
  {
    wrong: 'an alias to nothing, which is what an unquoted * makes',
    yaml: 'families:\n  - *web\n',
    says: 'pruner.yml:2: families[0]: is an alias; put a glob that begins with * in quotes, and write any other value out',
  },
  {
    wrong: 'a merged key',
    yaml: '<<: { keepLatest: 1 }\n',
    says: 'pruner.yml:1: <<: unknown key; allowed: families, keepLatest, minAgeDays, overrides, protectTags, protectRegisteredBy, usedWithinDays, usageSeconds, retireFamiliesAfterDays, unresolvedReferences, search, without, maxDeregistrations, runMinutes, announceNights, approval, approvalHours, deleteAfterDays, deleteScope, maxDeletions, share, writeShare, quotas, pauseParameter, changeCalendar, state, notify, version',
  },
  {
    wrong: 'a tag that YAML knows',
    yaml: 'notify: !!str always\n',
    says: 'pruner.yml:1: notify: has a tag (tag:yaml.org,2002:str); leave it out',
  },
  {
    wrong: 'a key that is a list',
    yaml: '? [families]\n: 1\n',
    says: 'pruner.yml:1: has a key that is no word',
  },
  {
    wrong: 'a key that is a number',
    yaml: 'quotas:\n  5: 1\n',
    says: 'pruner.yml:2: quotas: has a key that is no word',
  },
])('$wrong is refused', ({ yaml, says }) => {
  expect(messageOf(yaml)).toBe(says);
});

test.each([
  { wrong: 'a bracket that never closes', yaml: 'share: 1\nfamilies: [web\nnotify: always\n', line: 3 },
  {
    wrong: 'an indentation that fits nothing',
    yaml: 'overrides:\n  - families: web\n keepLatest: 1\n',
    line: 3,
  },
  { wrong: 'an unknown tag', yaml: 'share: 1\nnotify: !loud always\n', line: 2 },
  { wrong: 'ten thousand brackets', yaml: '['.repeat(10_000), line: 1 },
])('$wrong is no valid YAML, and its line is reported once', ({ yaml, line }) => {
  const lines = messageOf(yaml).split('\n');
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(new RegExp(`^pruner\\.yml:${line}: is no valid YAML here \\(.+\\)$`));
});

test('lists in lists do not exhaust the stack', () => {
  expect(messageOf(`families: ${'['.repeat(300)}${']'.repeat(300)}\n`)).toContain('is nested too deep');
});

test('text that is not UTF-8 is refused', () => {
  expect(messageOf(Uint8Array.from([0x66, 0xfc, 0x72]))).toBe('pruner.yml: is not text in UTF-8; save it as UTF-8');
});

test('a file of megabytes is refused without being read to its end', () => {
  expect(messageOf(`#${' '.repeat(5_000_000)}\n`)).toBe(
    'pruner.yml: is larger than 256 KiB, so it is no settings file',
  );
  expect(messageOf(`#${' '.repeat(256 * 1024)}`)).toBe('pruner.yml: is larger than 256 KiB, so it is no settings file');
  expect(settingsOf(`#${' '.repeat(256 * 1024 - 1)}`)).toEqual(defaults);
});

test('a device that never ends is no settings file either', () => {
  expect(refusalOf(() => loadSettings('/dev/zero')).message).toBe(
    '/dev/zero: is larger than 256 KiB, so it is no settings file',
  );
});

test('settings may come from a pipe, which gives them piece by piece', () => {
  // A pipe holds 64 KiB, so that these arrive in two pieces at least.
  const read = `import('./shared/settings/load.ts').then(({ loadSettings }) => console.log(loadSettings('/dev/stdin').keepLatest))`;
  const shell = `{ printf '#%0100000d\\n' 0; echo 'keepLatest: 7'; } | "$0" -e "$1"`;
  expect(execFileSync('sh', ['-c', shell, process.execPath, read], { encoding: 'utf8' })).toBe('7\n');
});

test('a file that is not there, a folder and a path through a file are reported apart', () => {
  const folder = mkdtempSync(join(tmpdir(), 'settings-'));
  try {
    const said = (file: string) => refusalOf(() => loadSettings(file)).message.replace(folder, '.');
    expect(said(join(folder, 'none.yml'))).toBe('./none.yml: no such file');
    expect(said(folder)).toBe('.: is a folder, not a file');
    expect(said(`${folder}/a\0b`)).toContain('cannot be read');
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('settings packed as JSON come out as they went in', () => {
  const settings = settingsOf('families: [web]\noverrides:\n  - { families: web-*, protect: true }\n');
  expect(parseSettings(JSON.parse(JSON.stringify(settings)), 'settings.json')).toEqual(settings);
});

test('a problem in packed settings is named without a line', () => {
  const refusal = refusalOf(() => parseSettings({ overrides: [{ families: 'web', keepLatest: 0 }] }, 'settings.json'));
  expect(refusal.message).toBe('settings.json: overrides[0].keepLatest: given 0, allowed: a whole number from 1');
  expect(refusal.problems).toEqual([
    {
      file: 'settings.json',
      line: undefined,
      path: 'overrides[0].keepLatest',
      message: 'given 0, allowed: a whole number from 1',
    },
  ]);
});

test.each([null, 'web', 7, []])('packed settings that are %j are refused', (value) => {
  expect(refusalOf(() => parseSettings(value, 'settings.json')).message).toMatch(
    /^settings\.json: given .+, allowed: keys with values$/,
  );
});

describe('the older name of a setting', () => {
  test.each([
    { content: 'unknownReferences: report', means: 'report' },
    { content: 'unknownReferences: hold', means: 'hold' },
    { content: 'unknownReferences: report\nunresolvedReferences: report', means: 'report' },
  ])('$content means $means', ({ content, means }) => {
    const settings = settingsOf(content);
    expect(settings.unresolvedReferences).toBe(means);
    expect(Object.keys(settings)).not.toContain('unknownReferences');
  });
});
