// approve and decline, from their arguments to what a waiting run of the sandbox's Lambda makes of them.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { exitCodes } from '../../cli/exit.ts';
import { answerDocument } from '../../shared/report/json/answer.ts';
import { ACCOUNT, REGION } from '../support/account.ts';
import { TestClock } from '../support/clock.ts';
import { asking, type Asking, type Started } from '../support/asking.ts';
import { checksummed } from '../support/checksummed.ts';
import { silenceFunctions } from '../support/deployed.ts';
import { confirmed, document, type pruner as staticPruner, type Run } from '../support/pruner.ts';

silenceFunctions();

const HOUR_MS = 3_600_000;
const oneLine = (text: string) => text.replaceAll(/\s+/g, ' ');
/** A value in the text of a checksummed record. */
const inRecord = z.object({ format: z.number(), value: z.record(z.string(), z.unknown()) });

/** A command against the account of the waiting run. */
async function command({ sandbox, state }: Asking, args: string, more: Parameters<Pruner>[1] = {}): Promise<Run> {
  return pruner(`${args} --state ${state}`, { endpoint: sandbox.url, ...more });
}

type Pruner = typeof staticPruner;

/** Each test loads the function anew, and so the command line, which shares modules with it. */
const pruner: Pruner = async (...given) => (await import('../support/pruner.ts')).pruner(...given);

async function waiting(settings: Record<string, unknown> = {}, more: Parameters<typeof asking>[1] = {}) {
  const night = await asking(settings, more);
  return { night, run: await night.start() };
}

/** Writes a record of the run again, with a checksum that fits. */
function change(run: Started, name: string, edit: (value: Record<string, unknown>) => Record<string, unknown>): void {
  const path = run.path(name);
  const { format, value } = inRecord.parse(JSON.parse(readFileSync(path, 'utf8')));
  const key = name === 'question.json' ? path.slice(path.indexOf(`${ACCOUNT}/`)).replace(/\/\d+$/, '') : undefined;
  writeFileSync(path, checksummed(format, edit(value), key));
}

const untilTime = (run: Started, until: number) =>
  change(run, 'ledger.json', (value) => ({
    ...value,
    approval: { ...z.record(z.string(), z.unknown()).parse(value['approval']), until },
  }));

describe('approve', () => {
  test('shows what it approves, asks for the account, and lets the run go on', async () => {
    const { night, run } = await waiting();
    const answered = await command(night, `approve ${run.id.slice(0, 8)}`, { world: { canAsk: true }, types: ACCOUNT });
    expect(answered.code).toBe(exitCodes.done);
    expect(answered.asked).toEqual([
      `Type the number of the account to approve that run ${run.id.slice(0, 8)} deregisters 5 revisions in it (${ACCOUNT}): `,
    ]);
    const text = oneLine(answered.out);
    expect(text).toMatch(
      new RegExp(
        `^Run ${run.id} in account ${ACCOUNT}, ${REGION} asks for approval, and waits until .* UTC As arn:aws:iam::${ACCOUNT}:user/CLI`,
      ),
    );
    expect(text).toContain(
      `Endpoint ${night.sandbox.url}, which is not AWS It would deregister: 5 revisions of 1 family web 1-5`,
    );
    expect(text).toContain(`Approved: run ${run.id} reads everything again, and deregisters at most 5 revisions.`);
    expect(night.deregistered()).toBe(0);
    await run.go();
    expect(night.deregistered()).toBe(5);
    expect(oneLine(night.mail(1))).toContain(`arn:aws:iam::${ACCOUNT}:user/CLI approved the plan on `);
  });

  test('prints one JSON document of its schema with --json, and needs no prompt with --yes', async () => {
    const { night, run } = await waiting();
    const answered = await command(night, `approve ${run.id} --json ${confirmed}`);
    expect(answerDocument.parse(JSON.parse(answered.out))).toMatchObject({
      answer: 'approve',
      run: run.id,
      target: { account: ACCOUNT, region: REGION },
      plan: run.question().plan,
      revisions: 5,
      by: `arn:aws:iam::${ACCOUNT}:user/CLI`,
    });
    expect(answered.asked).toEqual([]);
  });

  test('answers nothing where the operator types another number', async () => {
    const { night, run } = await waiting();
    const answered = await command(night, `approve ${run.id}`, { world: { canAsk: true }, types: 'no' });
    expect(answered.code).toBe(exitCodes.usage);
    expect(answered.err).toContain('approve: declined; nothing was approved.');
    expect(night.sandbox.calls.count('SendDurableExecutionCallbackSuccess')).toBe(0);
  });

  test('answers nothing where the time is over once the operator types', async () => {
    const { night, run } = await waiting({ approvalHours: 1 });
    const clock = new TestClock();
    const ask = () => {
      clock.advance(2 * HOUR_MS);
      return Promise.resolve(ACCOUNT);
    };
    const answered = await command(night, `approve ${run.id}`, { world: { canAsk: true, ask }, clock });
    expect(answered.code).toBe(exitCodes.usage);
    expect(answered.err).toContain(`approve: run ${run.id} waited for approval until `);
    expect(night.sandbox.calls.count('SendDurableExecutionCallbackSuccess')).toBe(0);
  });
});

