// What each kind of answer to DeregisterTaskDefinition leads to, and to the reading after it. Nothing is guessed from an error.
import { describe, expect, test } from 'vitest';
import type { ApplyContext } from '../../shared/apply/deregister.ts';
import type { ApplyResults } from '../../shared/domain/apply-results.ts';
import { nameOf } from '../../shared/domain/revision.ts';
import type { FaultKind } from '../../sandbox/faults.ts';
import { anAccount } from '../support/account.ts';
import { acting, asked, described, revisionOf } from '../support/acting.ts';

const operation = 'DeregisterTaskDefinition';
const refused = { kind: 'error', code: 'ClientException', status: 400, message: 'no' } as const;
const unanswered = { kind: 'reset', effect: 'before' } as const;
const lost = { kind: 'reset', effect: 'after' } as const;

/** What became of web:1, when its call is struck and it reads this afterwards. */
async function strike(faults: readonly FaultKind[], reads?: (one: Record<string, unknown>) => void) {
  const night = await acting();
  for (const fault of faults)
    night.sandbox.faults.add({
      operation,
      ...fault,
      times: 1,
      when: ({ input }) => input['taskDefinition'] === 'web:1',
    });
  if (reads !== undefined) {
    const fault = described('web:1', reads);
    night.sandbox.faults.add({
      ...fault,
      when: (call) => fault.when?.(call) === true && asked(night).length > 0,
    });
  }
  const done = await night.deregister(['web:1', 'web:2']);
  return { done, calls: asked(night), pauses: night.pauses, became: became(done) };
}

function became({ deregistered, alreadyInactive, skipped, failed, notReached }: ApplyResults): string {
  const lists = {
    deregistered,
    alreadyInactive,
    skipped: revisions(skipped),
    failed: revisions(failed),
    notReached,
  };
  return Object.entries(lists)
    .flatMap(([name, list]) => (list.map(nameOf).includes('web:1') ? [name] : []))
    .join();
}

function revisions(list: ApplyResults['failed'] | ApplyResults['skipped']) {
  return list.map(({ revision }) => revision);
}

/** What AWS says in words of its own is not typed. */
const matching = (pattern: RegExp): unknown => expect.stringMatching(pattern);
const status = (is: string) => (one: Record<string, unknown>) => (one['status'] = is);

describe('a call that AWS refused', () => {
  test('is a failure of this revision where it reads ACTIVE, and the next one follows', async () => {
    const { done, calls } = await strike([refused]);
    expect(done.failed).toMatchObject([
      { revision: revisionOf('web:1'), reason: 'AWS refused it', answer: matching(/^ClientException/) },
    ]);
    expect(done.stop).toBeUndefined();
    expect(calls).toEqual(['web:1', 'web:2']);
  });

  test.each(['INACTIVE', 'DELETE_IN_PROGRESS'])('is the work of others where it reads %s', async (is) => {
    const { became, done, calls } = await strike([refused], status(is));
    expect(became).toBe('alreadyInactive');
    expect(done.stop).toBeUndefined();
    expect(calls).toEqual(['web:1', 'web:2']);
  });
});

describe('a call without an answer', () => {
  test.each(['INACTIVE', 'DELETE_IN_PROGRESS'])('is our work where it reads %s, and is not repeated', async (is) => {
    const { became, done, calls } = await strike([unanswered], status(is));
    expect(became).toBe('deregistered');
    expect(done.stop).toBeUndefined();
    expect(calls).toEqual(['web:1', 'web:2']);
  });

  test('is repeated once where it reads ACTIVE, without a pause', async () => {
    const { became, calls, pauses } = await strike([unanswered]);
    expect(became).toBe('deregistered');
    expect(calls).toEqual(['web:1', 'web:1', 'web:2']);
    expect(pauses).toEqual([]);
  });

  test('stops the run where the second one has no answer either, and it reads ACTIVE', async () => {
    const { done, calls } = await strike([unanswered, unanswered]);
    const reason = 'AWS did not answer twice, and it still reads ACTIVE';
    expect(done).toMatchObject({
      deregistered: [],
      failed: [{ revision: revisionOf('web:1'), reason, answer: '' }],
      notReached: [revisionOf('web:2')],
      stop: {
        by: 'abort',
        reason: `deregistering web:1: ${reason}`,
        remedy: 'Find the cause before the next run. Nothing more was deregistered.',
      },
    });
    expect(calls).toEqual(['web:1', 'web:1']);
  });

  test('and then a refusal: our work where it reads INACTIVE', async () => {
    const night = await acting();
    night.sandbox.faults.add({ operation, ...unanswered, times: 1 });
    night.sandbox.faults.add({ operation, ...refused, times: 1 });
    const fault = described('web:1', status('INACTIVE'));
    night.sandbox.faults.add({
      ...fault,
      when: (call) => fault.when?.(call) === true && asked(night).length > 1,
    });
    const done = await night.deregister(['web:1']);
    expect(became(done)).toBe('deregistered');
    expect(asked(night)).toHaveLength(2);
  });

  test('and then a refusal: a failure where it reads ACTIVE', async () => {
    const { became } = await strike([unanswered, refused]);
    expect(became).toBe('failed');
  });

  test('and then a look that finds it INACTIVE: our work, come late', async () => {
    const night = await acting();
    night.sandbox.faults.add({ operation, ...unanswered, times: 1 });
    let looks = 0;
    const fault = described('web:1', status('INACTIVE'));
    night.sandbox.faults.add({ ...fault, when: (call) => fault.when?.(call) === true && ++looks === 3 });
    const done = await night.deregister(['web:1']);
    expect(became(done)).toBe('deregistered');
    expect(asked(night)).toHaveLength(1);
  });

  test('and then a look that keeps it: kept, and not counted as deregistered', async () => {
    const night = await acting();
    night.sandbox.faults.add({ operation, ...unanswered, times: 1 });
    night.sandbox.after((call) => {
      if (call.operation === 'DescribeTaskDefinition' && asked(night).length === 1)
        night.sandbox.account.tagTaskDefinition('web:1', { keep: '' });
    });
    const done = await night.deregister(['web:1']);
    expect(became(done)).toBe('skipped');
    expect(asked(night)).toHaveLength(1);
  });
});

