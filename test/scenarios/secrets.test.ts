// Environment values and secrets of definitions are in the journal, since undoing needs them, and nowhere else: definitions
// with a canary in each place are planned, pruned and told of, with faults that quote them, and everything that leaves is
// searched.
import { afterEach, describe, expect, test, vi } from 'vitest';
import { printEmail } from '../../shared/report/mail/email.ts';
import { toReportDocument } from '../../shared/report/json/report.ts';
import { toRunEvent } from '../../shared/report/json/run-event.ts';
import type { Report } from '../../shared/report/model/report.ts';
import { printSms } from '../../shared/report/mail/sms.ts';
import { printTerminal } from '../../shared/report/terminal/terminal.ts';
import { inProcess, type Steps } from '../../shared/run/steps.ts';
import { anAccount, TOPIC } from '../support/account.ts';
import { exitCodes } from '../../cli/exit.ts';
import { canaries, foundIn, userTextsIn, withCanaries, withUserTexts } from '../support/canaries.ts';
import { pruner, confirmed } from '../support/pruner.ts';
import { aNight, type Night } from '../support/night.ts';

const all = Object.keys(canaries).toSorted();
const account = () => anAccount().family('web', '1-6').cluster('prod').bucket('kept');
const secretive = () => withCanaries(account());