test('decline ends the run, which says who declined', async () => {
  const { night, run } = await waiting();
  const answered = await command(night, `decline ${run.id.slice(0, 8)} ${confirmed}`);
  expect(answered.code).toBe(exitCodes.done);
  expect(oneLine(answered.out)).toContain(`Declined: run ${run.id} deregisters nothing, and ends with its report.`);
  await run.go();
  expect(night.deregistered()).toBe(0);
  expect(oneLine(night.mail(1))).toContain(`arn:aws:iam::${ACCOUNT}:user/CLI declined the plan on `);
  const history = await command(night, `history ${run.id} --json`);
  expect(document(history)).toMatchObject({
    course: 'ended',
    stop: { by: 'unapproved' },
    approval: { revisions: 5, answer: { outcome: 'declined', by: `arn:aws:iam::${ACCOUNT}:user/CLI` } },
  });
});

test('history shows a run that waits, and who approved it afterwards', async () => {
  const { night, run } = await waiting();
  expect(document(await command(night, `history ${run.id} --json`))).toMatchObject({
    course: 'waiting',
    approval: { revisions: 5, answer: null },
  });
  expect(oneLine((await command(night, `history ${run.id}`)).out)).toMatch(
    /waits for approval\. .* Approval of 5 revisions, asked for on .*: No answer yet; it waits until /,
  );
  expect((await command(night, 'history')).out).toMatch(/ - +0 +0 +waiting$/m);
  await run.approve();
  await run.go();
  expect(oneLine((await command(night, `history ${run.id}`)).out)).toContain(
    `: arn:aws:iam::${ACCOUNT}:user/ops approved the plan on 24 November 2026, 08:00 UTC, as the command that answered says.`,
  );
});

