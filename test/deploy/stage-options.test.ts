// Tests the plugin of serverless.yml without the framework: mistakes stop a deployment before it begins.
import { expect, test } from 'vitest';
import { readTemplate } from '../../cli/template.ts';
import { type Serverless, Stage } from '../../infra/stage.ts';

/** The parameters of a stage. @throws what stops its deployment */
function parametersOf(
  stage: string,
  params: Serverless['configurationInput']['params'],
  ...param: string[]
): Record<string, string> {
  const provider: Serverless['service']['provider'] = {};
  const serverless: Serverless = {
    service: { service: 'ecs-revision-pruner', provider, custom: { template: readTemplate() } },
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
