// `explain` of revisions and families in an account of the sandbox.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { describe, expect, onTestFinished, test } from 'vitest';
import { exitCodes } from '../../cli/exit.ts';
import { ACCOUNT, anAccount, daysBefore, revisionArn } from '../support/account.ts';
import { document, pruner } from '../support/pruner.ts';

const schema: unknown = JSON.parse(readFileSync(new URL('../../schemas/explain.schema.json', import.meta.url), 'utf8'));
const validate = addFormats.default(new Ajv2020({ strict: false })).compile(Object(schema));
const oneLine = (text: string) => text.replaceAll(/\s+/g, ' ');
const airflow = `arn:aws:sts::${ACCOUNT}:assumed-role/airflow/monthly`;

/** A service runs web:3, which names batch:2 to its worker. */
const launcher = () =>
  anAccount()
    .family('batch', '1-8')
    .family('web', '1-2')
    .family('web', '3', { environment: { WORKER: revisionArn('batch:2') } })
    .family('web', '4-8')
    .service('prod/web', 'web:3');

describe('explain of a revision', () => {
  test('shows the chain through another definition, and what releases it', async () => {
    const { out } = await pruner('explain batch:2', { account: launcher() });
    expect(oneLine(out)).toContain(
      'Service prod/web deploys web:3, whose container app > environment WORKER names batch:2.',
    );
    expect(oneLine(out)).toContain(
      'One change would release it: point service prod/web at a revision that does not name it.',
    );
  });

  test('has the chain, the change and the last use as JSON, as its schema says', async () => {
    const account = launcher().event('RunTask', daysBefore(9), {
      userIdentity: { arn: airflow },
      requestParameters: { taskDefinition: 'web:2' },
      responseElements: { tasks: [{ taskDefinitionArn: revisionArn('web:2') }] },
    });
    const chained = document(await pruner('explain batch:2 --json', { account: launcher() }));
    expect(chained).toMatchObject({
      about: 'revision',
      chains: ['service prod/web deploys web:3, whose container app > environment WORKER names batch:2'],
      change: 'One change would release it: point service prod/web at a revision that does not name it.',
      lastUse: null,
    });
    expect([validate(chained), validate.errors]).toEqual([true, null]);
    const used = document(await pruner('explain web:2 --json', { account }));
    expect(used).toMatchObject({
      change: 'It is released on 25 December 2026 unless it is used again: usedWithinDays is 40.',
      lastUse: { at: daysBefore(9), call: 'RunTask', by: airflow },
    });
    expect(validate(used)).toBe(true);
  });

  test('knows the last use from an earlier night, without its caller', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'pruner-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const state = join(folder, 'state');
    const seen = anAccount().cluster('prod').family('web', '1-12').service('prod/web', 'web:2');
    const run = await pruner(`prune --no-wait --yes --account ${ACCOUNT} --state ${state}`, { account: seen });
    expect(run.code).toBe(exitCodes.done);
    const later = anAccount().cluster('prod').family('web', '2,8-12');
    const { out } = await pruner(`explain web:2 --state ${state}`, { account: later });
    expect(oneLine(out)).toContain(
      'Last use: 24 November 2026, 02:30 UTC, as a run saw it in use. The caller is not known.',
    );
    expect(oneLine(out)).toContain('It is released on 3 January 2027 unless it is used again: usedWithinDays is 40.');
  });

  test('shows a service that deploys and would roll back to it once', async () => {
    const { out } = await pruner('explain web:3', { account: launcher() });
    expect(out.match(/service\/prod\/web/g)).toHaveLength(1);
  });
});

describe('explain of a family', () => {
  test('shows its revisions by verdict, its policy and where to go on', async () => {
    const run = await pruner('explain web', { account: launcher() });
    expect(run.code).toBe(exitCodes.done);
    expect(run.out).toContain(`\
web has 8 ACTIVE revisions. The next run will deregister 2, keep 6.

  1-2  deregister
  3    keep: service prod/web deploys it
  4-7  keep: among the newest 5
  8    keep: the newest of its family; among the newest 5

Policy: keepLatest 5 and minAgeDays 30; usedWithinDays 40.

One revision, its plan alone, or what runs did to it:
  ./pruner explain web:3 --region eu-west-1
  ./pruner plan --families web --region eu-west-1
`);
  });

  test('shows references without a revision, the override and the cap', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'pruner-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const settings = join(folder, 'pruner.yml');
    writeFileSync(
      settings,
      'maxDeregistrations: 2\noverrides:\n  - { families: api, keepLatest: 9 }\n  - { families: "w*", keepLatest: 2 }\n',
    );
    const account = anAccount().family('web', '1-8').service('prod/web', 'web');
    const given = `explain web --settings ${settings}`;
    const { out } = await pruner(given, { account });
    expect(oneLine(out)).toContain('The next run will deregister 2, keep 2, and leave 4 over its cap of 2.');
    expect(out).toContain('Policy: keepLatest 2 and minAgeDays 30, by overrides[1] (w*); usedWithinDays 40.');
    const json = document(await pruner(`${given} --json`, { account }));
    expect(json).toMatchObject({
      about: 'family',
      family: 'web',
      newest: 'web:8',
      counts: { active: 8, kept: 2, held: 0, deferred: 4, planned: 2 },
      policy: { keepLatest: 2, override: { index: 1, families: 'w*' }, protectedBy: null },
    });
    expect([validate(json), validate.errors]).toEqual([true, null]);
  });

  test('says that a protected family is protected, and by what', async () => {
    const { out } = await pruner('explain web --families api*', { account: launcher() });
    expect(oneLine(out)).toContain("Policy: protected (outside this run's families api*); keepLatest 5");
    expect(oneLine(out)).toContain('web has 8 ACTIVE revisions. The next run will deregister none of them.');
  });

  test('says that the whole run is held, and why', async () => {
    const run = await pruner('explain web', {
      account: launcher(),
      prepare: ({ faults }) => void faults.add({ operation: 'ListTasks', kind: 'deny' }),
    });
    expect(run.code).toBe(exitCodes.done);
    expect(oneLine(run.out)).toContain('The whole run is held, so nothing is deregistered.');
    expect(run.out).toContain('Action required: 1 item');
  });

  test.each(['nope', 'WEB'])('%s has no ACTIVE revision', async (family) => {
    const run = await pruner(`explain ${family}`, { account: launcher() });
    expect(run.code).toBe(exitCodes.usage);
    expect(run.err).toBe(
      `error: explain: there is no ACTIVE revision of ${family} in account 123456789012, eu-west-1.\n`,
    );
  });
});
