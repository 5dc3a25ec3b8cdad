// The result of each kind of answer to DeregisterTaskDefinition and to the DescribeTaskDefinition that follows an error.
import { describe, expect, test } from 'vitest';
import type { ApplyContext } from '../../shared/apply/deregister.ts';
import type { ApplyResults } from '../../shared/domain/apply-results.ts';
import { nameOf } from '../../shared/domain/revision.ts';
import type { FaultKind } from '../../sandbox/faults.ts';
import { anAccount } from '../support/account.ts';
import { startApply, deregisterCalls, changeDescription, revisionOf } from '../support/acting.ts';

const operation = 'DeregisterTaskDefinition';
const refused = { kind: 'error', code: 'ClientException', status: 400, message: 'no' } as const;
const unanswered = { kind: 'reset', effect: 'before' } as const;
const lost = { kind: 'reset', effect: 'after' } as const;

/** Deregisters web:1 and web:2, with faults in the calls for web:1. @param reads changes how AWS describes web:1 later */
async function deregisterWithFaults(faults: readonly FaultKind[], reads?: (one: Record<string, unknown>) => void) {
  const night = await startApply();
  for (const fault of faults)
    night.sandbox.faults.add({
      operation,
      ...fault,
      times: 1,
      when: ({ input }) => input['taskDefinition'] === 'web:1',
    });
  if (reads !== undefined) {
    const fault = changeDescription('web:1', reads);
    night.sandbox.faults.add({
      ...fault,
      when: (call) => fault.when?.(call) === true && deregisterCalls(night).length > 0,
    });
  }
  const done = await night.deregister(['web:1', 'web:2']);
  return { done, calls: deregisterCalls(night), pauses: night.pauses, outcome: outcomeOf(done) };
}

