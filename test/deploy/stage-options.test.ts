// Tests the plugin of serverless.yml and serverless.fleet.yml without the framework: mistakes stop a deployment before it begins.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod';
import { readTemplate } from '../../cli/template.ts';
import { type Serverless, Stage } from '../../infra/stage.ts';
import { hubSource } from './hub.ts';

type Params = Serverless['configurationInput']['params'];
type Service = Pick<Serverless['service'], 'service' | 'custom'>;

const member: Service = { service: 'ecs-revision-pruner', custom: { template: readTemplate() } };

/** The parameters of a member's stage. @throws what stops its deployment */
function parametersOf(stage: string, params: Params, ...param: string[]): Record<string, string> {
  return parametersOfService(member, stage, params, ...param);
}

/** @throws what stops the deployment */
function parametersOfService(
  service: Service,
  stage: string,
  params: Params,
  ...param: string[]
): Record<string, string> {
  const provider: Serverless['service']['provider'] = {};
  const serverless: Serverless = {
    service: { ...service, provider },
    configurationInput: { params },
    getProvider: () => ({ getStage: () => stage }),
    classes: { Error },
  };
  new Stage(serverless, { param }, { log: { notice: () => undefined } }).hooks['initialize']?.();
  return Object.fromEntries(
    (provider.stackParameters ?? []).map(({ ParameterKey, ParameterValue }) => [ParameterKey, ParameterValue]),
  );
}

const params = { default: { DryRun: true }, prod: { DryRun: false, JournalDays: 90 } };

test('the parameters of a stage are those for all, its own, and those of the command line, the later before the earlier', () => {
  expect(parametersOf('prod', params, 'JournalDays=100', 'Settings={keepLatest: 10, minAgeDays: 1}')).toEqual({
    DryRun: 'false',
    JournalDays: '100',
    Settings: '{keepLatest: 10, minAgeDays: 1}',
    Name: 'ecs-revision-pruner-prod',
  });
});

test('a list is passed with commas', () => {
  const SubnetIds = ['subnet-0a1b2c3d', 'subnet-4e5f6a7b'];
  expect(parametersOf('prod', { prod: { SubnetIds } })).toMatchObject({
    SubnetIds: 'subnet-0a1b2c3d,subnet-4e5f6a7b',
  });
});

test.each([
  { what: 'an unknown stage', stage: 'prdo', option: [], error: 'stage: given prdo, allowed: prod' },
  { what: 'an unknown parameter', option: ['DryRn=false'], error: 'DryRn: no such parameter, allowed: DryRun, ' },
  { what: 'another letter case', option: ['dryRun=false'], error: 'dryRun: no such parameter' },
  { what: 'a wrong switch', option: ['DryRun=flase'], error: 'DryRun: given "flase", allowed: true, false' },
  { what: 'an empty switch', option: ['DryRun='], error: 'DryRun: given "", allowed: true, false' },
  {
    what: 'a number out of bounds',
    option: ['MemorySize=128'],
    error: 'MemorySize: given "128", allowed: a whole number from 256 to 10240',
  },
  { what: 'a word for a number', option: ['JournalDays=ever'], error: 'JournalDays: given "ever", allowed: a whole' },
  { what: 'a number that AWS does not offer', option: ['LogRetentionDays=100'], error: 'allowed: 1, 3, 5, 7' },
  {
    what: 'searched places that are too wide',
    option: ['SearchResourceArns=arn:aws:s3:::states,arn:aws:s3:::*'],
    error: 'allowed: ARNs of buckets, of their objects, or of SSM parameters',
  },
  {
    what: 'an operator who is everyone',
    option: ['OperatorRoleArns=*'],
    error: 'OperatorRoleArns: given "*", allowed: ARNs of IAM roles or users',
  },
  {
    what: 'settings of more than 4 KB',
    option: [`Settings=${'#'.repeat(4097)}`],
    error: 'allowed: at most 4096 bytes',
  },
  { what: 'a name, which the stage gives', option: ['Name=other'], error: 'Name: no such parameter' },
  { what: 'the place of the zip, which the deployment gives', option: ['CodeKey=x'], error: 'CodeKey: no such' },
])('$what stops the deployment with the allowed values', ({ stage = 'prod', option, error }) => {
  expect(() => parametersOf(stage, params, ...option)).toThrow(error);
});

