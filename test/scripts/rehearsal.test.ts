// `npm start -- --account FILE --settings FILE`: rehearses a policy on any account file and reports mistakes in
// the options and files.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { rehearsalOf, Unfit } from '../../scripts/rehearsal.ts';
import { anAccount } from '../support/account.ts';

/** A folder with these files. */
function folder(files: Readonly<Record<string, string>>): string {
  const path = mkdtempSync(join(tmpdir(), 'ecs-revision-pruner-rehearsal-'));
  onTestFinished(() => {
    rmSync(path, { recursive: true });
  });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(path, name), text);
  return path;
}

const shop = () =>
  JSON.stringify({ ...anAccount().family('web', '1-8').service('prod/web', 'web:3').file(), topics: [] });

test('a rehearsal without options is the demonstration, with its own settings and quotas', async () => {
  const asked = await rehearsalOf([], '/');
  expect(asked).toMatchObject({ quotas: 'published', settings: { keepLatest: 5 } });
  expect(asked?.settings.overrides).toHaveLength(2);
  expect(asked?.account.clusters).toHaveLength(4);
});

test('a rehearsal reads account and settings from the current folder and does not wait for quotas', async () => {
  const from = folder({ 'account.json': shop(), 'policy.yml': 'keepLatest: 2\n' });
  const asked = await rehearsalOf(['--account', 'account.json', '--settings', 'policy.yml'], from);
  expect(asked).toMatchObject({ quotas: 'none', settings: { keepLatest: 2 } });
  expect(asked?.settings.quotas['task-definition-modify']).toEqual({ burst: 20_000, perSecond: 10_000 });
  expect(asked?.account.services).toHaveLength(1);
});

test('a rehearsal of an account without settings uses pruner.yml', async () => {
  const asked = await rehearsalOf(['--account', 'account.json'], folder({ 'account.json': shop() }));
  expect(asked?.settings.overrides).toEqual([]);
});

test.each([
  {
    wrong: 'the story of another account',
    args: ['--story', '--settings', 'policy.yml'],
    says: '--story: given with --account or --settings, allowed: alone, since it is the story of one account',
  },
  {
    wrong: 'a missing account',
    args: ['--account', 'none.json'],
    says: '--account none.json: there is no such file',
  },
  {
    wrong: 'an account that is not JSON',
    args: ['--account', 'policy.yml'],
    says: '--account policy.yml: it is not JSON: ',
  },
  {
    wrong: 'an account that does not fit the schema',
    args: ['--account', 'misfit.json'],
    says: 'The account file misfit.json does not fit:\n  .services[0].taskDefinitions: Service has no such member',
  },
  {
    wrong: 'an inconsistent account',
    args: ['--account', 'lost.json'],
    says: '.services[0]: arn:aws:ecs:eu-west-1:123456789012:cluster/prod is not among the clusters',
  },
  { wrong: 'missing settings', args: ['--settings', 'none.yml'], says: 'none.yml: no such file' },
  {
    wrong: 'settings with a mistake',
    args: ['--settings', 'typo.yml'],
    says: 'typo.yml:1: keepLatests: unknown key',
  },
  { wrong: 'an unknown option', args: ['--acount', 'x'], says: "Unknown option '--acount'" },
  { wrong: 'an extra argument', args: ['account.json'], says: 'account.json' },
])('a rehearsal reports $wrong', async ({ args, says }) => {
  const file = anAccount().service('prod/web', 'web:3').file();
  const from = folder({
    'policy.yml': 'keepLatest: 2\n',
    'typo.yml': 'keepLatests: 2\n',
    'misfit.json': JSON.stringify({ ...file, services: [{ taskDefinitions: 'web' }] }),
    'lost.json': JSON.stringify({ ...file, clusters: [] }),
  });
  const error: unknown = await rehearsalOf(args, from).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(Unfit);
  expect(String(error)).toContain(says);
  expect(String(error)).not.toContain(from);
});
