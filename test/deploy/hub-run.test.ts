// The functions of the hub in the sandbox, with the environments and under the roles of its template: a permission that a function
// needs and the template lacks, or a name of an environment variable that they do not share, fails here.
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import * as z from 'zod';
import { type Sandbox, startSandbox } from '../../sandbox/server.ts';
import { ACCOUNT, anAccount, REGION, TOPIC } from '../support/account.ts';
import { aContext } from '../support/execution.ts';
import { silenceFunctions } from '../support/deployed.ts';
import { accountOf, HOUR_MS, queued, toBatch } from '../support/fleet.ts';
import { hubOf } from './hub.ts';
import { type Names, policiesOf, pseudo, withNames } from './resource-policies.ts';
import { propertiesOf, type Template } from './stack.ts';

const place = `${REGION}:${ACCOUNT}`;
const names: Names = {
  ...pseudo(ACCOUNT, REGION),
  HubBucket: 'hub',
  'HubBucket.Arn': 'arn:aws:s3:::hub',
  DigestTopic: TOPIC,
  'DigestKey.Arn': `arn:aws:kms:${place}:key/1`,
  'Events.Arn': `arn:aws:sqs:${place}:events`,
  'FailedDigests.Arn': `arn:aws:sqs:${place}:failed-digests`,
  'CollectLogGroup.Arn': `arn:aws:logs:${place}:log-group:collect:*`,
  'DigestLogGroup.Arn': `arn:aws:logs:${place}:log-group:digest:*`,
};

silenceFunctions();
beforeEach(() => {
  vi.resetModules();
});
afterEach(() => {
  vi.unstubAllEnvs();
});

const environment = z.object({ Environment: z.object({ Variables: z.record(z.string(), z.string()) }) });
const stackSet = { StackSetName: 'members' };
const instance = (number: number) => ({
  Account: accountOf(number),
  Region: REGION,
  StackInstanceStatus: { DetailedStatus: 'SUCCEEDED' as const },
});

/** The environment of a function and the credentials of its role. */
function become(template: Template, name: 'Collect' | 'Digest', { url }: Sandbox): void {
  const properties = { Environment: propertiesOf(template, `${name}LambdaFunction`)['Environment'] };
  const { Variables } = environment.parse(withNames(properties, names)).Environment;
  const lambda = { AWS_ENDPOINT_URL: url, AWS_REGION: REGION, AWS_ACCESS_KEY_ID: name, AWS_SECRET_ACCESS_KEY: 's' };
  for (const [key, value] of Object.entries({ ...Variables, ...lambda })) vi.stubEnv(key, value);
}

/** The day of a hub: two members report, and a third is expected. */
async function day(parameters: Readonly<Record<string, string>>) {
  const template = hubOf(parameters);
  const roles = {
    Collect: policiesOf(template, 'CollectRole', names),
    Digest: policiesOf(template, 'DigestRole', names),
  };
  const file = { ...anAccount().bucket('hub').file(), stackSets: [stackSet] };
  const sandbox = await startSandbox({ account: file, quotas: 'none', roles });
  onTestFinished(async () => sandbox.close());
  const { stackSets } = sandbox.account;
  stackSets.put({ ...stackSets.named('members'), instances: [instance(1), instance(2), instance(3)] });

  become(template, 'Collect', sandbox);
  const { handler: collect } = await import('../../functions/collect.ts');
  // The second one is of another account than it says, so it is refused.
  const events = [
    queued({ account: accountOf(1), began: Date.now() - HOUR_MS }),
    queued({ account: accountOf(2), began: Date.now() - HOUR_MS, envelope: { account: accountOf(9) } }),
  ];
  const stored = await collect(toBatch(events), aContext({}));
  expect(stored).toEqual({ batchItemFailures: [] });

  vi.resetModules();
  become(template, 'Digest', sandbox);
  const { handler: digest } = await import('../../functions/digest.ts');
  const answer: unknown = await digest({}, aContext({}));
  return { answer, sandbox };
}

test.each([
  { as: 'of its own account', parameters: { StackSetName: 'members' } },
  { as: 'of the management account', parameters: { StackSetName: 'members', StackSetCallAs: 'DELEGATED_ADMIN' } },
])('the roles of a hub with a stack set $as are enough for a day', async ({ parameters }) => {
  const { answer, sandbox } = await day(parameters);
  expect(answer).toEqual({ sent: true, summary: '1 of 3 targets fine; 2 silent.' });
  expect(sandbox.account.published).toHaveLength(1);
  expect(sandbox.problems).toEqual([]);
});

test('the roles of a hub with a list of targets are enough for a day', async () => {
  const { answer, sandbox } = await day({ Targets: `${accountOf(1)}/${REGION}, ${accountOf(5)}/${REGION}` });
  expect(answer).toEqual({ sent: true, summary: '1 of 2 targets fine; 1 silent.' });
  expect(sandbox.problems).toEqual([]);
});
