// A nightly run that asks for approval, as a durable execution of the sandbox's Lambda over HTTP: the question, the answers, and
// what becomes of the run.
import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test, vi } from 'vitest';
import { eightRevisions, quotas, silenceFunctions } from '../support/deployed.ts';
import { anAnswer, OPERATOR } from '../support/approved-text.ts';
import { rewriteChecksummed } from '../support/checksummed.ts';
import { asking } from '../support/asking.ts';
import { anAccount } from '../support/account.ts';

silenceFunctions();

const HOUR_MS = 3_600_000;
const oneLine = (text: string) => text.replaceAll(/\s+/g, ' ');

describe('a run that requires approval', () => {
  test('mails the question with the plan and the command, deregisters nothing and waits', async () => {
    const night = await asking();
    const run = await night.start();
    expect(night.deregistered()).toBe(0);
    expect(run.execution.status).toBe('RUNNING');
    expect(night.subjects()).toEqual(['ACTION: 1 required, 5 wait for approval']);
    const text = oneLine(night.mail(0));
    expect(text).toMatch(
      /^5 revisions wait for approval in account 123456789012, eu-west-1, and nothing was deregistered\. 1 action required\. /,
    );
    expect(text).toMatch(
      /1\. The run asks for approval to deregister 5 revisions\. It waits until [^;]+ UTC; without an answer it deregisters nothing\. Approve, or write decline in place of approve: /,
    );
    expect(text).toContain(`./pruner approve ${run.id.slice(0, 8)} --region eu-west-1 --state ${night.state} Would`);
    expect(text).toContain('Would deregister: 5 revisions of 1 family - web: 1-5');
  });

  test('deregisters the approved plan, and says who approved it in record, report and mail', async () => {
    const night = await asking();
    const run = await night.start();
    await run.approve();
    const { status, result } = await run.go();
    expect([status, JSON.parse(result ?? '')]).toMatchObject(['SUCCEEDED', { outcome: 'OK', deregistered: 5 }]);
    expect(night.deregistered()).toBe(5);
    expect(night.subjects()[1]).toBe('OK: 5 deregistered');
    const text = oneLine(night.mail(1));
    expect(text).toContain(
      `Note: ${OPERATOR} approved the plan on 24 November 2026, 08:00 UTC, as the command that answered says.`,
    );
    expect(text).toContain('all of them were still to be deregistered after the approval');
    expect(run.record('ledger.json')).toMatchObject({
      approval: {
        revisions: 5,
        published: true,
        answer: { outcome: 'approved', by: OPERATOR, at: Date.parse('2026-11-24T08:00:00.000Z') },
      },
    });
  });

  test('decides anew after the approval, and keeps what is in use by then', async () => {
    const night = await asking();
    const run = await night.start();
    night.sandbox.account.runTask({ cluster: 'prod', taskDefinition: 'web:2' });
    await run.approve();
    await run.go();
    expect(night.deregistered()).toBe(4);
    expect(oneLine(night.mail(1))).toMatch(
      /Approved plan: 5 revisions on [^;]+; 4 were still to be deregistered after the approval web:2 is kept now: task/,
    );
  });

  test('deregisters nothing beyond the approved plan, whatever has become free since', async () => {
    const night = await asking({ keepLatest: 3 });
    const run = await night.start();
    night.sandbox.account.registerTaskDefinition('web', new Date('2026-01-01'));
    await run.approve();
    await run.go();
    expect(night.deregistered()).toBe(5);
  });

  test('sends its question to the hub of a fleet, and its end to both buses', async () => {
    const bus = (name: string) => `arn:aws:events:us-east-1:123456789012:event-bus/${name}`;
    const night = await asking({}, { stage: { env: { FLEET_BUS_ARN: bus('fleet'), EVENT_BUS_ARN: bus('default') } } });
    const run = await night.start();
    const before = night.sandbox.calls.count('PutEvents');
    await run.fail();
    await run.go();
    expect([before, night.sandbox.calls.count('PutEvents')]).toEqual([1, 3]);
  });

  test('asks nothing where there is nothing to deregister', async () => {
    const night = await asking({}, { account: anAccount().family('web', '1-3').cluster('prod') });
    const run = await night.start();
    expect([run.execution.status, night.subjects()]).toEqual(['SUCCEEDED', ['OK: nothing to deregister']]);
  });

  test('promises nothing in a dry run that no live run does', async () => {
    const settings = { deleteAfterDays: 30, deleteScope: 'all' };
    const account = eightRevisions().family('old', '1-3', { status: 'INACTIVE' });
    const night = await asking(settings, { account, stage: { dryRun: 'true' } });
    await night.start();
    const text = oneLine(night.mail(0));
    expect(text).toContain('A run that needs approval deletes nothing for good');
    expect(text).not.toContain('be deleted for good');
    expect(text).toContain('The next nightly run then asks for approval before it deregisters.');
  });

  test('asks nothing in a dry run, and nothing in a hold', async () => {
    const dry = await asking({}, { stage: { dryRun: 'true' } });
    expect((await dry.start()).execution.status).toBe('SUCCEEDED');
    expect(dry.subjects()).toEqual(['PREVIEW: would deregister 5 (dry run)']);
    const held = await asking(
      {},
      { prepare: ({ faults }) => void faults.add({ operation: 'ListTasks', kind: 'deny' }) },
    );
    expect((await held.start()).execution.status).toBe('SUCCEEDED');
    expect(held.subjects()).toEqual(['HELD: nothing deregistered, tasks could not be read']);
  });

  test('is held after the approval by what cannot be read then', async () => {
    const night = await asking();
    const run = await night.start();
    night.sandbox.faults.add({ operation: 'ListTasks', kind: 'deny' });
    await run.approve();
    await run.go();
    expect(night.deregistered()).toBe(0);
    expect(night.subjects()[1]).toMatch(/^HELD: /);
  });

  test('fails and waits for nothing where the question cannot be sent', async () => {
    const night = await asking(
      {},
      { prepare: ({ faults }) => void faults.add({ operation: 'Publish', kind: 'deny' }) },
    );
    const run = await night.start();
    expect([run.execution.status, night.deregistered()]).toEqual(['FAILED', 0]);
  });

  test('deletes nothing for good, and says so', async () => {
    const night = await asking(
      { deleteAfterDays: 30, deleteScope: 'all' },
      { account: eightRevisions().family('old', '1-3', { status: 'INACTIVE' }) },
    );
    const run = await night.start();
    await run.approve();
    await run.go();
    expect(night.sandbox.calls.count('DeleteTaskDefinitions')).toBe(0);
    expect(oneLine(night.mail(1))).toContain(
      'A run that needs approval deletes nothing for good: `./pruner prune` does',
    );
  });
});

