// Revisions that AWS services register for themselves are kept. Those that they register for users are not.
import { describe, expect, test } from 'vitest';
import { awsFamily, awsRegistrar, registrarGlob } from '../../shared/domain/registrar.ts';
import { anAccount } from '../support/account.ts';
import { Pacer } from '../../shared/aws/pacer.ts';
import { explainRevision } from '../../shared/observe/explain.ts';
import { defaults } from '../../shared/settings/parse.ts';
import { aNight, asText, connectTo, deregisteredNames, skippedNames } from '../support/night.ts';
import { target } from '../support/reader.ts';

const session = (role: string, name = 'session') => `arn:aws:sts::123456789012:assumed-role/${role}/${name}`;

test.each([
  { by: session('AWSServiceRoleForBatch', 'aws-batch'), registrar: 'AWS Batch' },
  { by: session('AWSBatchServiceRole'), registrar: 'AWS Batch' },
  { by: session('genomics-batch-service', 'aws-batch'), registrar: 'AWS Batch' },
  { by: 'arn:aws-cn:sts::123456789012:assumed-role/AWSServiceRoleForBatch/x', registrar: 'AWS Batch' },
  {
    by: 'arn:aws:iam::123456789012:role/aws-service-role/batch.amazonaws.com/AWSServiceRoleForBatch',
    registrar: 'AWS Batch',
  },
  { by: 'batch.amazonaws.com', registrar: 'AWS Batch' },
  { by: 'elasticbeanstalk.amazonaws.com', registrar: 'elasticbeanstalk.amazonaws.com' },
  { by: session('aws-elasticbeanstalk-service-role'), registrar: 'AWS Elastic Beanstalk' },
  { by: session('AWSServiceRoleForSomethingOfTomorrow'), registrar: 'an AWS service' },
  // Users, and services that deploy for them.
  { by: session('ci-deploy', 'github-4711'), registrar: undefined },
  { by: session('cdk-hnb659fds-cfn-exec-role', 'AWSCloudFormation'), registrar: undefined },
  { by: session('AWSReservedSSO_Operator_1a2b3c4d5e6f7a8b', 'mara'), registrar: undefined },
  { by: session('AWSCodePipelineServiceRole-eu-west-1-shop'), registrar: undefined },
  { by: session('deploy', 'AWSServiceRoleForBatch'), registrar: undefined },
  { by: session('aws-batch', 'deploy'), registrar: undefined },
  { by: session('deploy', 'aws-batch-of-mine'), registrar: undefined },
  { by: session('deploy', 'my-aws-batch'), registrar: undefined },
  { by: 'arn:aws:iam::123456789012:user/aws-batch', registrar: undefined },
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
])('the family $family belongs to $maker', ({ family, maker }) => {
  expect(awsFamily(family)).toBe(maker);
});

const batch = session('AWSServiceRoleForBatch', 'aws-batch');

