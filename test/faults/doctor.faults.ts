// `pruner doctor` under roles without one of the reading permissions.
import { expect, test } from 'vitest';
import * as z from 'zod';
import { pruner, web } from '../support/pruner.ts';
import { doctor, full, reading } from '../support/doctor-lines.ts';

/** Cloud Control calls these two with the caller's permissions. */
const asked = reading.filter((permission) => !/Subscribers?$/.test(permission));

test.each([...new Set(asked)])('doctor reports a role without %s and exits with 1', async (permission) => {
  const operation = permission.split(':')[1] ?? '';
  const account = web().task('prod', 'web:4');
  const { lineOf, code } = await doctor('', ({ faults }) => faults.add({ kind: 'deny', operation }), account);
  expect(lineOf(permission)).toMatch(/^differs: denied: (AccessDenied|AccessDeniedException)$/);
  expect(code).toBe(1);
});

test.each([
  {
    lie: 'lists backwards',
    operation: 'ListTaskDefinitions',
    change: (output: Record<string, unknown>) => {
      output['taskDefinitionArns'] = z.array(z.string()).parse(output['taskDefinitionArns']).toReversed();
    },
    name: 'listing order',
    line: 'differs: entry 2 of 8 is out of order',
  },
  {
    lie: 'leads on after a short page',
    operation: 'ListTaskDefinitions',
    change: (output: Record<string, unknown>) => void (output['nextToken'] = 'more'),
    name: 'page size',
    line: 'differs: 8 of at most 100, and more follow',
  },
  {
    lie: 'has members that the SDK does not know',
    operation: 'DescribeTaskDefinition',
    change: ({ taskDefinition }: Record<string, unknown>) =>
      void Reflect.set(Object(taskDefinition), 'moonPhase', 'full'),
    name: 'known members',
    line: 'differs: new: moonPhase',
  },
  {
    lie: 'describes an INACTIVE revision as something else',
    operation: 'DescribeTaskDefinition',
    change: ({ taskDefinition }: Record<string, unknown>) =>
      void Reflect.set(Object(taskDefinition), 'status', 'DELETE_IN_PROGRESS'),
    name: 'INACTIVE described',
    line: 'differs: status DELETE_IN_PROGRESS',
  },
  {
    lie: 'has a registrar of another form',
    operation: 'DescribeTaskDefinition',
    change: ({ taskDefinition }: Record<string, unknown>) =>
      void Reflect.set(Object(taskDefinition), 'registeredBy', 'canary-user'),
    name: 'registeredBy',
    line: 'differs: another form',
  },
])('doctor reports an account that $lie', async ({ operation, change, name, line }) => {
  const { lineOf, code } = await doctor('', ({ faults }) => void faults.add({ kind: 'answer', operation, change }));
  expect(lineOf(name)).toBe(line);
  expect(code).toBe(1);
});

test('doctor prints no name but the account’s number, as text or as JSON, after any error', async () => {
  for (const kind of ['deny', 'throttle', 'reset'] as const)
    for (const form of ['', ' --json']) {
      const run = await pruner(`doctor --stage prod${form}`, {
        account: full(),
        prepare: ({ faults }) => {
          const operation = 'GetSchedule';
          faults.add(kind === 'reset' ? { kind, effect: 'before', operation } : { kind, operation });
        },
      });
      expect(`${run.out}${run.err}`).not.toMatch(/canary|127\.0\.0\.1|arn:/);
    }
});
