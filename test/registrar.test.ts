// What AWS services register for themselves is kept; what they register in the name of people is judged like everything else.
import { expect, test } from 'vitest';
import { awsFamily, awsRegistrar } from '../shared/registrar.ts';
import { anAccount } from './account.ts';
import { Pacer } from '../shared/aws/pacer.ts';
import { explainRevision } from '../shared/observe.ts';
import { defaults } from '../shared/settings/parse.ts';
import { aNight, asText, connectTo, gone, spared } from './night.ts';
import { target } from './read/reader.ts';

const session = (role: string, name = 'session') => `arn:aws:sts::123456789012:assumed-role/${role}/${name}`;

test.each([
  { by: session('AWSServiceRoleForBatch', 'aws-batch'), registrar: 'AWS Batch' },
  { by: session('AWSBatchServiceRole'), registrar: 'AWS Batch' },
  { by: 'arn:aws-cn:sts::123456789012:assumed-role/AWSServiceRoleForBatch/x', registrar: 'AWS Batch' },
  {
    by: 'arn:aws:iam::123456789012:role/aws-service-role/batch.amazonaws.com/AWSServiceRoleForBatch',
    registrar: 'AWS Batch',
  },
  { by: 'batch.amazonaws.com', registrar: 'AWS Batch' },
  { by: 'elasticbeanstalk.amazonaws.com', registrar: 'elasticbeanstalk.amazonaws.com' },
  { by: session('aws-elasticbeanstalk-service-role'), registrar: 'AWS Elastic Beanstalk' },
  { by: session('AWSServiceRoleForSomethingOfTomorrow'), registrar: 'an AWS service' },
  // People, and what deploys for them.
  { by: session('ci-deploy', 'github-4711'), registrar: undefined },
  { by: session('cdk-hnb659fds-cfn-exec-role', 'AWSCloudFormation'), registrar: undefined },
  { by: session('AWSReservedSSO_Operator_1a2b3c4d5e6f7a8b', 'mara'), registrar: undefined },
  { by: session('AWSCodePipelineServiceRole-eu-west-1-shop'), registrar: undefined },
  { by: session('deploy', 'AWSServiceRoleForBatch'), registrar: undefined },
  { by: session('my-AWSServiceRoleForBatch'), registrar: undefined },
  { by: 'arn:aws:iam::123456789012:user/batch.amazonaws.com', registrar: undefined },
  { by: 'arn:aws:iam::123456789012:root', registrar: undefined },
  { by: '', registrar: undefined },
  { by: undefined, registrar: undefined },
])('$by is $registrar', ({ by, registrar }) => {
  expect(awsRegistrar(by)).toBe(registrar);
});

test.each([
  { family: 'AWSBatch-thumbnails', maker: 'AWS Batch' },
  { family: 'jobs_Batch_5f1c2a7b-1d2e-3f40-5a6b-7c8d9e0f1a2b', maker: 'AWS Batch' },
  { family: 'awseb-shop-prod-x7k2', maker: 'AWS Elastic Beanstalk' },
  { family: 'nightly_Batch_report', maker: undefined },
  { family: 'my-AWSBatch-copy', maker: undefined },
  { family: 'batch-nightly', maker: undefined },
])('the family $family is named by $maker', ({ family, maker }) => {
  expect(awsFamily(family)).toBe(maker);
});

const batch = session('AWSServiceRoleForBatch', 'aws-batch');

test('a family that AWS Batch registers is protected whole, for one question', async () => {
  const night = await aNight(
    anAccount().family('jobs', '1-40', { registeredBy: batch }).family('web', '1-3'),
  );
  const report = await night.prune({ keepLatest: 1, without: ['tags'] });
  expect(gone(report)).toEqual(['web:1', 'web:2']);
  const plan = report.plan === undefined ? [] : asText(report.plan);
  expect(plan.filter((line) => line.startsWith('jobs'))).toEqual([
    'jobs  1-39  keep  protected',
    'jobs  40  keep  newest, keep-latest, protected',
  ]);
  const asked = night.sandbox.calls
    .list()
    .filter(
      ({ operation, input }) =>
        operation === 'DescribeTaskDefinition' && String(input['taskDefinition']).startsWith('jobs:'),
    );
  // Beside the newest, whose definition is read for what it references.
  expect(asked.map(({ input }) => input['taskDefinition'])).toEqual(['jobs:40', 'jobs:1']);
});

test('a family in which a later question meets AWS Batch is protected whole as well, without a further question', async () => {
  const night = await aNight(
    anAccount().family('mixed', '1-20').family('mixed', '21-41', { registeredBy: batch }),
  );
  const report = await night.plan({ keepLatest: 1, without: ['tags'] });
  expect(report.plan?.going).toEqual([]);
  // Beside the newest, whose definition is read for what it references.
  expect(night.sandbox.calls.count('DescribeTaskDefinition')).toBe(1 + 2);
});

test('one that no probe met is kept by the last look', async () => {
  const night = await aNight(
    anAccount().family('web', '1-3').family('web', '4', { registeredBy: batch }).family('web', '5-8'),
  );
  // Without a minimum age nobody asks for ages.
  const report = await night.prune({ keepLatest: 1, minAgeDays: 0, without: ['tags'] });
  expect(gone(report)).toEqual(['web:1', 'web:2', 'web:3', 'web:5', 'web:6', 'web:7']);
  expect(spared(report)).toEqual(['web:4: registered by AWS Batch']);
});

test('a family that is named as AWS Batch names what it makes is protected, and its ages are not asked for', async () => {
  const night = await aNight(anAccount().family('AWSBatch-jobs', '1-9'));
  const report = await night.plan({ keepLatest: 1, without: ['tags'] });
  expect(report.plan === undefined ? [] : asText(report.plan)).toEqual([
    'AWSBatch-jobs  1-8  keep  protected',
    'AWSBatch-jobs  9  keep  newest, keep-latest, protected',
  ]);
  const asked = night.sandbox.calls.list().filter(({ operation }) => operation === 'DescribeTaskDefinition');
  expect(asked.map(({ input }) => input['taskDefinition'])).toEqual(['AWSBatch-jobs:9']);
});

test('who asks about one revision hears who registered it, whether or not that was needed for the plan', async () => {
  const { sandbox, clock } = await aNight(anAccount().family('jobs', '1-3', { registeredBy: batch }));
  const aws = connectTo(sandbox, clock, new Pacer(clock, 0.5));
  const settings = { ...defaults, without: ['tags' as const] };
  const surroundings = { aws, clock, settings, outOfTime: () => false, progress: () => undefined };
  const explained = await explainRevision({ family: 'jobs', number: 3 }, target, surroundings);
  aws.close();
  expect(explained?.verdict).toMatchObject({
    verdict: 'keep',
    reasons: [{ rule: 'newest' }, { rule: 'keep-latest' }, { says: 'registered by AWS Batch' }],
  });
});