function outcomeOf({ deregistered, alreadyInactive, skipped, failed, notReached }: ApplyResults): string {
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

/** AWS chooses the wording, so only the beginning is compared. */
const matching = (pattern: RegExp): unknown => expect.stringMatching(pattern);
const status = (is: string) => (one: Record<string, unknown>) => (one['status'] = is);

describe('a call that AWS refused', () => {
  test('fails the revision where it reads ACTIVE, and the run continues with the next one', async () => {
    const { done, calls } = await deregisterWithFaults([refused]);
    expect(done.failed).toMatchObject([
      { revision: revisionOf('web:1'), reason: 'AWS refused it', answer: matching(/^ClientException/) },
    ]);
    expect(done.stop).toBeUndefined();
    expect(calls).toEqual(['web:1', 'web:2']);
  });

  test.each(['INACTIVE', 'DELETE_IN_PROGRESS'])(
    'counts as already inactive where the revision reads %s',
    async (is) => {
      const { outcome, done, calls } = await deregisterWithFaults([refused], status(is));
      expect(outcome).toBe('alreadyInactive');
      expect(done.stop).toBeUndefined();
      expect(calls).toEqual(['web:1', 'web:2']);
    },
  );
});

describe('a call without an answer', () => {
  test.each(['INACTIVE', 'DELETE_IN_PROGRESS'])(
    'counts as deregistered where the revision reads %s, without another call',
    async (is) => {
      const { outcome, done, calls } = await deregisterWithFaults([unanswered], status(is));
      expect(outcome).toBe('deregistered');
      expect(done.stop).toBeUndefined();
      expect(calls).toEqual(['web:1', 'web:2']);
    },
  );

  test('is repeated once without a pause where the revision reads ACTIVE', async () => {
    const { outcome, calls, pauses } = await deregisterWithFaults([unanswered]);
    expect(outcome).toBe('deregistered');
    expect(calls).toEqual(['web:1', 'web:1', 'web:2']);
    expect(pauses).toEqual([]);
  });

  test('aborts the run where the second call has no answer either and the revision reads ACTIVE', async () => {
    const { done, calls } = await deregisterWithFaults([unanswered, unanswered]);
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

  test('counts as deregistered after a refused second call where the revision reads INACTIVE', async () => {
    const night = await startApply();
    night.sandbox.faults.add({ operation, ...unanswered, times: 1 });
    night.sandbox.faults.add({ operation, ...refused, times: 1 });
    const fault = changeDescription('web:1', status('INACTIVE'));
    night.sandbox.faults.add({
      ...fault,
      when: (call) => fault.when?.(call) === true && deregisterCalls(night).length > 1,
    });
    const done = await night.deregister(['web:1']);
    expect(outcomeOf(done)).toBe('deregistered');
    expect(deregisterCalls(night)).toHaveLength(2);
  });

  test('is a failure after a refused second call where the revision reads ACTIVE', async () => {
    const { outcome } = await deregisterWithFaults([unanswered, refused]);
    expect(outcome).toBe('failed');
  });

  test('counts as deregistered where the next final check reads INACTIVE', async () => {
    const night = await startApply();
    night.sandbox.faults.add({ operation, ...unanswered, times: 1 });
    let checks = 0;
    const fault = changeDescription('web:1', status('INACTIVE'));
    night.sandbox.faults.add({ ...fault, when: (call) => fault.when?.(call) === true && ++checks === 3 });
    const done = await night.deregister(['web:1']);
    expect(outcomeOf(done)).toBe('deregistered');
    expect(deregisterCalls(night)).toHaveLength(1);
  });

  test('skips the revision where the next final check keeps it', async () => {
    const night = await startApply();
    night.sandbox.faults.add({ operation, ...unanswered, times: 1 });
    night.sandbox.after((call) => {
      if (call.operation === 'DescribeTaskDefinition' && deregisterCalls(night).length === 1)
        night.sandbox.account.tagTaskDefinition('web:1', { keep: '' });
    });
    const done = await night.deregister(['web:1']);
    expect(outcomeOf(done)).toBe('skipped');
    expect(deregisterCalls(night)).toHaveLength(1);
  });
});

describe('an answer without this revision as INACTIVE', () => {
  const answer = (change: (output: Record<string, unknown>) => void) => ({ kind: 'answer', change }) as const;

  test.each([
    { what: 'with another status', change: (output) => (output['taskDefinition'] = { status: 'FROZEN' }) },
    { what: 'without a status', change: (output) => (output['taskDefinition'] = {}) },
    {
      what: 'about another revision',
      change: (output) => {
        const taskDefinitionArn = 'arn:aws:ecs:eu-west-1:123456789012:task-definition/web:2';
        output['taskDefinition'] = { taskDefinitionArn, status: 'INACTIVE' };
      },
    },
    {
      what: 'without an ARN',
      change: (output) => (output['taskDefinition'] = { status: 'INACTIVE' }),
    },
    { what: 'without a description', change: (output) => delete output['taskDefinition'] },
  ] satisfies { what: string; change: (output: Record<string, unknown>) => void }[])(
    'is no success $what: DescribeTaskDefinition decides',
    async ({ change }) => {
      const read = await deregisterWithFaults([answer(change)]);
      expect(read.outcome).toBe('deregistered');
      expect(read.calls).toEqual(['web:1', 'web:2']);
      const active = await deregisterWithFaults([answer(change), answer(change)], status('ACTIVE'));
      expect(active.outcome).toBe('failed');
      expect(active.done.stop?.by).toBe('abort');
      expect(active.calls).toEqual(['web:1', 'web:1']);
    },
  );
});

describe('aborts the run', () => {
  test('where the call is denied, and gives the permission', async () => {
    const { done, calls } = await deregisterWithFaults([{ kind: 'deny' }]);
    expect(done.failed).toMatchObject([{ reason: 'AWS denied the call' }]);
    expect(done.stop).toMatchObject({
      by: 'abort',
      reason: matching(/^deregistering web:1: AccessDeniedException/),
      remedy: 'Allow the caller ecs:DeregisterTaskDefinition.',
    });
    expect(done.notReached).toEqual([revisionOf('web:2')]);
    expect(calls).toEqual(['web:1']);
  });

  test('where the error is unexpected', async () => {
    const { done, calls } = await deregisterWithFaults([{ kind: 'error', code: 'Odd', status: 300 }]);
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
  ])('where the revision cannot be confirmed afterwards: $reason', async ({ fault, reads, reason }) => {
    const { done, calls } = await deregisterWithFaults([fault], reads);
    expect(done.failed).toMatchObject([{ revision: revisionOf('web:1'), reason }]);
    expect(done.stop).toMatchObject({ by: 'abort', reason: matching(new RegExp(`; ${reason}$`)) });
    expect(calls).toEqual(['web:1']);
  });

  test('where the description is empty afterwards', async () => {
    const night = await startApply();
    night.sandbox.faults.add({ operation, ...refused });
    night.sandbox.faults.add({
      operation: 'DescribeTaskDefinition',
      kind: 'answer',
      when: () => deregisterCalls(night).length > 0,
      change: (output) => delete output['taskDefinition'],
    });
    const done = await night.deregister(['web:1', 'web:2']);
    expect(done.failed).toMatchObject([{ reason: 'it reads no status now' }]);
    expect(done.stop?.by).toBe('abort');
    expect(deregisterCalls(night)).toEqual(['web:1']);
  });

  test('where the status cannot be read afterwards', async () => {
    const night = await startApply();
    night.sandbox.faults.add({ operation, ...lost });
    night.sandbox.faults.add({
      operation: 'DescribeTaskDefinition',
      kind: 'deny',
      when: () => deregisterCalls(night).length > 0,
    });
    const done = await night.deregister(['web:1', 'web:2']);
    expect(done.failed).toMatchObject([{ reason: matching(/^its status could not be read: AccessDeniedException/) }]);
    expect(done.stop?.by).toBe('abort');
    expect(deregisterCalls(night)).toEqual(['web:1']);
  });
});

describe('a failed final check', () => {
  const failCheck = async (fault: FaultKind, what = 'DescribeTaskDefinition', context: Partial<ApplyContext> = {}) => {
    const night = await startApply();
    const isOfFirst = ({ input }: { input: Readonly<Record<string, unknown>> }) =>
      what !== 'DescribeTaskDefinition' || input['taskDefinition'] === 'web:1';
    night.sandbox.faults.add({ operation: what, ...fault, when: isOfFirst });
    return { done: await night.deregister(['web:1', 'web:2'], context), calls: deregisterCalls(night) };
  };
  const remedy = 'Allow ecs:DescribeTaskDefinition and ecs:ListTaskDefinitions, or run again.';

  test('skips the revision where AWS refused the call, and the run continues with the next one', async () => {
    const { done, calls } = await failCheck(refused);
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
  ])('holds the run where it $what', async ({ fault, operation, reason }) => {
    const { done, calls } = await failCheck(fault, operation);
    expect(done).toMatchObject({
      notReached: [revisionOf('web:1'), revisionOf('web:2')],
      stop: { by: 'hold', reason: matching(reason), remedy },
    });
    expect(calls).toEqual([]);
  });
});

describe('the results contain no content of a definition', () => {
  const secret = 'correct-horse-battery';
  const secretive = () => anAccount().family('web', '1-10', { environment: { PASSWORD: secret } });

  test.each([
    { what: 'the refusal of a call', fault: { ...refused, message: `bad value ${secret}` }, stop: false },
    {
      what: 'an unexpected error',
      fault: { kind: 'error', code: 'Odd', status: 300, message: secret },
      stop: true,
    },
  ] as const)('where AWS quotes it in $what', async ({ fault, stop }) => {
    const night = await startApply(secretive());
    night.sandbox.faults.add({ operation, ...fault });
    const done = await night.deregister(['web:1']);
    expect(done.failed).toHaveLength(1);
    expect(done.stop !== undefined).toBe(stop);
    expect('stop' in done && JSON.stringify(done)).not.toContain(secret);
  });
});
