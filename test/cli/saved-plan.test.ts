// A saved plan from `plan --out` to `prune --plan`: what is deregistered of it, and why a file is refused.
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import * as z from 'zod';
import { exitCodes } from '../../cli/exit.ts';
import { decodeSavedPlan, encodeSavedPlan, type SavedPlan, savedPlanFile } from '../../shared/state/saved-plan.ts';
import { ACCOUNT, anAccount } from '../support/account.ts';
import { TestClock } from '../support/clock.ts';
import { confirmed, deregisterCount, document, pruner, type Run } from '../support/pruner.ts';

const state = '--keep-latest 2 --state s3://kept';
const eight = () => anAccount().cluster('prod').family('web', '1-8');
const oneLine = (text: string) => text.replaceAll(/\s+/g, ' ');

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'pruner-'));
  onTestFinished(() => rmSync(made, { recursive: true }));
  return made;
}

/** The file of a plan of web:1 to web:6, written by the command. */
async function planned({ account = eight(), options = state } = {}): Promise<string> {
  const file = join(folder(), 'plan.json');
  const run = await pruner(`plan ${options} --out ${file}`, { account });
  expect(run.code).toBe(exitCodes.done);
  return file;
}

let content: Promise<string> | undefined;

/** A copy of that file, for tests of `prune`. The plan is made once. */
async function saved(): Promise<string> {
  content ??= planned().then((file) => readFileSync(file, 'utf8'));
  const file = join(folder(), 'plan.json');
  writeFileSync(file, await content, { mode: 0o600 });
  return file;
}

/** The same plan with another content and a digest that fits. */
function changed(file: string, change: (plan: SavedPlan) => SavedPlan): void {
  writeFileSync(file, encodeSavedPlan(change(decodeSavedPlan(readFileSync(file, 'utf8')))));
}

const pruneWith = (file: string, account = eight(), options = state) =>
  pruner(`prune --no-wait --json ${confirmed} ${options} --plan ${file}`, { account });

/** The error of a command that did nothing: it asked AWS for the account, at most. */
function refusalOf(run: Run): string {
  const others = run.sandbox.calls.count() - run.sandbox.calls.count('GetCallerIdentity');
  if (run.code !== exitCodes.usage || others > 0) throw new Error(`exit code ${run.code}, ${others} calls`);
  return run.err;
}

