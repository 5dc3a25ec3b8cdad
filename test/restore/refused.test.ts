// Registrations that AWS refuses.
import { describe, expect, test } from 'vitest';
import { ACCOUNT, anAccount } from '../support/account.ts';
import { aNight } from '../support/night.ts';
import { containing, isActive, linesOf, registerRaw, runRestore } from './run-restore.ts';

describe('a registration that AWS refuses', () => {
  const fargate = () =>
    aNight({
      ...anAccount().file(),
      taskDefinitions: [
        {
          family: 'web',
          revisions: '1-2',
          status: 'INACTIVE',
          requiresCompatibilities: ['FARGATE'],
          networkMode: 'awsvpc',
          cpu: '256',
          memory: '300',
          taskRoleArn: `arn:aws:iam::${ACCOUNT}:role/web-task`,
          executionRoleArn: `arn:aws:iam::${ACCOUNT}:role/web-execution`,
          containerDefinitions: [
            { name: 'app', image: 'app:1', environment: [{ name: 'PASSWORD', value: 'hunter2-canary' }] },
          ],
          tags: [{ key: 'team', value: 'shop' }],
        },
        {
          family: 'api',
          revisions: '1',
          status: 'INACTIVE',
          containerDefinitions: [{ name: 'app', image: 'a' }],
        },
        {
          family: 'zoo',
          revisions: '1',
          status: 'INACTIVE',
          containerDefinitions: [{ name: 'app', image: 'a' }],
        },
      ],
    });

  test('is saved as a file to edit, and other families are restored', async () => {
    const night = await fargate();
    const files: [string, object][] = [];
    const outcome = await runRestore(night, 'web:1 zoo:1 api:1', {
      saveRefusedInput: ({ family, number }, input) => {
        files.push([`${family}:${number}`, input]);
        return 'web-1.register.json';
      },
    });
    expect(linesOf(outcome)).toEqual(['api:1 restored as 2', 'web:1 refused', 'zoo:1 restored as 2']);
    expect(outcome.results[1]).toMatchObject({
      reason: 'ClientException: No Fargate configuration exists for given values.',
      file: 'web-1.register.json',
      remedy: containing('--cli-input-json file://web-1.register.json'),
    });
    const [[name, input] = ['', {}]] = files;
    expect(name).toBe('web:1');
    // The operator corrects the size and registers the file.
    await registerRaw(night, { ...input, memory: '512' });
    expect(isActive(night, 'web:3')).toBe(true);
  });

  test('for lack of permissions stops the restore, and lists each action needed', async () => {
    const night = await fargate();
    night.sandbox.faults.add({ operation: 'RegisterTaskDefinition', kind: 'deny', times: 1 });
    const outcome = await runRestore(night, 'web:1 zoo:1');
    expect(linesOf(outcome).slice(0, 2)).toEqual(['web:1 failed', 'zoo:1 not reached']);
    expect(outcome.stop?.remedy).toBe(
      `Use credentials that allow ecs:RegisterTaskDefinition, ecs:TagResource, iam:PassRole on arn:aws:iam::${ACCOUNT}:role/web-task, iam:PassRole on arn:aws:iam::${ACCOUNT}:role/web-execution. AWS's message says which of them is missing.`,
    );
  });

  test('is reported without values of the definition', async () => {
    const night = await fargate();
    night.sandbox.faults.add({
      operation: 'RegisterTaskDefinition',
      kind: 'error',
      code: 'ClientException',
      status: 400,
      message: 'The value hunter2-canary of PASSWORD is too short.',
    });
    const outcome = await runRestore(night, 'web:1');
    expect(outcome.results).toMatchObject([
      { reason: "ClientException: AWS's text is left out, as it may quote what it is about" },
    ]);
    expect(JSON.stringify(outcome)).not.toContain('hunter2');
  });
});
