// What `npm run deploy` adds to the template: the stage's parameters, and the place of the zip.
import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { readTemplate } from '../../cli/template.ts';
import { hubSource } from './hub.ts';
import { packaged, packagedHub, packagingMs, type Packaged } from './stack.ts';
import { entriesOf } from './zip.ts';

let prod: Packaged;
let dev: Packaged;
let hub: Packaged;
beforeAll(async () => {
  [prod, dev, hub] = await Promise.all([
    packaged('--stage', 'prod', '--param=DryRun=false', '--param=Email=platform@example.com'),
    packaged(),
    packagedHub('--stage', 'prod', '--param=OrganizationId=o-a1b2c3d4e5'),
  ]);
}, packagingMs);

test('packaging needs no account and no network and writes only into .serverless', () => {
  expect(prod.left).toEqual([
    'service/.serverless/cloudformation-template-create-stack.json',
    'service/.serverless/cloudformation-template-update-stack.json',
    'service/.serverless/ecs-revision-pruner.zip',
    'service/.serverless/serverless-state.json',
  ]);
});

test('the stack of a stage is the template with the framework’s bucket, from which the functions have their code', () => {
  const { Resources: expected, Parameters, ...sections } = readTemplate();
  const { CodeBucket: _, CodeKey: __, ...parameters } = Parameters;
  const { Resources, ...deployed } = prod.template;
  expect(deployed).toEqual({ ...sections, Parameters: parameters });
  const bucket = ['ServerlessDeploymentBucket', 'ServerlessDeploymentBucketPolicy'];
  expect(Object.keys(Resources)).toEqual([...bucket, ...Object.keys(expected)]);
  const isFunction = (id: string) => expected[id]?.Type === 'AWS::Lambda::Function';
  const others = (all: object) =>
    Object.fromEntries(Object.entries(all).filter(([id]) => id in expected && !isFunction(id)));
  expect(others(Resources)).toEqual(others(expected));
  for (const id of Object.keys(expected).filter(isFunction)) {
    const { Code, ...properties } = Resources[id]?.Properties ?? {};
    expect({ ...properties, Code: expected[id]?.Properties['Code'] }).toEqual(expected[id]?.Properties);
    expect(Code).toEqual({
      S3Bucket: { Ref: 'ServerlessDeploymentBucket' },
      S3Key: expect.stringMatching(/^serverless\/ecs-revision-pruner\/prod\/.*\/ecs-revision-pruner\.zip$/u) as unknown,
    });
  }
});

test('a stage passes its parameters, and nothing else', () => {
  expect(prod.parameters).toEqual({
    DryRun: 'false',
    Email: 'platform@example.com',
    Name: 'ecs-revision-pruner-prod',
  });
});

test('a stage is a dry run by default', () => {
  expect(dev.parameters).toEqual({ DryRun: 'true', Name: 'ecs-revision-pruner-dev' });
});

test('the first deployment, which creates the bucket alone, declares every parameter that it passes', () => {
  expect(Object.keys(prod.first.Resources)).toEqual(['ServerlessDeploymentBucket', 'ServerlessDeploymentBucketPolicy']);
  expect(Object.keys(prod.first.Parameters)).toEqual(expect.arrayContaining(Object.keys(prod.parameters)));
});

describe('the zip', () => {
  test('contains only the bundle', () => {
    const entries = entriesOf(prod.zip).map(({ name }) => name);
    expect(entries.filter((name) => !/^dist\/(chunks\/[\w-]+|prune|preview)\.mjs(\.map)?$/u.test(name))).toEqual([
      'dist/settings.json',
    ]);
    expect(entries).toEqual(expect.arrayContaining(['dist/prune.mjs', 'dist/preview.mjs']));
  });

  test('has the same bytes each time and for every stage', () => {
    const hash = ({ zip }: Packaged) => createHash('sha256').update(zip).digest('hex');
    expect(hash(prod)).toBe(hash(dev));
  });

  test('is far below the limit of 50 MB in Lambda', () => {
    expect(prod.zip.length).toBeLessThan(2_000_000);
  });
});

describe('the hub', () => {
  test('is deployed as its template, with the framework’s bucket, from which its functions have their code', () => {
    const { Resources } = hub.template;
    const bucket = ['ServerlessDeploymentBucket', 'ServerlessDeploymentBucketPolicy'];
    expect(Object.keys(Resources)).toEqual([...bucket, ...Object.keys(hubSource.Resources)]);
    for (const id of ['CollectLambdaFunction', 'DigestLambdaFunction']) {
      const { Code, ...properties } = Resources[id]?.Properties ?? {};
      expect({ ...properties, Code: hubSource.Resources[id]?.Properties['Code'] }).toEqual(
        hubSource.Resources[id]?.Properties,
      );
      expect(Code).toEqual({
        S3Bucket: { Ref: 'ServerlessDeploymentBucket' },
        S3Key: expect.stringMatching(/^serverless\/ecs-revision-pruner-fleet\/prod\/.*\.zip$/u) as unknown,
      });
    }
    expect(hub.parameters).toEqual({ OrganizationId: 'o-a1b2c3d4e5', Name: 'ecs-revision-pruner-fleet-prod' });
    expect(Object.keys(hub.first.Resources)).toEqual(bucket);
  });

  test('has a zip with its own bundle alone, and a member has none of it', () => {
    const names = entriesOf(hub.zip).map(({ name }) => name);
    const entries = ['collect.mjs', 'collect.mjs.map', 'digest.mjs', 'digest.mjs.map'].map(
      (file) => `dist/fleet/${file}`,
    );
    const others = names.filter((name) => !/^dist\/fleet\/chunks\/[\w-]+\.mjs(\.map)?$/u.test(name));
    expect(others.toSorted()).toEqual(entries);
    expect(entriesOf(prod.zip).filter(({ name }) => name.includes('fleet'))).toEqual([]);
    expect(hub.zip.length).toBeLessThan(1_000_000);
  });
});