describe('plan --out', () => {
  test('writes ranges, counts and what the plan is bound to, for its owner alone', async () => {
    const file = await planned();
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const content: unknown = JSON.parse(readFileSync(file, 'utf8'));
    expect(savedPlanFile.safeParse(content).success).toBe(true);
    expect(content).toMatchObject({
      format: 1,
      value: {
        tool: { name: 'ecs-revision-pruner' },
        created: '2026-11-24T02:30:00.000Z',
        target: { account: ACCOUNT, region: 'eu-west-1', partition: 'aws' },
        counts: { families: 1, active: 8, kept: 2, held: 0, deferred: 0, planned: 6 },
        deregister: [{ family: 'web', ranges: ['1-6'] }],
      },
    });
  });

  test('says where the plan is, until when it is valid, and how it is carried out', async () => {
    const file = join(folder(), 'plan.json');
    const run = await pruner(`plan ${state} --out ${file}`, { account: eight() });
    expect(run.err).toContain(`Saved the plan to ${file}. Until 25 November 2026, 02:30 UTC`);
    expect(run.err).toContain(`\n  ./pruner prune --plan ${file} --state s3://kept --keep-latest 2\n`);
    expect(run.out).toContain('Plan: deregister 6 of 8 ACTIVE revisions in 1 family; keep 2.');
  });

  test('prints a command that is bound to the same settings, quoted for a shell', async () => {
    const file = join(folder(), 'plan.json');
    const run = await pruner(`plan web* --without tags ${state} --out ${file}`, { account: eight() });
    const [, command = ''] = /^ {2}\.\/pruner (prune .*)$/m.exec(run.err) ?? [];
    expect(command).toBe(`prune --plan ${file} --state s3://kept --families 'web*' --keep-latest 2 --without tags`);
    const pruned = await pruner(`${command.replaceAll("'", '')} --no-wait ${confirmed}`, { account: eight() });
    expect(pruned.code).toBe(exitCodes.done);
    expect(deregisterCount(pruned)).toBe(6);
  });

  test('needs the state store that prune will use', async () => {
    const run = await pruner(`plan --out ${join(folder(), 'plan.json')}`, { account: eight() });
    expect(refusalOf(run)).toContain('plan: --out needs the state store that prune --plan will use');
  });

  test('overwrites a saved plan, also a damaged one, and leaves no other file', async () => {
    const file = await planned();
    writeFileSync(file, readFileSync(file, 'utf8').replace('"1-6"', '"1-5"'));
    chmodSync(file, 0o644);
    const run = await pruner(`plan ${state} --out ${file}`, { account: eight() });
    expect(run.code).toBe(exitCodes.done);
    expect(decodeSavedPlan(readFileSync(file, 'utf8')).deregister).toEqual([{ family: 'web', ranges: ['1-6'] }]);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(join(file, '..'))).toEqual(['plan.json']);
  });

  test.each([
    { what: 'a settings file', content: 'keepLatest: 3\n' },
    { what: 'another JSON document', content: '{"tool":{"name":"other"},"value":{},"sha256":""}' },
    { what: 'an empty file', content: '' },
  ])('refuses to overwrite $what before anything is read', async ({ content }) => {
    const file = join(folder(), 'pruner.yml');
    writeFileSync(file, content);
    const run = await pruner(`plan ${state} --out ${file}`, { account: eight() });
    expect(refusalOf(run)).toContain(`plan: cannot save the plan to ${file}: the file exists and is not a saved plan`);
    expect(readFileSync(file, 'utf8')).toBe(content);
  });

  test('refuses a folder, and a file in a folder that does not exist', async () => {
    const made = folder();
    expect(refusalOf(await pruner(`plan ${state} --out ${made}`, { account: eight() }))).toContain('it is not a file');
    const missing = join(made, 'none', 'plan.json');
    expect(refusalOf(await pruner(`plan ${state} --out ${missing}`, { account: eight() }))).toContain(
      'no such file or directory',
    );
  });

  test('refuses to replace another file that has come to its place while the account was read', async () => {
    const file = await planned();
    const run = await pruner(`plan ${state} --out ${file}`, {
      account: eight(),
      prepare: (sandbox) =>
        sandbox.before(({ operation }) => {
          if (operation === 'ListTaskDefinitions') writeFileSync(file, 'notes of the operator\n');
        }),
    });
    expect(run.code).toBe(exitCodes.usage);
    expect(run.err).toContain(`plan: cannot save the plan to ${file}: the file exists and is not a saved plan`);
    expect(run.err).not.toContain('Saved the plan');
    expect(readFileSync(file, 'utf8')).toBe('notes of the operator\n');
    expect(readdirSync(join(file, '..'))).toEqual(['plan.json']);
  });

  test('saves to the longest name that a file can have', async () => {
    const file = join(folder(), `${'p'.repeat(250)}.json`);
    const run = await pruner(`plan ${state} --out ${file}`, { account: eight() });
    expect(run.code).toBe(exitCodes.done);
    expect(decodeSavedPlan(readFileSync(file, 'utf8')).deregister).toEqual([{ family: 'web', ranges: ['1-6'] }]);
  });

  test('saves nothing in a hold, and leaves an earlier plan as it is', async () => {
    const file = await planned();
    const before = readFileSync(file, 'utf8');
    const run = await pruner(`plan ${state} --out ${file}`, {
      account: eight(),
      prepare: ({ faults }) => void faults.add({ operation: 'ListTasks', kind: 'deny' }),
    });
    expect(run.code).toBe(exitCodes.held);
    expect(run.err).toContain(`The plan was not saved to ${file}: the run was held or failed.`);
    expect(readFileSync(file, 'utf8')).toBe(before);
  });
});