describe('an answer that does not say that this revision is INACTIVE', () => {
  const answer = (change: (output: Record<string, unknown>) => void) => ({ kind: 'answer', change }) as const;

  test.each([
    { what: 'says another status', change: (output) => (output['taskDefinition'] = { status: 'FROZEN' }) },
    { what: 'says no status', change: (output) => (output['taskDefinition'] = {}) },
    {
      what: 'is about another revision',
      change: (output) => {
        const taskDefinitionArn = 'arn:aws:ecs:eu-west-1:123456789012:task-definition/web:2';
        output['taskDefinition'] = { taskDefinitionArn, status: 'INACTIVE' };
      },
    },
    {
      what: 'is about nothing that has an ARN',
      change: (output) => (output['taskDefinition'] = { status: 'INACTIVE' }),
    },
    { what: 'says nothing', change: (output) => delete output['taskDefinition'] },
  ] satisfies { what: string; change: (output: Record<string, unknown>) => void }[])(
    'but $what is no success: the reading decides',
    async ({ change }) => {
      const read = await strike([answer(change)]);
      expect(read.became).toBe('deregistered');
      expect(read.calls).toEqual(['web:1', 'web:2']);
      const active = await strike([answer(change), answer(change)], status('ACTIVE'));
      expect(active.became).toBe('failed');
      expect(active.done.stop?.by).toBe('abort');
      expect(active.calls).toEqual(['web:1', 'web:1']);
    },
  );
});

describe('stops the run', () => {
  test('where the call is denied, and names the permission', async () => {
    const { done, calls } = await strike([{ kind: 'deny' }]);
    expect(done.failed).toMatchObject([{ reason: 'AWS denied the call' }]);
    expect(done.stop).toMatchObject({
      by: 'abort',
      reason: matching(/^deregistering web:1: AccessDeniedException/),
      remedy: 'Allow the caller ecs:DeregisterTaskDefinition.',
    });
    expect(done.notReached).toEqual([revisionOf('web:2')]);
    expect(calls).toEqual(['web:1']);
  });

  test('where the error is not known', async () => {
    const { done, calls } = await strike([{ kind: 'error', code: 'Odd', status: 300 }]);
    expect(done.failed).toMatchObject([{ reason: 'an unexpected error' }]);
    expect(done.stop).toMatchObject({
      by: 'abort',
      remedy: 'Find the cause before the next run. Nothing more was deregistered.',
    });
    expect(calls).toEqual(['web:1']);
  });

  test.each([
    { fault: refused, reads: status('FROZEN'), reason: 'it reads FROZEN now' },
    { fault: lost, reads: status('FROZEN'), reason: 'it reads FROZEN now' },
    {
      fault: refused,
      reads: (one: Record<string, unknown>) => delete one['status'],
      reason: 'it reads no status now',
    },
    {
      fault: lost,
      reads: (one: Record<string, unknown>) => {
        one['taskDefinitionArn'] = 'arn:aws:ecs:eu-west-1:123456789012:task-definition/web:2';
      },
      reason: 'it reads as arn:aws:ecs:eu-west-1:123456789012:task-definition/web:2 now',
    },
    {
      fault: lost,
      reads: (one: Record<string, unknown>) => delete one['taskDefinitionArn'],
      reason: 'it reads as something without ARN now',
    },
  ])('where it reads something else afterwards: $reason', async ({ fault, reads, reason }) => {
    const { done, calls } = await strike([fault], reads);
    expect(done.failed).toMatchObject([{ revision: revisionOf('web:1'), reason }]);
    expect(done.stop).toMatchObject({ by: 'abort', reason: matching(new RegExp(`; ${reason}$`)) });
    expect(calls).toEqual(['web:1']);
  });

  test('where AWS describes nothing afterwards', async () => {
    const night = await acting();
    night.sandbox.faults.add({ operation, ...refused });
    night.sandbox.faults.add({
      operation: 'DescribeTaskDefinition',
      kind: 'answer',
      when: () => asked(night).length > 0,
      change: (output) => delete output['taskDefinition'],
    });
    const done = await night.deregister(['web:1', 'web:2']);
    expect(done.failed).toMatchObject([{ reason: 'it reads no status now' }]);
    expect(done.stop?.by).toBe('abort');
    expect(asked(night)).toEqual(['web:1']);
  });

  test('where what became of it cannot be read', async () => {
    const night = await acting();
    night.sandbox.faults.add({ operation, ...lost });
    night.sandbox.faults.add({
      operation: 'DescribeTaskDefinition',
      kind: 'deny',
      when: () => asked(night).length > 0,
    });
    const done = await night.deregister(['web:1', 'web:2']);
    expect(done.failed).toMatchObject([{ reason: matching(/^its status could not be read: AccessDeniedException/) }]);
    expect(done.stop?.by).toBe('abort');
    expect(asked(night)).toEqual(['web:1']);
  });
});

