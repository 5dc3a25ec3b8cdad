// A nightly run that asks for approval, as a durable execution of the sandbox's Lambda over HTTP: the question, the answers, and
// what becomes of the run.
import { describe, expect, test } from 'vitest';
import { eightRevisions, silenceFunctions } from '../support/deployed.ts';
import { OPERATOR } from '../support/approved-text.ts';
import { asking } from '../support/asking.ts';
import { anAccount } from '../support/account.ts';

silenceFunctions();

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