describe('prune --plan', () => {
  test('deregisters what was saved', async () => {
    const run = await pruneWith(await saved());
    expect(document(run)).toMatchObject({
      outcome: 'OK',
      deregistered: [{ family: 'web', ranges: ['1-6'] }],
      saved: { created: '2026-11-24T02:30:00.000Z', revisions: 6, changes: [], outside: 0 },
    });
    expect(deregisterCount(run)).toBe(6);
  });

  test('keeps a revision that a service deploys now, and says so', async () => {
    const run = await pruneWith(await saved(), eight().service('prod/web', 'web:4'));
    expect(document(run)).toMatchObject({
      deregistered: [{ family: 'web', ranges: ['1-3', '5-6'] }],
      saved: {
        revisions: 6,
        changes: [{ family: 'web', ranges: ['4'], change: 'kept now: service prod/web deploys it' }],
        outside: 0,
      },
    });
  });

  test('leaves what has become deregistrable since, in the same family and in others', async () => {
    const account = anAccount().cluster('prod').family('api', '1-5').family('web', '1-10');
    const run = await pruneWith(await saved(), account);
    expect(document(run)).toMatchObject({
      deregistered: [{ family: 'web', ranges: ['1-6'] }],
      deferred: [
        { family: 'api', ranges: ['1-3'] },
        { family: 'web', ranges: ['7-8'] },
      ],
      saved: { revisions: 6, changes: [], outside: 5 },
    });
  });

  test('is not displaced by other families that fill the cap now', async () => {
    const options = '--max-deregistrations 2 --keep-latest 2 --state s3://kept';
    const file = await planned({ options });
    const account = anAccount().cluster('prod').family('api', '1-5').family('batch', '1-5').family('web', '1-8');
    expect(document(await pruneWith(file, account, options))).toMatchObject({
      deregistered: [{ family: 'web', ranges: ['1-2'] }],
    });
  });

  test('lists what is not ACTIVE any more', async () => {
    const account = anAccount().cluster('prod').family('web', '1-2', { status: 'INACTIVE' }).family('web', '3-8');
    expect(document(await pruneWith(await saved(), account))).toMatchObject({
      deregistered: [{ family: 'web', ranges: ['3-6'] }],
      saved: { changes: [{ family: 'web', ranges: ['1-2'], change: 'not ACTIVE any more' }] },
    });
  });

  test('deregisters nothing where everything is kept now, and asks nothing', async () => {
    const account = anAccount().cluster('prod').family('web', '1-8', { daysAgo: 1 });
    const file = await saved();
    const run = await pruner(`prune ${state} --plan ${file}`, { account, world: { canAsk: true }, types: ACCOUNT });
    expect(run.code).toBe(exitCodes.done);
    expect(run.asked).toEqual([]);
    expect(deregisterCount(run)).toBe(0);
    expect(oneLine(run.out)).toContain(
      'Saved plan: 6 revisions on 24 November 2026, 02:30 UTC; 0 were still to be deregistered when this run began web:1-6 are kept now: registered since 25 October 2026',
    );
  });

  test('shows before the prompt what is left of the saved plan, and deregisters that', async () => {
    const file = await saved();
    const run = await pruner(`prune --no-wait ${state} --plan ${file}`, {
      account: anAccount().family('web', '1-9').service('prod/web', 'web:4'),
      world: { canAsk: true },
      types: ACCOUNT,
    });
    expect(run.asked).toEqual([`Type the number of the account to deregister 5 revisions in it (${ACCOUNT}): `]);
    const [proposal = ''] = run.out.split('5 revisions were deregistered');
    expect(proposal).toContain(`\
Saved plan: 6 revisions on 24 November 2026, 02:30 UTC; 5 are still to be
  deregistered
  web:4 is kept now: service prod/web deploys it
  1 revision that no rule keeps is not in it, and left for another run
`);
    expect(deregisterCount(run)).toBe(5);
  });

  test('deregisters nothing where the plan expires while the operator is asked', async () => {
    const file = await saved();
    const clock = new TestClock();
    const keeps = new Map<string, string>();
    const run = await pruner(`prune --no-wait ${state} --plan ${file}`, {
      account: eight(),
      clock,
      keeps,
      world: {
        canAsk: true,
        ask: async () => {
          await clock.sleep(25 * 3_600_000);
          return ACCOUNT;
        },
      },
    });
    expect(run.code).toBe(exitCodes.usage);
    expect(run.err).toContain('a saved plan expires after 24 hours; nothing was done.');
    expect(deregisterCount(run)).toBe(0);
    expect(keeps.get(`${ACCOUNT}/eu-west-1/lock.json`)).toContain('"free":true');
  });

  test('is held like any run, and then compares nothing', async () => {
    const file = await saved();
    const run = await pruner(`prune --json ${confirmed} ${state} --plan ${file}`, {
      account: eight(),
      prepare: ({ faults }) => void faults.add({ operation: 'ListTasks', kind: 'deny' }),
    });
    expect(run.code).toBe(exitCodes.held);
    expect(document(run)).toMatchObject({ outcome: 'HELD', deregistered: [], saved: { changes: [], outside: 0 } });
    expect(deregisterCount(run)).toBe(0);
  });

  test('deletes nothing for good, and says so', async () => {
    const settings = join(folder(), 'pruner.yml');
    writeFileSync(settings, 'deleteAfterDays: 30\ndeleteScope: all\nkeepLatest: 2\nstate: s3://kept\n');
    const account = () => eight().family('old', '1-3', { status: 'INACTIVE' });
    const options = `--settings ${settings} --state s3://kept`;
    const run = await pruneWith(await planned({ account: account(), options }), account(), options);
    expect(run.sandbox.calls.count('DeleteTaskDefinitions')).toBe(0);
    expect(document(run)).toMatchObject({
      deregistered: [{ family: 'web', ranges: ['1-6'] }],
      notes: expect.arrayContaining([
        'A run with a saved plan deletes nothing for good: the next run without one does',
      ]) as unknown,
    });
  });

  test('needs --yes and --account without a terminal, and refuses another account', async () => {
    const file = await saved();
    const bare = await pruner(`prune ${state} --plan ${file}`, { account: eight() });
    expect(refusalOf(bare)).toContain(
      'prune: there is no terminal for a prompt, so it needs --yes --account 123456789012',
    );
    const other = await pruner(`prune ${state} --yes --account 999999999999 --plan ${file}`, { account: eight() });
    expect(refusalOf(other)).toContain('prune: these credentials belong to account 123456789012, not to 999999999999');
  });
});

