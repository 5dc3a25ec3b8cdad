// `npm run deploy` and `npm run remove` after the build: the framework deploys a stage to a small AWS on this machine.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { strFromU8, unzipSync } from 'fflate';
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as z from 'zod';
import { parseTemplate, readTemplate } from '../../cli/template.ts';
import { evaluate } from '../deploy/evaluate.ts';
import { BUCKET, type ChangeSet, FakeCloudFormation, templateSchema } from '../deploy/fake-cloudformation.ts';
import { layOutService, runFramework } from '../deploy/service.ts';

const minutes = 60_000;
const codeSchema = z.object({ S3Bucket: z.unknown(), S3Key: z.string() });
const fake = new FakeCloudFormation();
let folder: string;
let url: string;

beforeAll(async () => {
  url = await fake.listen();
  folder = mkdtempSync(join(tmpdir(), 'ecs-revision-pruner-deployment-'));
  await layOutService(folder);
}, minutes);

afterAll(() => {
  fake.close();
  rmSync(folder, { recursive: true });
});

async function run(command: 'deploy' | 'remove', ...params: string[]) {
  const [calls, executed] = [fake.calls.length, fake.executed.length];
  const output = await runFramework(
    folder,
    [command, '--stage', 'prod', '--region', 'eu-west-1', ...params.map((param) => `--param=${param}`)],
    {
      AWS_ENDPOINT_URL: url,
      AWS_ACCESS_KEY_ID: 'deployer',
      AWS_SECRET_ACCESS_KEY: 'secret',
      SLS_AWS_MONITORING_FREQUENCY: '10',
    },
  );
  return { output, calls: fake.calls.slice(calls), executed: fake.executed.slice(executed) };
}

/** The stack that CloudFormation would make of it. */
const stackOf = ({ template, parameters }: ChangeSet) => evaluate(parseTemplate(template), parameters);

const resourcesOf = (set: ChangeSet | undefined) =>
  Object.keys(templateSchema.parse(JSON.parse(set?.template ?? '{}')).Resources);

/** @returns where the functions have their code, which must be one place */
function codeOf(set: ChangeSet): string {
  const places = Object.values(stackOf(set).Resources).flatMap(({ Type, Properties }) =>
    Type === 'AWS::Lambda::Function' ? [Properties['Code']] : [],
  );
  const [place] = places;
  expect(places).toEqual([place, place]);
  const { S3Bucket, S3Key } = codeSchema.parse(place);
  expect(S3Bucket).toEqual({ 'Fn::Sub': '${ServerlessDeploymentBucket}' });
  expect(S3Key).toMatch(/^serverless\/ecs-revision-pruner\/prod\/[^/]+\/ecs-revision-pruner\.zip$/u);
  return S3Key;
}

test(
  'the first deployment creates the bucket with all parameters, and then the whole stack',
  { timeout: 2 * minutes },
  async () => {
    const { executed } = await run('deploy', 'Email=platform@example.com', 'Settings={keepLatest: 10, minAgeDays: 3}');
    expect(executed.map(({ type }) => type)).toEqual(['CREATE', 'UPDATE']);
    const [first, second] = executed;
    const parameters = {
      DryRun: 'true',
      Email: 'platform@example.com',
      Settings: '{keepLatest: 10, minAgeDays: 3}',
      Name: 'ecs-revision-pruner-prod',
    };
    expect(executed.map((set) => set.parameters)).toEqual([parameters, parameters]);
    const bucket = ['ServerlessDeploymentBucket', 'ServerlessDeploymentBucketPolicy'];
    expect(resourcesOf(first)).toEqual(bucket);
    expect(resourcesOf(second)).toEqual([...bucket, ...Object.keys(readTemplate().Resources)]);
  },
);

test('the functions have their code from the zip that the deployment has uploaded', () => {
  const set = fake.executed.at(-1);
  if (set === undefined) throw new Error('nothing was deployed');
  const zip = fake.objects.get(`${BUCKET}/${codeOf(set)}`);
  const files = unzipSync(zip?.body ?? new Uint8Array());
  expect(Object.keys(files)).toEqual(expect.arrayContaining(['dist/prune.mjs', 'dist/settings.json']));
  expect(strFromU8(files['dist/settings.json'] ?? new Uint8Array())).toContain('"keepLatest"');
});

test('a deployment without a change is skipped', { timeout: 2 * minutes }, async () => {
  const { output, executed } = await run(
    'deploy',
    'Email=platform@example.com',
    'Settings={keepLatest: 10, minAgeDays: 3}',
  );
  expect(executed).toEqual([]);
  expect(output).toContain('No changes to deploy. Deployment skipped.');
});

test('a change of DryRun alone is deployed, and the role may then deregister', { timeout: 2 * minutes }, async () => {
  const dry = fake.executed.at(-1);
  const { executed } = await run(
    'deploy',
    'DryRun=false',
    'Email=platform@example.com',
    'Settings={keepLatest: 10, minAgeDays: 3}',
  );
  expect(executed.map(({ type, parameters }) => [type, parameters['DryRun']])).toEqual([['UPDATE', 'false']]);
  const [live] = executed;
  if (dry === undefined || live === undefined) throw new Error('nothing was deployed');
  expect(JSON.stringify(stackOf(dry))).not.toContain('ecs:DeregisterTaskDefinition');
  expect(JSON.stringify(stackOf(live))).toContain('ecs:DeregisterTaskDefinition');
  expect(fake.objects.has(`${BUCKET}/${codeOf(live)}`)).toBe(true);
});

test(
  'the removal empties the bucket of the bundles, deletes the stack, and says what stays',
  { timeout: 2 * minutes },
  async () => {
    const { output, calls } = await run('remove');
    expect(fake.objects.size).toBe(0);
    expect(calls).toContain('DeleteStack');
    expect(output).toContain(
      'The bucket ecs-revision-pruner-prod-statebucket-... and its policy stay, with the journal',
    );
    expect(output).toContain('docs/guide/deploy.md, "Removing the stack"');
  },
);

test('the deployer’s policy has every call that the deployments and the removal made', () => {
  const s3 = { 'PUT object': 'PutObject', 'HEAD object': 'GetObject', [`POST ${BUCKET}`]: 'DeleteObject' };
  const actions = fake.calls.flatMap((call) => {
    if (call === 'GetCallerIdentity') return []; // needs no permission
    if (call === 'GetFunction') return `lambda:${call}`;
    if (call.includes(' ')) return `s3:${new Map(Object.entries(s3)).get(call) ?? 'ListBucket'}`;
    return `cloudformation:${call}`;
  });
  const policy = readFileSync(join(import.meta.dirname, '../../infra/deployer.yml'), 'utf8');
  expect(actions).toEqual(expect.arrayContaining(['s3:PutObject', 's3:ListBucket', 'cloudformation:ExecuteChangeSet']));
  expect([...new Set(actions)].filter((action) => !policy.includes(`- ${action}\n`))).toEqual([]);
});