test('protects a whole family that AWS Batch registers, with one call', async () => {
  const night = await aNight(anAccount().family('jobs', '1-40', { registeredBy: batch }).family('web', '1-3'));
  const report = await night.prune({ keepLatest: 1, without: ['tags'] });
  expect(deregisteredNames(report)).toEqual(['web:1', 'web:2']);
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

test('protects a whole family in which a later probe finds AWS Batch, without a further call', async () => {
  const night = await aNight(anAccount().family('mixed', '1-20').family('mixed', '21-41', { registeredBy: batch }));
  const report = await night.plan({ keepLatest: 1, without: ['tags'] });
  expect(report.plan?.toDeregister).toEqual([]);
  // Beside the newest, whose definition is read for what it references.
  expect(night.sandbox.calls.count('DescribeTaskDefinition')).toBe(1 + 2);
});

test('the final check keeps a revision of AWS Batch that no probe found', async () => {
  const night = await aNight(
    anAccount().family('web', '1-3').family('web', '4', { registeredBy: batch }).family('web', '5-8'),
  );
  // Without a minimum age, a run reads no ages.
  const report = await night.prune({ keepLatest: 1, minAgeDays: 0, without: ['tags'] });
  expect(deregisteredNames(report)).toEqual(['web:1', 'web:2', 'web:3', 'web:5', 'web:6', 'web:7']);
  expect(skippedNames(report)).toEqual(['web:4: registered by AWS Batch']);
});

test('protects a family with a name of AWS Batch, without reading its ages', async () => {
  const night = await aNight(anAccount().family('AWSBatch-jobs', '1-9'));
  const report = await night.plan({ keepLatest: 1, without: ['tags'] });
  expect(report.plan === undefined ? [] : asText(report.plan)).toEqual([
    'AWSBatch-jobs  1-8  keep  protected',
    'AWSBatch-jobs  9  keep  newest, keep-latest, protected',
  ]);
  const asked = night.sandbox.calls.list().filter(({ operation }) => operation === 'DescribeTaskDefinition');
  expect(asked.map(({ input }) => input['taskDefinition'])).toEqual(['AWSBatch-jobs:9']);
});

test('explain states the registrar of a revision, even where the plan does not need it', async () => {
  const { sandbox, clock } = await aNight(anAccount().family('jobs', '1-3', { registeredBy: batch }));
  const aws = connectTo(sandbox, clock, new Pacer(clock, 0.5));
  const settings = { ...defaults, without: ['tags' as const] };
  const surroundings = { aws, clock, settings, outOfTime: () => false, onReading: () => undefined };
  const explained = await explainRevision({ family: 'jobs', number: 3 }, target, surroundings);
  aws.close();
  expect(explained?.verdict).toMatchObject({
    verdict: 'keep',
    reasons: [{ rule: 'newest' }, { rule: 'keep-latest' }, { text: 'registered by AWS Batch' }],
  });
});

test.each([
  { glob: session('terraform', '*'), by: session('terraform', 'run-4711'), matches: true },
  { glob: session('terraform', '*'), by: session('terraform-ci', 'x'), matches: false },
  { glob: session('terraform', '*'), by: `x${session('terraform', 'x')}`, matches: false },
  { glob: session('terraform*', 'ci'), by: session('terraform', 'ci'), matches: true },
  { glob: session('terraform*', 'ci'), by: session('terraform-a/b', 'ci'), matches: true },
  { glob: session('terraform', 'c?'), by: session('terraform', 'ci'), matches: true },
  { glob: session('terraform', 'c?'), by: session('terraform', 'c'), matches: false },
  { glob: session('Terraform', '*'), by: session('terraform', 'x'), matches: false },
  { glob: 'arn:aws:iam::123456789012:user/[a-z]', by: 'arn:aws:iam::123456789012:user/b', matches: false },
  { glob: '*terraform', by: undefined, matches: false },
])('$by matches $glob: $matches', ({ glob, by, matches }) => {
  expect(registrarGlob(by, ['nobody', glob])).toBe(matches ? glob : undefined);
});

test('matches a glob of many stars against a long principal in time', () => {
  const glob = `${'a*'.repeat(500)}b`;
  expect(registrarGlob('a'.repeat(2_048), [glob])).toBeUndefined();
});

describe('protectRegisteredBy', () => {
  const terraform = session('terraform', 'ci');
  const protectRegisteredBy = [session('terraform', '*')];
  const account = () =>
    anAccount()
      .family('web', '1', { daysAgo: 400, registeredBy: terraform })
      .family('web', '2-12')
      .family('web', '13', { registeredBy: terraform })
      .family('web', '14-20')
      .cluster('prod');
  const settings = { keepLatest: 1, protectRegisteredBy, without: ['tags'] };

  test('keeps revisions of the principal, already in the plan', async () => {
    const report = await (await aNight(account())).plan(settings);
    expect(report.plan === undefined ? [] : asText(report.plan)).toEqual([
      'web  1  keep  protected',
      'web  2-12  deregister',
      'web  13  keep  protected',
      'web  14-19  deregister',
      'web  20  keep  newest, keep-latest',
    ]);
  });

  test('does not count protected revisions towards the cap', async () => {
    const report = await (await aNight(account())).plan({ ...settings, maxDeregistrations: 3 });
    expect(report.plan?.toDeregister.map(({ number }) => number)).toEqual([2, 3, 4]);
  });

  test('reads the registrar of a revision once, and remembers it for later nights', async () => {
    const night = await aNight(account());
    const limited = { ...settings, maxDeregistrations: 2, minAgeDays: 0 };
    const asked = () =>
      night.sandbox.calls
        .list()
        .filter(({ operation }) => operation === 'DescribeTaskDefinition')
        .map(({ input }) => input['taskDefinition']);
    expect(deregisteredNames(await night.prune(limited))).toEqual(['web:2', 'web:3']);
    expect(asked()).toEqual(['web:20', 'web:1', 'web:2', 'web:3', 'web:2', 'web:3']);
    night.sandbox.calls.clear();
    night.clock.advance(86_400_000);
    expect(deregisteredNames(await night.prune(limited))).toEqual(['web:4', 'web:5']);
    expect(asked()).toEqual(['web:4', 'web:5', 'web:4', 'web:5']);
  });

  test('is checked again before the call', async () => {
    const night = await aNight(account());
    const registrars = { operation: 'DescribeTaskDefinition', kind: 'answer' } as const;
    // The plan reads another principal.
    night.sandbox.faults.add({
      ...registrars,
      when: ({ input }) => input['taskDefinition'] === 'web:13',
      times: 1,
      change: (answer) => {
        answer['taskDefinition'] = Object.assign({}, answer['taskDefinition'], {
          registeredBy: session('ci'),
        });
      },
    });
    const report = await night.prune({ ...settings, minAgeDays: 0 });
    expect(skippedNames(report)).toEqual([`web:13: registered by ${session('terraform', '*')}`]);
    expect(deregisteredNames(report)).not.toContain('web:13');
  });

  test('holds the run when a registrar cannot be read', async () => {
    const night = await aNight(account());
    night.sandbox.faults.add({
      operation: 'DescribeTaskDefinition',
      kind: 'deny',
      when: ({ input }) => input['taskDefinition'] === 'web:7',
    });
    const report = await night.plan({ ...settings, minAgeDays: 0 });
    expect(report.plan?.hold?.problems.map(({ part }) => part)).toEqual(['registrars']);
  });

  test('reads no registrars where it is empty', async () => {
    const night = await aNight(account());
    const report = await night.plan({ keepLatest: 1, minAgeDays: 0 });
    expect(report.readings.map(({ part }) => part)).not.toContain('registrars');
  });
});