describe('prune --plan refuses, before anything is read,', () => {
  test.each<{ what: string; change: (plan: SavedPlan) => SavedPlan; message: string }>([
    {
      what: 'a plan of another account',
      change: (plan) => ({ ...plan, target: { ...plan.target, account: '210987654321' } }),
      message:
        'is a plan of account 210987654321, eu-west-1, and this is account 123456789012, eu-west-1; nothing was done.',
    },
    {
      what: 'a plan of another Region',
      change: (plan) => ({ ...plan, target: { ...plan.target, region: 'eu-central-1' } }),
      message: 'is a plan of account 123456789012, eu-central-1, and this is account 123456789012, eu-west-1;',
    },
    {
      what: 'a plan of another partition',
      change: (plan) => ({ ...plan, target: { ...plan.target, partition: 'aws-cn' } }),
      message: 'is a plan of account 123456789012, eu-west-1 (aws-cn), and this is account 123456789012, eu-west-1;',
    },
    {
      what: 'a plan of another version',
      change: (plan) => ({ ...plan, tool: { ...plan.tool, version: '0.0.9' } }),
      message: 'was saved by version 0.0.9, and this is version ',
    },
    {
      what: 'a plan with other settings',
      change: (plan) => ({ ...plan, settingsDigest: '0123456789ab' }),
      message: 'was saved with the settings 0123456789ab, and these are ',
    },
    {
      what: 'a plan that has expired',
      change: (plan) => ({ ...plan, created: '2026-11-23T02:29:59Z' }),
      message:
        'was saved on 23 November 2026, 02:29 UTC, and it is 24 November 2026, 02:30 UTC now: a saved plan expires after 24 hours; nothing was done.',
    },
    {
      what: 'a plan from the future',
      change: (plan) => ({ ...plan, created: '2026-11-24T02:45:00Z' }),
      message:
        'was saved on 24 November 2026, 02:45 UTC, which is in the future: it is 24 November 2026, 02:30 UTC now',
    },
  ])('$what', async ({ change, message }) => {
    const file = await saved();
    changed(file, change);
    expect(refusalOf(await pruneWith(file))).toContain(message);
  });

  test("a plan that has expired by AWS's clock, whatever the local clock says", async () => {
    const file = await saved();
    changed(file, (plan) => ({ ...plan, created: '2026-11-23T02:29:59Z' }));
    const slow = new TestClock();
    slow.advance(-2 * 3_600_000);
    const run = await pruner(`prune --no-wait ${confirmed} ${state} --plan ${file}`, {
      account: eight(),
      world: { clock: slow },
    });
    expect(refusalOf(run)).toContain('and it is 24 November 2026, 02:30 UTC now: a saved plan expires after 24 hours');
  });

  test.each([
    { option: '--keep-latest 3', options: '--keep-latest 3 --state s3://kept' },
    { option: '--families', options: `${state} --families web*` },
    { option: '--min-age-days', options: `${state} --min-age-days 60` },
    { option: '--max-deregistrations', options: `${state} --max-deregistrations 5` },
    { option: '--without', options: `${state} --without tags` },
  ])('another $option than the plan had, and names what may differ', async ({ options }) => {
    const run = await pruneWith(await saved(), eight(), options);
    expect(refusalOf(run)).toContain('a setting or an option that changes a setting differs');
    expect(run.err).toContain('Give the settings file and the options of the plan, or save a new plan with these.');
  });

  test.each<{ what: string; edit: (text: string) => string; message: string }>([
    { what: 'an edited plan', edit: (text) => text.replace('"1-6"', '"1-7"'), message: 'its checksum does not match' },
    { what: 'half a plan', edit: (text) => text.slice(0, text.length / 2), message: 'it is not a saved plan' },
    { what: 'an empty file', edit: () => '', message: 'it is not a saved plan' },
    {
      what: 'a plan of a later format',
      edit: (text) => text.replace('"format": 1', '"format": 2'),
      message: 'this version does not know its format: 2',
    },
    {
      what: 'a plan with another member',
      edit: (text) => text.replace('"format": 1', '"format": 1, "more": 1'),
      message: 'its checksum does not match',
    },
    { what: 'a file that is nested without end', edit: () => '['.repeat(100_000), message: 'it is not a saved plan' },
    {
      what: 'a file that is too large',
      edit: () => ' '.repeat(40_000_001),
      message: 'it has 40000001 bytes, allowed: 40000000',
    },
  ])('$what', async ({ edit, message }) => {
    const file = await saved();
    writeFileSync(file, edit(readFileSync(file, 'utf8')));
    const run = await pruneWith(file);
    expect(refusalOf(run)).toContain(`prune: cannot use ${file}: `);
    expect(run.err).toContain(message);
    expect(run.err).toContain(`./pruner plan --out ${file}`);
  });

  test('the report of `plan --json`, which is no saved plan', async () => {
    const file = join(folder(), 'plan.json');
    writeFileSync(file, (await pruner(`plan --json ${state}`, { account: eight() })).out);
    expect(refusalOf(await pruneWith(file))).toContain('it is the report of `plan --json`, not a saved plan');
  });

  test('a file that does not exist, and a folder', async () => {
    const made = folder();
    expect(refusalOf(await pruneWith(join(made, 'plan.json')))).toContain('there is no such file');
    mkdirSync(join(made, 'sub'));
    expect(refusalOf(await pruneWith(join(made, 'sub')))).toContain('it is not a file');
    expect(existsSync(join(made, 'plan.json'))).toBe(false);
  });

  test.each<{ what: string; change: (plan: SavedPlan) => SavedPlan }>([
    {
      what: 'a family twice',
      change: (plan) => ({
        ...plan,
        deregister: [
          { family: 'web', ranges: ['1-3'] },
          { family: 'web', ranges: ['4-6'] },
        ],
      }),
    },
    {
      what: 'a range that runs backwards',
      change: (plan) => ({ ...plan, deregister: [{ family: 'web', ranges: ['6-1'] }] }),
    },
    {
      what: 'ranges that overlap',
      change: (plan) => ({ ...plan, deregister: [{ family: 'web', ranges: ['1-4', '4-5'] }] }),
    },
    {
      what: 'more revisions than its counts',
      change: (plan) => ({ ...plan, deregister: [{ family: 'web', ranges: ['1-999999999999999'] }] }),
    },
    {
      what: 'the name of no family',
      change: (plan) => ({ ...plan, deregister: [{ family: 'web ', ranges: ['1-6'] }] }),
    },
    { what: 'a date that is none', change: (plan) => ({ ...plan, created: 'yesterday' }) },
  ])('can hold neither $what, whatever its digest', async ({ change }) => {
    const plan = decodeSavedPlan(readFileSync(await saved(), 'utf8'));
    expect(() => encodeSavedPlan(change(plan))).toThrow(/damaged/);
  });

  test('the published schema is closed', () => {
    const closed = (schema: unknown): boolean =>
      typeof schema !== 'object' ||
      schema === null ||
      ((!('type' in schema) ||
        schema.type !== 'object' ||
        ('additionalProperties' in schema && schema.additionalProperties === false)) &&
        Object.values(schema).every(closed));
    expect(closed(z.toJSONSchema(savedPlanFile))).toBe(true);
  });
});
