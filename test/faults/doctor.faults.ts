// `pruner doctor` under roles that each lack one permission of the reading half.
import { expect, test } from 'vitest';
import * as z from 'zod';
import { needs } from '../../shared/permissions.ts';
import type { Sandbox } from '../../sandbox/server.ts';
import { anAccount, TOPIC } from '../account.ts';
import { document, pruner, web } from '../cli/pruner.ts';

const shape = z.object({
  checks: z.array(z.object({ name: z.string(), status: z.string(), saw: z.string() })),
});

const full = () =>
  anAccount()
    .family('canary-web', '1-8')
    .family('canary-old', '1-2', { status: 'INACTIVE' })
    .service('canary-cluster/canary-service', 'canary-web:3')
    .task('canary-cluster', 'canary-web:4')
    .rule('canary-rule', 'canary-web:5')
    .schedule('canary-schedule', 'canary-web:6')
    .schedule('ecs-revision-pruner-prod', 'canary-web:6')
    .pipe('canary-pipe', 'canary-web:7')
    .codeDeployGroup('canary-app/canary-group')
    .stateMachine('canary-machine', { StartAt: 'a', States: { a: { Type: 'Succeed' } } })
    .stack('canary-stack', {})
    .stack(
      'ecs-revision-pruner-prod',
      {},
      {
        Outputs: [
          { OutputKey: 'TopicArn', OutputValue: TOPIC },
          { OutputKey: 'StateBucket', OutputValue: 'canary-bucket' },
        ],
      },
    )
    .lambda('canary-function', {});

async function doctor(args = '', prepare: (sandbox: Sandbox) => void = () => undefined, account = full()) {
  const run = await pruner(`doctor --json ${args}`.trim(), { account, prepare });
  const { checks } = shape.parse(document(run));
  const lineOf = (name: string) => {
    const found = checks.filter((one) => one.name === name);
    return found.map(({ status, saw }) => `${status}: ${saw}`).join(' | ');
  };
  return { ...run, checks, lineOf };
}

const reading = needs()
  .filter(({ purpose, setting }) => purpose === 'reading' && setting === undefined)
  .flatMap(({ permissions }) => permissions)
  // Cloud Control asks for these in the caller's name.
  .filter((permission) => !/Subscribers?$/.test(permission));

test.each([...new Set(reading)])(
  'a role without %s is told so, and the exit code is 1',
  async (permission) => {
    const operation = permission.split(':')[1] ?? '';
    const run = await pruner('doctor --json', {
      account: web().task('prod', 'web:4'),
      prepare: ({ faults }) => void faults.add({ kind: 'deny', operation }),
    });
    const { checks } = shape.parse(document(run));
    const line = checks.find(({ name }) => name === permission);
    expect(`${line?.status}: ${line?.saw}`).toMatch(
      /^differs: denied: (AccessDenied|AccessDeniedException)$/,
    );
    expect(run.code).toBe(1);
  },
);

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
])('an account that $lie is told', async ({ operation, change, name, line }) => {
  const { lineOf, code } = await doctor(
    '',
    ({ faults }) => void faults.add({ kind: 'answer', operation, change }),
  );
  expect(lineOf(name)).toBe(line);
  expect(code).toBe(1);
});

test('no name but the account’s number is printed, as text or as JSON, by whatever goes wrong', async () => {
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
