// A nightly run whose approval is declined, late, forged, of another run, or older than what happened since: it deregisters nothing.
import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test, vi } from 'vitest';
import { eightRevisions, quotas, silenceFunctions } from '../support/deployed.ts';
import { anAnswer, OPERATOR } from '../support/approved-text.ts';
import { rewriteChecksummed } from '../support/checksummed.ts';
import { asking } from '../support/asking.ts';

silenceFunctions();

const HOUR_MS = 3_600_000;
const oneLine = (text: string) => text.replaceAll(/\s+/g, ' ');

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