test('all problems are listed at once', () => {
  expect(() => parametersOf('prod', params, 'DryRun=flase', 'Paused=DISABLED')).toThrow(
    /^DryRun: given "flase"[^\n]*\nPaused: given "DISABLED"[^\n]*$/u,
  );
});

describe('the hub', () => {
  const hub: Service = {
    service: 'ecs-revision-pruner-fleet',
    custom: { template: hubSource, keeps: 'what the targets reported' },
  };
  const params = { prod: { OrganizationId: 'o-a1b2c3d4e5', SilentAfterHours: 48 } };
  const deployed = (...option: string[]) => parametersOfService(hub, 'prod', params, ...option);

  test('gets the parameters of its stage, and a name of its own', () => {
    expect(deployed('Targets=123456789012/eu-west-1, 210987654321/eu-west-1')).toEqual({
      OrganizationId: 'o-a1b2c3d4e5',
      SilentAfterHours: '48',
      Targets: '123456789012/eu-west-1, 210987654321/eu-west-1',
      Name: 'ecs-revision-pruner-fleet-prod',
    });
  });

  test.each([
    { option: 'OrganizationId=acme', error: 'OrganizationId: given "acme", allowed: the id of an organization' },
    { option: 'SilentAfterHours=12', error: 'SilentAfterHours: given "12", allowed: a whole number from 24 to 2160' },
    { option: 'Targets=prod', error: 'Targets: given "prod", allowed: accounts and Regions such as 123456789012/eu-c' },
    { option: 'StackSetCallAs=self', error: 'StackSetCallAs: given "self", allowed: SELF, DELEGATED_ADMIN' },
    { option: 'DryRun=false', error: 'DryRun: no such parameter, allowed: OrganizationId, ' },
    { option: 'Name=hub', error: 'Name: no such parameter' },
  ])('is not deployed with $option', ({ option, error }) => {
    expect(() => deployed(option)).toThrow(error);
  });

  test('is not deployed without an organization', () => {
    expect(() => parametersOfService(hub, 'prod', { prod: {} })).toThrow(
      'OrganizationId: not given, allowed: the id of an organization, such as o-a1b2c3d4e5 (add it to params)',
    );
  });

  test('is not deployed to a stage that the file does not list', () => {
    expect(() => parametersOfService(hub, 'prdo', params)).toThrow('stage: given prdo, allowed: prod');
  });

  test('has a file whose stage lacks only the organization, and whose functions are those of the template', () => {
    const file = readFileSync(new URL('../../serverless.fleet.yml', import.meta.url), 'utf8');
    const read = z
      .object({
        service: z.literal('ecs-revision-pruner-fleet'),
        params: z.record(z.string(), z.record(z.string(), z.unknown())),
        custom: z.object({ template: z.literal('${file(infra/fleet/template.yml)}') }),
        functions: z.record(z.string(), z.looseObject({ handler: z.string() })),
      })
      .parse(parse(file, { merge: true }));
    expect(Object.keys(read.params)).toEqual(['default', 'prod']);
    expect(() => parametersOfService(hub, 'prod', read.params)).toThrow(/^OrganizationId: not given[^\n]*$/u);
    const handlers = Object.values(hubSource.Resources).flatMap(({ Properties }) => Properties['Handler'] ?? []);
    expect(Object.values(read.functions).map(({ handler }) => handler)).toEqual(handlers);
    const [, proposed = ''] = /# prod: (\{.*\})/.exec(file) ?? [];
    const proposal = z.record(z.string(), z.unknown()).parse(parse(proposed));
    expect(Object.keys(parametersOfService(hub, 'prod', { prod: proposal }))).toEqual([
      'OrganizationId',
      'Email',
      'TimeZone',
      'Name',
    ]);
  });

  test('says on removal which bucket stays', () => {
    const notices: string[] = [];
    const serverless: Serverless = {
      service: { ...hub, provider: {} },
      configurationInput: { params },
      getProvider: () => ({ getStage: () => 'prod' }),
      classes: { Error },
    };
    new Stage(serverless, {}, { log: { notice: (text) => notices.push(text) } }).hooks['after:remove:remove']?.();
    expect(notices[0]).toBe(
      'The bucket ecs-revision-pruner-fleet-prod-hubbucket-... and its policy stay, with what the targets reported.',
    );
  });
});
