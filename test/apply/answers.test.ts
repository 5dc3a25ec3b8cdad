// What each kind of answer to DeregisterTaskDefinition leads to, and to the reading after it. Nothing is guessed from an error.
import { describe, expect, test } from 'vitest';
import type { Hands } from '../../shared/apply/deregister.ts';
import type { Done } from '../../shared/apply/done.ts';
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

function became({ deregistered, alreadyGone, spared, failed, left }: Done): string {
  const lists = { deregistered, alreadyGone, spared: revisions(spared), failed: revisions(failed), left };
  return Object.entries(lists)
    .flatMap(([name, list]) => (list.map(nameOf).includes('web:1') ? [name] : []))
    .join();
}

function revisions(list: Done['failed'] | Done['spared']) {
  return list.map(({ revision }) => revision);
}

/** What AWS says in words of its own is not typed. */
const matching = (pattern: RegExp): unknown => expect.stringMatching(pattern);
const status = (is: string) => (one: Record<string, unknown>) => (one['status'] = is);

describe('a call that AWS refused', () => {
  test('is a failure of this revision where it reads ACTIVE, and the next one follows', async () => {
    const { done, calls } = await strike([refused]);
    expect(done.failed).toMatchObject([
      { revision: revisionOf('web:1'), says: 'AWS refused it', said: matching(/^ClientException/) },
    ]);
    expect(done.stop).toBeUndefined();
    expect(calls).toEqual(['web:1', 'web:2']);
  });

  test.each(['INACTIVE', 'DELETE_IN_PROGRESS'])('is the work of others where it reads %s', async (is) => {
    const { became, done, calls } = await strike([refused], status(is));
    expect(became).toBe('alreadyGone');
    expect(done.stop).toBeUndefined();
    expect(calls).toEqual(['web:1', 'web:2']);
  });
});

