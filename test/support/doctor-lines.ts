// An account in which every part of the doctor finds something, with `canary` in each name, and the doctor's lines about it.
import * as z from 'zod';
import type { Sandbox } from '../../sandbox/server.ts';
import { needs } from '../../shared/sources/permissions.ts';
import { anAccount, TOPIC } from './account.ts';
import { document, pruner } from './pruner.ts';

const shape = z.object({
  checks: z.array(z.object({ name: z.string(), status: z.string(), saw: z.string() })),
});

export const full = () =>
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

export async function doctor(args = '', prepare: (sandbox: Sandbox) => void = () => undefined, account = full()) {
  const run = await pruner(`doctor --json ${args}`.trim(), { account, prepare });
  const { checks } = shape.parse(document(run));
  const lineOf = (name: string) => {
    const found = checks.filter((one) => one.name === name);
    return found.map(({ status, saw }) => `${status}: ${saw}`).join(' | ');
  };
  return { ...run, checks, lineOf };
}

export const reading = needs()
  .filter(({ purpose, setting }) => purpose === 'reading' && setting === undefined)
  .flatMap(({ permissions }) => permissions);