describe('approve refuses, and answers nothing,', () => {
  /** @returns the error, on one line */
  async function refusal(
    night: Asking,
    args: string,
    code: number = exitCodes.usage,
    more: Parameters<Pruner>[1] = {},
  ) {
    const run = await command(night, `approve ${args} ${confirmed}`, more);
    expect(run.code).toBe(code);
    expect(night.deregistered()).toBe(0);
    return oneLine(run.err);
  }

  test('a second answer, and names the first one', async () => {
    const { night, run } = await waiting();
    await run.fail();
    expect(await refusal(night, run.id)).toContain(
      `approve: run ${run.id} does not wait any more: it was answered, or its time is over.`,
    );
    await run.go();
    expect(await refusal(night, run.id)).toContain(
      `approve: run ${run.id} has its answer already: a caller that did not say its name declined the plan.`,
    );
  });

  test('an answer after the deadline', async () => {
    const { night, run } = await waiting({ approvalHours: 1 });
    untilTime(run, Date.now() - HOUR_MS);
    expect(await refusal(night, run.id)).toMatch(
      /waited for approval until .* UTC; it is .* UTC now\. The next run asks again\./,
    );
  });

  test('a run that asks nothing', async () => {
    const night = await asking({ approval: 'none' });
    const run = await night.start();
    const answered = await command(night, `approve ${run.id} ${confirmed}`);
    expect([answered.code, oneLine(answered.err)]).toEqual([
      exitCodes.usage,
      expect.stringContaining(`approve: run ${run.id} asks for no approval, and has ended.`),
    ]);
  });

  test('a caller without the right, and names the permission', async () => {
    const { night, run } = await waiting();
    night.sandbox.faults.add({ operation: 'SendDurableExecutionCallbackSuccess', kind: 'deny' });
    const error = await refusal(night, run.id, exitCodes.failed);
    expect(error).toContain(
      `approve: AWS denied lambda:SendDurableExecutionCallbackSuccess; run ${run.id} still waits.`,
    );
    expect(error).toContain('./pruner permissions --policy --approve');
    expect(run.execution.status).toBe('RUNNING');
  });

  test('where Lambda gives no answer, and says that it is not known', async () => {
    const { night, run } = await waiting();
    night.sandbox.faults.add({ operation: 'SendDurableExecutionCallbackSuccess', kind: 'reset', effect: 'after' });
    expect(await refusal(night, run.id, exitCodes.failed)).toContain(
      'Lambda did not answer, so the run may or may not have the answer.',
    );
    expect(night.sandbox.calls.count('SendDurableExecutionCallbackSuccess')).toBe(1);
  });

  test('an unknown run, and names what is known', async () => {
    const { night } = await waiting();
    expect(await refusal(night, 'ffffffff')).toContain(
      `approve: no run whose id begins with ffffffff, in account ${ACCOUNT}, ${REGION}. ./pruner history lists the runs.`,
    );
  });

  test('another Region and another account than the run has', async () => {
    const { night, run } = await waiting();
    expect(await refusal(night, `${run.id} --region us-east-1`)).toContain(
      `has no runs of account ${ACCOUNT}, us-east-1. It has runs of ${ACCOUNT}/${REGION}: give --region or --profile.`,
    );
    const other = await command(night, `approve ${run.id} --yes --account 210987654321`);
    expect(other.err).toContain(`approve: these credentials belong to account ${ACCOUNT}, not to 210987654321`);
  });

  test('the records of a run that were copied to another account', async () => {
    const { night, run } = await waiting();
    change(run, 'proposal.json', (value) => ({
      ...value,
      target: { account: '210987654321', region: REGION, partition: 'aws' },
    }));
    expect(await refusal(night, run.id, exitCodes.held)).toContain('it is not the plan that the run proposed');
  });

  test.each([
    {
      record: 'question.json',
      edit: (text: string) => text.replace('"callbackId":"', '"callbackId":"A'),
      reason: 'its checksum does not match',
    },
    {
      record: 'proposal.json',
      edit: (text: string) => text.replace('"1-5"', '"1-4"'),
      reason: 'its checksum does not match',
    },
    { record: 'question.json', edit: () => 'none', reason: 'it is not JSON' },
  ])('a damaged $record ($reason)', async ({ record, edit, reason }) => {
    const { night, run } = await waiting();
    const path = run.path(record);
    writeFileSync(path, edit(readFileSync(path, 'utf8')));
    expect(await refusal(night, run.id, exitCodes.held)).toContain(reason);
  });

  test('a question with a plan that is not the one of the run record', async () => {
    const { night, run } = await waiting();
    change(run, 'question.json', (value) => ({ ...value, plan: '0'.repeat(64) }));
    expect(await refusal(night, run.id, exitCodes.held)).toContain('it belongs to another plan');
  });

  test('a question that was copied from another run', async () => {
    const night = await asking();
    const first = await night.start('first');
    const second = await night.start('second');
    mkdirSync(dirname(second.path('question.json')), { recursive: true });
    writeFileSync(second.path('question.json'), readFileSync(first.path('question.json'), 'utf8'));
    expect(await refusal(night, second.id, exitCodes.held)).toContain('its checksum does not match');
  });

  test('a run whose plan a later run has made old', async () => {
    const night = await asking();
    const older = await night.start('first');
    const newer = await night.start('second');
    expect(await refusal(night, older.id)).toContain(
      `approve: run ${newer.id} has begun since, so the plan of run ${older.id} is old; nothing was approved.`,
    );
  });

  test('to run without a terminal and --yes, without a state store, and with an endpoint for Lambda alone', async () => {
    const { night, run } = await waiting();
    const bare = await command(night, `approve ${run.id}`);
    expect(bare.err).toContain('approve: there is no terminal for a prompt, so it needs --yes --account 123456789012');
    const stateless = await pruner(`approve ${run.id} ${confirmed}`, { endpoint: night.sandbox.url });
    expect(stateless.err).toContain('approve: it needs the state store of the run');
    const stray = await command(night, `approve ${run.id} ${confirmed}`, {
      env: { AWS_ENDPOINT_URL_LAMBDA: 'http://127.0.0.1:1' },
    });
    expect(stray.err).toContain('AWS_ENDPOINT_URL_LAMBDA would send some calls to another machine than the others');
  });

  test.each([
    { args: 'approve', says: 'approve: given nothing, allowed: the beginning of a run' },
    { args: 'approve a b', says: 'approve: given 2 words' },
    { args: 'decline web:1', says: 'decline: given "web:1"' },
    { args: 'approve 6f1c0a52 --yes', says: '--yes: needs --account' },
  ])('the words of $args', async ({ args, says }) => {
    const run = await pruner(args);
    expect([run.code, oneLine(run.err)]).toEqual([exitCodes.usage, expect.stringContaining(says)]);
  });
});
