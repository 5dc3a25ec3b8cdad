// The commands of a mail are extracted as an operator would copy them and executed: our own by the command line's
// code, those of AWS by the SDK.
import { expect, onTestFinished, test, vi } from 'vitest';
import { SkippingClock } from '../../sandbox/clock.ts';
import { startSandbox } from '../../sandbox/server.ts';
import { carryOut, commandIn, commandsIn } from '../../scripts/commands.ts';
import { ACCOUNT, anAccount, REGION, revisionArn } from '../support/account.ts';

const mail = `Needs a person: 2 things
 1. This run deregistered web:2, and service prod/web deploys it. Register
    it again (\`restore web:2\`) with:
      ./pruner restore web:2 --region eu-west-1 \\
        --state s3://ecs-revision-pruner-demo-state
 2. Then:
      aws ecs update-service --cluster prod --service web \\
        --task-definition web:9 --region eu-west-1

Run ./pruner plan to look.
`;

test('a command has its own lines and continues after a backslash', () => {
  expect(commandsIn(mail)).toEqual([
    './pruner restore web:2 --region eu-west-1 --state s3://ecs-revision-pruner-demo-state',
    'aws ecs update-service --cluster prod --service web --task-definition web:9 --region eu-west-1',
  ]);
  expect(commandIn(mail, 'aws ecs')).toContain('web:9');
  expect(() => commandIn(mail, './pruner history')).toThrow('There is no command "./pruner history ..."');
});

async function stage() {
  const clock = new SkippingClock();
  const account = anAccount().family('web', '1-9').service('prod/web', 'web:2').file();
  const sandbox = await startSandbox({ account, clock, quotas: 'none' });
  onTestFinished(() => sandbox.close());
  const env = {
    AWS_ENDPOINT_URL: sandbox.url,
    AWS_REGION: REGION,
    AWS_ACCESS_KEY_ID: 'OPERATOR',
    AWS_SECRET_ACCESS_KEY: 'none',
  };
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
  onTestFinished(() => {
    vi.unstubAllEnvs();
  });
  return { sandbox, clock, env };
}

const serviceArn = `arn:aws:ecs:${REGION}:${ACCOUNT}:service/prod/web`;
const update = commandIn(mail, 'aws');

test('the SDK executes an AWS CLI command and reports this', async () => {
  const here = await stage();
  const { output, code, by } = await carryOut(update, here, 80);
  expect({ code, by }).toEqual({ code: 0, by: 'the AWS SDK' });
  expect(output).toContain(revisionArn('web:9'));
  const updated = here.sandbox.account.services.byArn(serviceArn);
  expect(updated?.taskDefinition).toBe(revisionArn('web:9'));
  await expect(carryOut('aws ecs delete-service --service web', here, 80)).rejects.toThrow('has no SDK call for');
});

test('our own commands run in this process at the account’s time, and shell syntax is refused', async () => {
  const here = await stage();
  here.clock.advance(86_400_000);
  const { output, code } = await carryOut('./pruner explain web:2 --region eu-west-1', here, 80);
  expect(code).toBe(0);
  expect(output).toContain('web:2');
  expect(output).not.toMatch(/clock/);
  await expect(carryOut('./pruner plan; rm -rf .', here, 80)).rejects.toThrow('Not a plain command');
});