describe('a look that fails', () => {
  const look = async (fault: FaultKind, what = 'DescribeTaskDefinition', hands: Partial<ApplyContext> = {}) => {
    const night = await acting();
    const isOfFirst = ({ input }: { input: Readonly<Record<string, unknown>> }) =>
      what !== 'DescribeTaskDefinition' || input['taskDefinition'] === 'web:1';
    night.sandbox.faults.add({ operation: what, ...fault, when: isOfFirst });
    return { done: await night.deregister(['web:1', 'web:2'], hands), calls: asked(night) };
  };
  const remedy = 'Allow ecs:DescribeTaskDefinition and ecs:ListTaskDefinitions, or run again.';

  test('keeps the revision where AWS refused it, and the next one follows', async () => {
    const { done, calls } = await look(refused);
    expect(done.skipped).toMatchObject([
      { revision: revisionOf('web:1'), reason: matching(/^checking web:1 once more: ClientException/) },
    ]);
    expect(calls).toEqual(['web:2']);
  });

  test.each<{ what: string; fault: FaultKind; operation: string; reason: RegExp }>([
    {
      what: 'is denied',
      fault: { kind: 'deny' },
      operation: 'ListTaskDefinitions',
      reason: /^checking web:1 once more: AccessDeniedException/,
    },
    {
      what: 'describes nothing',
      fault: { kind: 'answer', change: (output) => delete output['taskDefinition'] },
      operation: 'DescribeTaskDefinition',
      reason: /^checking web:1 once more: Error: the answer describes nothing$/,
    },
    {
      what: 'lists nothing',
      fault: { kind: 'answer', change: (output) => delete output['taskDefinitionArns'] },
      operation: 'ListTaskDefinitions',
      reason: /^checking web:1 once more: Error: the answer has no list$/,
    },
  ])('leaves everything where it $what', async ({ fault, operation, reason }) => {
    const { done, calls } = await look(fault, operation);
    expect(done).toMatchObject({
      notReached: [revisionOf('web:1'), revisionOf('web:2')],
      stop: { by: 'hold', reason: matching(reason), remedy },
    });
    expect(calls).toEqual([]);
  });
});

describe('no word of a definition is told', () => {
  const secret = 'correct-horse-battery';
  const secretive = () => anAccount().family('web', '1-10', { environment: { PASSWORD: secret } });

  test.each([
    { what: 'refuses', fault: { ...refused, message: `bad value ${secret}` }, stop: false },
    {
      what: 'does not know',
      fault: { kind: 'error', code: 'Odd', status: 300, message: secret },
      stop: true,
    },
  ] as const)('where AWS $what a call, and quotes it', async ({ fault, stop }) => {
    const night = await acting(secretive());
    night.sandbox.faults.add({ operation, ...fault });
    const done = await night.deregister(['web:1']);
    expect(done.failed).toHaveLength(1);
    expect(done.stop !== undefined).toBe(stop);
    expect('stop' in done && JSON.stringify(done)).not.toContain(secret);
  });
});