/** Everything that a run has said anywhere but in the journal. */
class Ears {
  readonly #heard: string[] = [];
  readonly hear = (...said: unknown[]): void => {
    for (const one of said) this.#heard.push(text(one));
  };
  get found(): string[] {
    return foundIn(this.#heard.join('\n'));
  }
}

/** As a logger writes it: an error with its stack and whatever hangs on it. */
function text(said: unknown): string {
  if (typeof said === 'string') return said;
  if (!(said instanceof Error)) return JSON.stringify(said);
  return [said.message, said.stack, JSON.stringify(Object.entries(said)), text(said.cause ?? '')].join('\n');
}

function remembering(steps: Steps, checkpoint: (result: unknown) => void): Steps {
  return {
    wait: (name, seconds) => steps.wait(name, seconds),
    async step(name, work) {
      const result = await steps.step(name, work);
      checkpoint(result);
      return result;
    },
  };
}

function formatsOf(report: Report): unknown[] {
  const screens = [72, 200].map((width) => printTerminal(report, { width, color: false }));
  return [
    report,
    printEmail(report),
    printSms(report),
    toReportDocument(report),
    toRunEvent(report, undefined),
    ...screens,
  ];
}

async function heardIn(night: Night, settings: Record<string, unknown> = {}) {
  const ears = new Ears();
  const report = await night.prune(
    { keepLatest: 3, ...settings },
    {
      onReading: ears.hear,
      onProgress: ears.hear,
      onUnexpectedError: ears.hear,
    },
    remembering(inProcess({ clock: night.clock }), ears.hear),
  );
  ears.hear(...formatsOf(report), ...night.sandbox.account.published);
  const journal: string[] = [];
  for (const [key, { body }] of night.state.texts) {
    if (key.includes('/journal/')) journal.push(body);
    else ears.hear(key, body);
  }
  return { report, found: ears.found, journal: foundIn(journal.join('\n')) };
}

test('after a successful night each of them is in the journal, and nowhere else', async () => {
  const { report, found, journal } = await heardIn(await aNight(secretive()));
  expect(report.results.deregistered).toHaveLength(3);
  expect(journal.toSorted()).toEqual(all);
  expect(found).toEqual([]);
});

const everything = Object.values(canaries).join(' ');
describe('an error that quotes the definition is not passed on', () => {
  const refusal = { kind: 'error', code: 'ClientException', status: 400 } as const;
  const said = `Invalid environment variable DB_PASSWORD=${canaries.environment}`;

  // However it is quoted, since the definition is known by then.
  test.each(['ClientException', 'NewException'])('of the deregistration (%s)', async (code) => {
    const night = await aNight(secretive());
    night.sandbox.faults.add({
      ...refusal,
      code,
      operation: 'DeregisterTaskDefinition',
      message: everything,
    });
    const { report, found } = await heardIn(night);
    expect(report.results.failed.length).toBeGreaterThan(0);
    expect(found).toEqual([]);
  });

  test('of the last look', async () => {
    const night = await aNight(secretive());
    night.sandbox.faults.add({ ...refusal, operation: 'DescribeTaskDefinition', skip: 3, message: said });
    const { report, found } = await heardIn(night);
    expect(report.results.skipped.length).toBeGreaterThan(0);
    expect(found).toEqual([]);
  });

  test('of the reading of ages', async () => {
    const night = await aNight(secretive());
    night.sandbox.faults.add({ ...refusal, operation: 'DescribeTaskDefinition', message: said });
    const { report, found } = await heardIn(night);
    expect(report.outcome).toBe('HELD');
    expect(found).toEqual([]);
  });
});

test('a member that this version does not know is named, and what it holds is not', async () => {
  const night = await aNight(secretive());
  night.sandbox.faults.add({
    kind: 'answer',
    operation: 'DescribeTaskDefinition',
    change: ({ taskDefinition }) => {
      if (typeof taskDefinition === 'object' && taskDefinition !== null)
        Object.assign(taskDefinition, { moonPhase: everything });
    },
  });
  const { report, found } = await heardIn(night);
  expect(report.results.skipped[0]?.reason).toBe('this version does not know its member moonPhase');
  expect(found).toEqual([]);
});

describe('what a user wrote into whatever starts tasks', () => {
  const started = () => withUserTexts(anAccount().family('web', '1-6').service('prod/web', 'web:6').bucket('kept'));

  test('is reported by no mail, message, screen, document, log or state of a run that it holds', async () => {
    const night = await aNight(started());
    const ears: unknown[] = [];
    const hear = (...said: unknown[]) => void ears.push(...said);
    const report = await night.prune(
      { keepLatest: 2 },
      { onReading: hear, onProgress: hear, onUnexpectedError: hear },
      remembering(inProcess({ clock: night.clock }), hear),
    );
    expect(report.plan?.hold?.problems.map(({ operation }) => operation)).toContainEqual(
      expect.stringContaining('stateMachine:broken'),
    );
    hear(...formatsOf(report), ...night.sandbox.account.published, Object.fromEntries(night.state.texts));
    expect(userTextsIn(ears.map(text).join('\n'))).toEqual([]);
  });

  test.each([
    'plan --json',
    'plan --ndjson',
    'plan --all',
    'explain web',
    'explain web:1',
    'explain web:1 --json',
    'snapshot',
  ])('is shown by no %s', async (args) => {
    const without = 'arn:aws:states:eu-west-1:123456789012:stateMachine:broken';
    const run = await pruner(`${args} --without ${without}`, { account: { file: () => started().file() } });
    vi.unstubAllEnvs();
    expect(run.code).toBeLessThan(4);
    expect(run.out).toContain('web');
    expect(userTextsIn(run.out + run.err)).toEqual([]);
  });
});

describe('the command line', () => {
  afterEach(() => vi.unstubAllEnvs());
  const secret = { file: secretive };

  test.each(['plan --json', 'explain web:1', 'snapshot --full', 'history web'])(
    '%s shows none of them',
    async (args) => {
      const run = await pruner(`${args} --state s3://kept`, { account: secret });
      // `explain` shows a revision's tags.
      expect(foundIn(run.out + run.err, { tags: args.startsWith('explain') })).toEqual([]);
    },
  );

  test('prune deregisters nothing and shows none of them where S3 quotes what it does not take', async () => {
    const quoting = {
      kind: 'error',
      operation: 'PutObject',
      code: 'InvalidRequest',
      status: 400,
      message: everything,
      when: ({ input }: { input: Readonly<Record<string, unknown>> }) => String(input['Key']).includes('/journal/'),
    } as const;
    const run = await pruner(`prune --keep-latest 3 --state s3://kept ${confirmed}`, {
      account: secret,
      prepare: (sandbox) => void sandbox.faults.add(quoting),
    });
    expect(run.code).toBe(exitCodes.held);
    expect(run.out).toContain("InvalidRequest: AWS's text is left out");
    expect(foundIn(run.out + run.err)).toEqual([]);
  });

  test('prune shows none of them, and leaves them in the journal', async () => {
    const keeps = new Map<string, string>();
    const run = await pruner(`prune --keep-latest 3 --topic ${TOPIC} ${confirmed}`, {
      account: { file: () => withCanaries(anAccount().family('web', '1-6').cluster('prod')) },
      keeps,
    });
    expect(run.code).toBe(0);
    const [journal, rest] = [[...keeps], [...keeps]].map((pairs, index) =>
      pairs.filter(([key]) => key.includes('/journal/') === (index === 0)),
    );
    expect(foundIn(JSON.stringify(journal)).toSorted()).toEqual(all);
    expect(foundIn(JSON.stringify([rest, run.sandbox.account.published]) + run.out + run.err)).toEqual([]);
  });
});