describe('a call without an answer', () => {
  test.each(['INACTIVE', 'DELETE_IN_PROGRESS'])(
    'is our work where it reads %s, and is not repeated',
    async (is) => {
      const { became, done, calls } = await strike([unanswered], status(is));
      expect(became).toBe('deregistered');
      expect(done.stop).toBeUndefined();
      expect(calls).toEqual(['web:1', 'web:2']);
    },
  );

  test('is repeated once where it reads ACTIVE, without a pause', async () => {
    const { became, calls, pauses } = await strike([unanswered]);
    expect(became).toBe('deregistered');
    expect(calls).toEqual(['web:1', 'web:1', 'web:2']);
    expect(pauses).toEqual([]);
  });

  test('stops the run where the second one has no answer either, and it reads ACTIVE', async () => {
    const { done, calls } = await strike([unanswered, unanswered]);
    const says = 'no answer came, twice, and it still reads ACTIVE';
    expect(done).toMatchObject({
      deregistered: [],
      failed: [{ revision: revisionOf('web:1'), says, said: '' }],
      left: [revisionOf('web:2')],
      stop: {
        by: 'brake',
        says: `deregistering web:1: ${says}`,
        next: 'Find out why before the next run; nothing more was deregistered.',
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
    expect(became(done)).toBe('spared');
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
      expect(active.done.stop?.by).toBe('brake');
      expect(active.calls).toEqual(['web:1', 'web:1']);
    },
  );
});

describe('stops the run', () => {
  test('where the call is denied, and names the permission', async () => {
    const { done, calls } = await strike([{ kind: 'deny' }]);
    expect(done.failed).toMatchObject([{ says: 'AWS denied the call' }]);
    expect(done.stop).toMatchObject({
      by: 'brake',
      says: matching(/^deregistering web:1: AccessDeniedException/),
      next: 'Allow ecs:DeregisterTaskDefinition in the role or user that runs this.',
    });
    expect(done.left).toEqual([revisionOf('web:2')]);
    expect(calls).toEqual(['web:1']);
  });

  test('where the error is not known', async () => {
    const { done, calls } = await strike([{ kind: 'error', code: 'Odd', status: 300 }]);
    expect(done.failed).toMatchObject([{ says: 'an unexpected error' }]);
    expect(done.stop).toMatchObject({
      by: 'brake',
      next: 'Find out why before the next run; nothing more was deregistered.',
    });
    expect(calls).toEqual(['web:1']);
  });

  test.each([
    { fault: refused, reads: status('FROZEN'), says: 'it reads FROZEN now' },
    { fault: lost, reads: status('FROZEN'), says: 'it reads FROZEN now' },
    {
      fault: refused,
      reads: (one: Record<string, unknown>) => delete one['status'],
      says: 'it reads no status now',
    },
    {
      fault: lost,
      reads: (one: Record<string, unknown>) => {
        one['taskDefinitionArn'] = 'arn:aws:ecs:eu-west-1:123456789012:task-definition/web:2';
      },
      says: 'it reads as arn:aws:ecs:eu-west-1:123456789012:task-definition/web:2 now',
    },
    {
      fault: lost,
      reads: (one: Record<string, unknown>) => delete one['taskDefinitionArn'],
      says: 'it reads as something without ARN now',
    },
  ])('where it reads something else afterwards: $says', async ({ fault, reads, says }) => {
    const { done, calls } = await strike([fault], reads);
    expect(done.failed).toMatchObject([{ revision: revisionOf('web:1'), says }]);
    expect(done.stop).toMatchObject({ by: 'brake', says: matching(new RegExp(`; ${says}$`)) });
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
    expect(done.failed).toMatchObject([{ says: 'it reads no status now' }]);
    expect(done.stop?.by).toBe('brake');
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
    expect(done.failed).toMatchObject([
      { says: matching(/^what became of it could not be read: AccessDeniedException/) },
    ]);
    expect(done.stop?.by).toBe('brake');
    expect(asked(night)).toEqual(['web:1']);
  });
});

describe('a look that fails', () => {
  const look = async (fault: FaultKind, what = 'DescribeTaskDefinition', hands: Partial<Hands> = {}) => {
    const night = await acting();
    const isOfFirst = ({ input }: { input: Readonly<Record<string, unknown>> }) =>
      what !== 'DescribeTaskDefinition' || input['taskDefinition'] === 'web:1';
    night.sandbox.faults.add({ operation: what, ...fault, when: isOfFirst });
    return { done: await night.deregister(['web:1', 'web:2'], hands), calls: asked(night) };
  };
  const next = 'Allow ecs:DescribeTaskDefinition and ecs:ListTaskDefinitions, or run again.';

  test('keeps the revision where AWS refused it, and the next one follows', async () => {
    const { done, calls } = await look(refused);
    expect(done.spared).toMatchObject([
      { revision: revisionOf('web:1'), says: matching(/^looking at web:1 again: ClientException/) },
    ]);
    expect(calls).toEqual(['web:2']);
  });

  test.each<{ what: string; fault: FaultKind; operation: string; says: RegExp }>([
    {
      what: 'is denied',
      fault: { kind: 'deny' },
      operation: 'ListTaskDefinitions',
      says: /^looking at web:1 again: AccessDeniedException/,
    },
    {
      what: 'describes nothing',
      fault: { kind: 'answer', change: (output) => delete output['taskDefinition'] },
      operation: 'DescribeTaskDefinition',
      says: /^looking at web:1 again: Error: the answer describes nothing$/,
    },
    {
      what: 'lists nothing',
      fault: { kind: 'answer', change: (output) => delete output['taskDefinitionArns'] },
      operation: 'ListTaskDefinitions',
      says: /^looking at web:1 again: Error: the answer has no list$/,
    },
  ])('leaves everything where it $what', async ({ fault, operation, says }) => {
    const { done, calls } = await look(fault, operation);
    expect(done).toMatchObject({
      left: [revisionOf('web:1'), revisionOf('web:2')],
      stop: { by: 'hold', says: matching(says), next },
    });
    expect(calls).toEqual([]);
  });
});

describe('no word of a definition is told', () => {
  const secret = 'correct-horse-battery';
  const secretive = () => anAccount().family('web', '1-10', { environment: { PASSWORD: secret } });

  test.each([
    { what: 'refuses', fault: { ...refused, message: `bad value ${secret}` }, stops: false },
    {
      what: 'does not know',
      fault: { kind: 'error', code: 'Odd', status: 300, message: secret },
      stops: true,
    },
  ] as const)('where AWS $what a call, and quotes it', async ({ fault, stops }) => {
    const night = await acting(secretive());
    night.sandbox.faults.add({ operation, ...fault });
    const done = await night.deregister(['web:1']);
    expect(done.failed).toHaveLength(1);
    expect(done.stop !== undefined).toBe(stops);
    expect('stop' in done && JSON.stringify(done)).not.toContain(secret);
  });
});
