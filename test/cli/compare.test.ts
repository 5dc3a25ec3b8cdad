// `plan --compare` decides twice, by two settings files, on evidence that is read once.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { exitCodes } from '../../cli/exit.ts';
import { compareDocument } from '../../shared/report/compare/json.ts';
import { anAccount, daysBefore, revisionArn } from '../support/account.ts';
import { document, pruner, type Run } from '../support/pruner.ts';

function settingsFiles(now: string, other: string) {
  const folder = mkdtempSync(join(tmpdir(), 'pruner-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const files = { now: join(folder, 'now.yml'), other: join(folder, 'other.yml') };
  writeFileSync(files.now, now);
  writeFileSync(files.other, other);
  return files;
}

async function compare(
  { now, other }: { now: string; other: string },
  { account = anAccount().cluster('prod').family('api', '1-6').family('web', '1-8'), options = '' } = {},
): Promise<Run> {
  const files = settingsFiles(now, other);
  return pruner(`plan --settings ${files.now} --compare ${files.other} ${options}`.trim(), { account });
}

const changesIn = (run: Run) => compareDocument.parse(JSON.parse(run.out)).families;
const body = ({ out }: Run) => out.replaceAll(/\/\S*\/other\.yml/g, 'other.yml').split('\n\n');

describe('plan --compare', () => {
  test('shows what smaller numbers would deregister, family by family, with totals at the end', async () => {
    const run = await compare({
      now: 'keepLatest: 5\n',
      other: 'keepLatest: 2\noverrides: [{families: api, keepLatest: 5}]\n',
    });
    expect(run.code).toBe(exitCodes.done);
    const [heading, web, totals, end] = body(run);
    expect(heading?.replaceAll(/\s+/g, ' ')).toBe(
      'What other.yml would change: it has other values for keepLatest and overrides.',
    );
    expect(web).toBe('web\n  + deregister 4-6 (kept now by keep-latest: among the newest 5)');
    expect(totals).toMatch(/^ +now +other\nderegister +4 +7 +\+3\ndefer +0 +0\nhold +0 +0\nkeep +10 +7 +-3$/);
    expect(end?.replaceAll(/\s+/g, ' ')).toBe(
      'other.yml would deregister 3 more revisions: 1 of 2 families would change.',
    );
  });

  test('shows what larger numbers would keep, and why', async () => {
    const run = await compare({ now: 'keepLatest: 2\n', other: 'keepLatest: 2\nminAgeDays: 200\n' });
    const [, api, web] = body(run);
    expect(api).toBe('api\n  - keep 1-4 (min-age: registered since 8 May 2026)');
    expect(web).toBe('web\n  - keep 1-6 (min-age: registered since 8 May 2026)');
  });

  test('says that nothing would change', async () => {
    const run = await compare({ now: 'keepLatest: 5\n', other: 'keepLatest: 5\nshare: 0.25\n' });
    expect(run.out.replaceAll(/\s+/g, ' ')).toContain('other.yml would change no verdict in 2 families.');
    expect(run.out).toContain('Note: share: other values, which change no verdict of a plan.');
  });

  test('reads the account once', async () => {
    const { sandbox } = await compare({ now: 'keepLatest: 5\n', other: 'keepLatest: 2\nminAgeDays: 10\n' });
    const calls = ['ListTaskDefinitions', 'ListSchedules', 'GetResources', 'LookupEvents'].map((operation) => [
      operation,
      sandbox.calls.count(operation),
    ]);
    expect(calls).toEqual([
      ['ListTaskDefinitions', 1],
      ['ListSchedules', 1],
      ['GetResources', 1],
      ['LookupEvents', 7],
    ]);
  });

  test('applies options to both settings', async () => {
    const run = await compare(
      { now: 'keepLatest: 5\n', other: 'keepLatest: 2\n' },
      { options: '--families api --json' },
    );
    expect(changesIn(run)).toMatchObject([{ family: 'api', changes: [{ ranges: ['2-4'] }] }]);
  });

  test('decides each age by the settings of its side', async () => {
    const account = anAccount().family('web', '1-4', { daysAgo: 50 }).family('web', '5-8', { daysAgo: 1 });
    const settings = { now: 'keepLatest: 1\nminAgeDays: 60\n', other: 'keepLatest: 1\nminAgeDays: 40\n' };
    expect(changesIn(await compare(settings, { account, options: '--json' }))).toMatchObject([
      {
        family: 'web',
        changes: [
          {
            ranges: ['1-3'],
            now: { verdict: 'keep', reasons: [{ rule: 'min-age' }] },
            other: { verdict: 'deregister' },
          },
        ],
      },
    ]);
  });

  test('reads the protecting tags of each side', async () => {
    const account = anAccount()
      .family('web', '1-2', { tags: { a: '' } })
      .family('web', '3-4', { tags: { b: '' } })
      .family('web', '5-8');
    const settings = { now: 'keepLatest: 1\nprotectTags: [a]\n', other: 'keepLatest: 1\nprotectTags: [b]\n' };
    expect(changesIn(await compare(settings, { account, options: '--json' }))).toMatchObject([
      {
        changes: [
          { ranges: ['1-2'], now: { verdict: 'keep' }, other: { verdict: 'deregister' } },
          { ranges: ['3-4'], now: { verdict: 'deregister' }, other: { verdict: 'keep' } },
        ],
      },
    ]);
  });

  test('reads past use for the longer time, and says so', async () => {
    const account = anAccount()
      .family('web', '1-8')
      .event('RunTask', daysBefore(50), {
        requestParameters: { taskDefinition: 'web:2' },
        responseElements: { tasks: [{ taskDefinitionArn: revisionArn('web:2') }] },
      });
    const settings = { now: 'keepLatest: 5\n', other: 'keepLatest: 5\nusedWithinDays: 60\n' };
    const run = await compare(settings, { account, options: '--json' });
    expect(changesIn(run)).toMatchObject([
      {
        changes: [
          {
            ranges: ['2'],
            now: { verdict: 'deregister' },
            other: { verdict: 'keep', reasons: [{ rule: 'recently-used' }] },
          },
        ],
      },
    ]);
    expect(document(run)['notes']).toEqual([
      'Past use was read for 60 days for both. A plan with fewer days reads fewer definitions, and may keep less',
    ]);
  });

  test.each([
    { name: 'without', other: 'without: [tags]\n' },
    { name: 'search', other: 'search: [s3://kept/states/]\n' },
  ])('refuses settings that differ in $name, before anything is read', async ({ name, other }) => {
    const run = await compare({ now: 'keepLatest: 5\n', other });
    expect(run.code).toBe(exitCodes.usage);
    expect(run.err).toContain(`${name} differs, and decides what is read, so one reading is not enough\n`);
    expect(run.err).toContain('Give both files the same value, or make a plan with each.');
    expect(run.sandbox.calls.count()).toBe(0);
  });

  test('names a mistake in the other file', async () => {
    const run = await compare({ now: 'keepLatest: 5\n', other: 'keepLatests: 5\n' });
    expect(run.code).toBe(exitCodes.usage);
    expect(run.err).toContain('keepLatests: unknown key');
  });

  test('ends with the exit code of a hold where something could not be read', async () => {
    const files = settingsFiles('keepLatest: 5\n', 'keepLatest: 2\n');
    const run = await pruner(`plan --settings ${files.now} --compare ${files.other}`, {
      prepare: ({ faults }) => void faults.add({ operation: 'ListTasks', kind: 'deny' }),
    });
    expect(run.code).toBe(exitCodes.held);
    expect(run.out).toContain('Action required: 1 item');
  });

  test.each([
    '--out plan.json',
    '--detailed-exitcode',
    '--all',
    '--rule newest',
    '--topic arn:aws:sns:eu-west-1:123456789012:reports',
  ])('refuses %s, since it makes no plan', async (option) => {
    const run = await pruner(`plan --compare other.yml ${option}`);
    expect(run.err).toContain(`${option.split(' ')[0] ?? ''}: given beside --compare, which makes no plan`);
  });
});