describe('a run that is not approved deregisters nothing and reports why', () => {
  test('after a decline', async () => {
    const night = await asking();
    const run = await night.start();
    const { plan } = run.question();
    await run.fail(anAnswer({ run: run.id, plan, answer: 'decline' }));
    const { status, result } = await run.go();
    expect([status, JSON.parse(result ?? '')]).toMatchObject(['SUCCEEDED', { outcome: 'OK', deregistered: 0 }]);
    expect(night.deregistered()).toBe(0);
    expect(night.subjects()[1]).toBe('OK: not approved, 0 of 5 deregistered');
    expect(oneLine(night.mail(1))).toContain(
      `none of 5 revisions was deregistered in account 123456789012, eu-west-1. ${OPERATOR} declined the plan on 24 November 2026, 08:00 UTC, as the command that answered says. No action required.`.replace(
        'none',
        'None',
      ),
    );
  });

  test('after a decline that says nothing', async () => {
    const night = await asking();
    const run = await night.start();
    await run.fail();
    await run.go();
    expect(night.deregistered()).toBe(0);
    expect(oneLine(night.mail(1))).toContain('A caller that did not say its name declined the plan.');
  });

  test('after the hours of the setting without an answer', async () => {
    const night = await asking({ approvalHours: 2 });
    const run = await night.start();
    const asked = Date.now();
    expect(run.execution.wakesAt(asked)).toBeGreaterThan(asked + 1.99 * HOUR_MS);
    expect(run.execution.wakesAt(asked)).toBeLessThanOrEqual(asked + 2 * HOUR_MS);
    const { status, result } = await run.go(asked + 2 * HOUR_MS);
    expect([status, JSON.parse(result ?? '')]).toMatchObject(['SUCCEEDED', { outcome: 'OK', deregistered: 0 }]);
    expect(night.deregistered()).toBe(0);
    expect(oneLine(night.mail(1))).toContain('No approval came until');
  });

  test.each([
    {
      what: 'another plan',
      changes: { plan: '0'.repeat(64) },
      reason: `it is for the plan ${'0'.repeat(64)}, and this run proposed`,
    },
    { what: 'another run', changes: { run: 'other' }, reason: 'it is for run other, and this is run' },
    {
      what: 'another account',
      changes: { account: '210987654321' },
      reason: 'it is for account 210987654321, eu-west-1, and this is account 123456789012, eu-west-1',
    },
    {
      what: 'another Region',
      changes: { region: 'us-east-1' },
      reason: 'it is for account 123456789012, us-east-1, and this is account 123456789012, eu-west-1',
    },
  ])('after an approval of $what', async ({ changes, reason }) => {
    const night = await asking();
    const run = await night.start();
    await run.approve(changes);
    await run.go();
    expect(night.deregistered()).toBe(0);
    expect(night.subjects()[1]).toBe('ACTION: 1 required, not approved, 0 of 5 deregistered');
    expect(oneLine(night.mail(1))).toContain(`Not approved: the answer was refused: ${reason}`);
  });

  test.each([
    { what: 'no text', text: '' },
    { what: 'a text that is not JSON', text: 'yes' },
    { what: 'an object without the plan', text: '{"version":1,"answer":"approve"}' },
    { what: 'a text of 200,000 characters', text: '['.repeat(200_000) },
  ])('after an answer with $what', async ({ text }) => {
    const night = await asking();
    const run = await night.start();
    await run.succeed(text);
    await run.go();
    expect(night.deregistered()).toBe(0);
    expect(oneLine(night.mail(1))).toContain('the answer was refused: it is not in the form that approve sends');
  });

  test('after a decline that was sent as a success', async () => {
    const night = await asking();
    const run = await night.start();
    await run.approve({ answer: 'decline' });
    await run.go();
    expect(night.deregistered()).toBe(0);
  });

  test('where the stored plan was edited while it waited', async () => {
    const night = await asking();
    const run = await night.start();
    const path = run.path('proposal.json');
    writeFileSync(path, readFileSync(path, 'utf8').replace('"1-5"', '"1-4"'));
    await run.approve();
    await run.go();
    expect(night.deregistered()).toBe(0);
    expect(oneLine(night.mail(1))).toContain('it is damaged: its checksum does not match');
  });

  test.each([
    { what: 'other settings', settings: { approval: 'required', keepLatest: 1 } },
    { what: 'settings that require no approval', settings: { keepLatest: 3, deleteAfterDays: 30 } },
  ])('where a deployment brought $what while it waited', async ({ settings }) => {
    const night = await asking();
    const run = await night.start();
    night.deploy(settings);
    await run.approve();
    expect((await run.go()).status).toBe('SUCCEEDED');
    expect(night.deregistered()).toBe(0);
    expect(oneLine(night.mail(1))).toContain('the answer was refused: the plan was saved with the settings ');
    expect(run.execution.visible().map(({ Name }) => Name)).not.toContain('deletions');
  });

  describe('where the settings of the parameter', () => {
    const NAME = '/pruner/settings';
    const text = (more: object) =>
      JSON.stringify({ approval: 'required', keepLatest: 3, usedWithinDays: 0, quotas, ...more });
    const waiting = async (event: object = {}) => {
      const account = eightRevisions().parameter(NAME, text({}));
      const night = await asking({}, { account, stage: { env: { SETTINGS: NAME } } });
      return { night, run: await night.start(undefined, event) };
    };

    test('are the same when it is approved, it goes on', async () => {
      const { night, run } = await waiting({ maxDeregistrations: 3, families: ['web'] });
      await run.approve();
      await run.go();
      expect(night.deregistered()).toBe(3);
    });

    test.each([
      {
        what: 'keep more since',
        value: text({ keepLatest: 8 }),
        says: 'the plan was saved with the settings ',
      },
      { what: 'cannot be used any more', value: 'keepLatest: [', says: 'is no valid YAML' },
      {
        what: 'have a cap below that of its event',
        value: text({ maxDeregistrations: 2 }),
        says: 'event.maxDeregistrations: given 3, allowed: at most the deployed 2',
      },
    ])('$what', async ({ value, says }) => {
      const { night, run } = await waiting({ maxDeregistrations: 3 });
      night.sandbox.account.parameters.put({ Name: NAME, Value: value });
      await run.approve();
      await run.go();
      expect(night.deregistered()).toBe(0);
      expect(oneLine(night.mail(1))).toContain('the answer was refused: ');
      expect(oneLine(night.mail(1))).toContain(says);
    });
  });

  test.each(['0000-01-01T00:00:00Z', '1969-12-31T23:59:59Z', '2100-01-02T00:00:00Z', '9999-12-31T23:59:59Z'])(
    'after an answer of %s, which no record can hold',
    async (at) => {
      const night = await asking();
      const run = await night.start();
      const answer = anAnswer({ run: run.id, plan: run.question().plan, at: '2026-11-24T08:00:00Z' });
      await run.succeed(answer.replace('2026-11-24T08:00:00Z', at));
      expect((await run.go()).status).toBe('SUCCEEDED');
      expect(night.deregistered()).toBe(0);
      expect(oneLine(night.mail(1))).toContain('the answer was refused: it is not in the form that approve sends');
    },
  );

  test('where a deployment switched the stage to a dry run while it waited', async () => {
    const night = await asking();
    const run = await night.start();
    vi.stubEnv('DRY_RUN', 'true');
    await run.approve();
    await run.go();
    expect(night.deregistered()).toBe(0);
    expect(oneLine(night.mail(1))).toContain('the stack was switched to a dry run while this run was under way');
  });

  test('where another run has begun since', async () => {
    const night = await asking();
    const older = await night.start('first');
    const newer = await night.start('second');
    await older.approve();
    await older.go();
    expect(night.deregistered()).toBe(0);
    expect(oneLine(night.mail(2))).toContain(
      `the answer was refused: run ${newer.id} has begun since, so that the plan is old`,
    );
    await newer.approve();
    await newer.go();
    expect(night.deregistered()).toBe(5);
    expect(night.mail(3)).not.toContain('never finished');
  });

  test('where another plan with a checksum that fits was stored while it waited', async () => {
    const night = await asking();
    const run = await night.start();
    const path = run.path('proposal.json');
    const change = (value: string) => value.replace('"1-5"', '"1-4","6"');
    writeFileSync(path, rewriteChecksummed(readFileSync(path, 'utf8'), change));
    await run.approve();
    await run.go();
    expect(night.deregistered()).toBe(0);
    expect(oneLine(night.mail(1))).toContain('it is not the plan that the run proposed');
  });
});

test('a function that is not durable reports what to do instead, and deregisters nothing', async () => {
  const night = await asking();
  await night.invokeOnce();
  expect(night.deregistered()).toBe(0);
  expect(night.subjects()).toEqual(['ACTION: 1 required, not approved, 0 of 5 deregistered']);
  const text = oneLine(night.mail(0));
  expect(text).toContain(
    '5 revisions need approval (approval: required), and this function is not durable, so it cannot wait for an answer.',
  );
  expect(text).toContain(`./pruner plan --out plan.json --region eu-west-1 --state ${night.state}`);
});

test('the lock is free while a run waits, and a later run reports nothing about it', async () => {
  const night = await asking();
  const run = await night.start();
  expect(night.lock()).toMatchObject({ free: true });
  expect(run.execution.status).toBe('RUNNING');
});
