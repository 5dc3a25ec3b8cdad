// The demonstration from its first line to its last, as `npm start` plays it: what it shows is what happened, in both nights.
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

test('two nights, and the morning between them', async () => {
  const file = fileURLToPath(new URL('../../scripts/start.ts', import.meta.url));
  // Without the AWS CLI: another one than the SDK's would be tried only where there is one.
  const { stdout } = await promisify(execFile)(process.execPath, [file], { env: { PATH: '/nowhere' } });
  const inOrder = [
    'deregistered 214 revisions',
    'meanwhile somebody rolls service prod/orders-api back by hand',
    'Subject: ACTION: 214 revisions deregistered',
    'This run deregistered orders-api:32',
    '$ ./pruner restore orders-api:32',
    'orders-api:32 is back as orders-api:48',
    '$ aws ecs update-service --cluster prod --service orders-api',
    'the same call, made by the AWS SDK',
    'task-definition/orders-api:48"',
    'web:137 is back as web:153',
    'Second night, 03:30 UTC',
    'Subject: OK: nothing to deregister',
    'Nothing needs a person',
    'reports-vat:1-7   held',
  ];
  let at = 0;
  const missing = inOrder.filter((words) => {
    const found = stdout.indexOf(words, at);
    if (found !== -1) at = found;
    return found === -1;
  });
  expect(missing).toEqual([]);
  expect(stdout).not.toMatch(/clock/i);
  expect(stdout.split('\n').filter(({ length }) => length > 80)).toEqual([]);
});
