// Services made before 2021 have an ARN without their cluster, so that two of one name in two clusters share it. Each has
// its own deployments, its own history and its own place in the report all the same.
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { verdictsOf } from '../../shared/plan/verdict.ts';
import { scopedArn } from '../../shared/domain/scoped-arn.ts';
import { anAccount, deployment } from '../support/account.ts';
import { aNight, deregisteredNames } from '../support/night.ts';
import { aReader, arn, asLines, readSource } from '../support/reader.ts';

const short = { serviceArn: arn('service/web') };

const twoOfOneName = () =>
  anAccount()
    .family('web', '1-20')
    .service('prod/web', 'web:9', short)
    .serviceDeployment('prod/web', 'web:9', { daysAgo: 40 })
    .serviceDeployment('prod/web', 'web:3', { daysAgo: 50 })
    .service('dev/web', 'web:12', short)
    .serviceDeployment('dev/web', 'web:12', { daysAgo: 41 })
    .serviceDeployment('dev/web', 'web:6', { daysAgo: 51 });

describe('two services of one name in two clusters', () => {
  test('are read apart, each with its cluster', async () => {
    const { reader } = await aReader(twoOfOneName());
    const { findings, problems, items } = await readSource(reader, 'services');
    expect({ problems, items }).toEqual({ problems: [], items: 2 });
    expect(asLines(findings)).toEqual(['service/prod/web deploys web:9', 'service/dev/web deploys web:12']);
  });

  test('each have their history read, and keep what they would roll back to', async () => {
    const { reader } = await aReader(twoOfOneName());
    const { findings, problems } = await readSource(reader, 'service-deployments');
    expect(problems).toEqual([]);
    expect(asLines(findings)).toEqual([
      'service/prod/web rolls back to web:9',
      'service/prod/web rolls back to web:3',
      'service/dev/web rolls back to web:12',
      'service/dev/web rolls back to web:6',
    ]);
  });

  test('each keep every revision from the lowest of a deployment under way', async () => {
    const account = anAccount()
      .family('web', '1-20')
      .service('prod/web', 'web:9', {
        ...short,
        deploymentConfiguration: { strategy: 'BLUE_GREEN' },
        deployments: [deployment('web:9')],
      })
      .serviceDeployment('prod/web', 'web:3', { daysAgo: 50 })
      .serviceDeployment('prod/web', 'web:9', { daysAgo: 1, status: 'IN_PROGRESS', from: ['web:3'] })
      .service('dev/web', 'web:12', short)
      .serviceDeployment('dev/web', 'web:12', { daysAgo: 40 });
    const night = await aNight(account);
    expect(deregisteredNames(await night.prune({ keepLatest: 1 }))).toEqual(['web:1', 'web:2']);
  });

  test('are different in the plan, and no run deregisters what either rolls back to', async () => {
    const night = await aNight(twoOfOneName());
    const { plan } = await night.plan({ keepLatest: 1 });
    const reasonOf = (number: number) => {
      const verdict = plan === undefined ? undefined : verdictsOf(plan)({ family: 'web', number });
      return verdict?.verdict === 'keep' ? verdict.reasons[0].text : verdict?.verdict;
    };
    expect(reasonOf(3)).toBe('service prod/web rolls back to it');
    expect(reasonOf(6)).toBe('service dev/web rolls back to it');
    expect(reasonOf(9)).toBe('service prod/web deploys it');
    expect(reasonOf(12)).toBe('service dev/web deploys it');
    const numbers = [1, 2, 4, 5, 7, 8, 10, 11, 13, 14, 15, 16, 17, 18, 19];
    expect(deregisteredNames(await night.prune({ keepLatest: 1 }))).toEqual(numbers.map((number) => `web:${number}`));
  });

  test('are what a deployment group means by cluster and name, so that no other family is held', async () => {
    const inS3 = { revisionType: 'S3' as const, s3Location: { bucket: 'b', key: 'appspec.yml' } };
    const account = twoOfOneName()
      .family('other', '1-2')
      .codeDeploy('shop/web', { service: 'prod/web', deployments: [{ revision: inS3 }] });
    const { plan } = await (await aNight(account)).plan({ keepLatest: 1 });
    expect(plan?.hold).toBeUndefined();
    expect(plan?.families.map(({ family, unresolved }) => [family, unresolved.length])).toEqual([
      ['other', 0],
      ['web', 2],
    ]);
  });

  test('a revision in an unknown field is referenced by the service that has the field', async () => {
    const { reader, sandbox } = await aReader(twoOfOneName());
    sandbox.faults.add({
      operation: 'DescribeServices',
      kind: 'answer',
      when: ({ input }) => input['cluster'] === arn('cluster/dev'),
      change: (answer) => {
        const all: unknown = answer['services'];
        const described: unknown[] = Array.isArray(all) ? all : [];
        answer['services'] = described.map((one) =>
          Object.assign({}, one, { aFieldOfTomorrow: arn('task-definition/web:1') }),
        );
      },
    });
    const { findings } = await readSource(reader, 'services');
    expect(asLines(findings)).toContain('service/dev/web mentions web:1');
  });

  test('one that is deleted while its history is read is not mistaken for the other', async () => {
    const { reader, sandbox } = await aReader(twoOfOneName());
    const remove = sandbox.before(({ operation, input }) => {
      if (operation !== 'ListServiceDeployments' || input['cluster'] !== arn('cluster/dev')) return;
      remove();
      sandbox.account.deleteService({ cluster: 'dev', service: 'web', force: true });
    });
    const { findings, problems } = await readSource(reader, 'service-deployments');
    expect(problems).toEqual([]);
    expect(asLines(findings)).toEqual([
      'service/prod/web rolls back to web:9',
      'service/prod/web rolls back to web:3',
      // What AWS says of the deleted one when it is asked for once more.
      'service/dev/web mentions web:12',
    ]);
  });
});

test('tasks with short ARNs are reported with their cluster', async () => {
  const account = anAccount()
    .task('prod', 'web:1', { taskArn: arn('task/0a') })
    .task('dev', 'web:2', { taskArn: arn('task/0b') });
  const { reader } = await aReader(account);
  const { findings, problems } = await readSource(reader, 'tasks');
  expect(problems).toEqual([]);
  expect(asLines(findings)).toEqual(['task/prod/0a runs web:1', 'task/dev/0b runs web:2']);
});

describe('the ARN with the cluster', () => {
  test.each([
    [arn('service/web'), arn('cluster/prod'), arn('service/prod/web')],
    [arn('service/prod/web'), arn('cluster/dev'), arn('service/prod/web')],
    [arn('service/web'), undefined, arn('service/web')],
    [arn('service/web'), 'prod', arn('service/web')],
    [arn('task-definition/web:1'), arn('cluster/prod'), arn('task-definition/web:1')],
    ['a service without ARN', arn('cluster/prod'), 'a service without ARN'],
  ])('of %s in %s is %s', (given, cluster, expected) => {
    expect(scopedArn(given, cluster)).toBe(expected);
  });

  test('differs wherever the cluster or the name does, and is the same when asked twice', () => {
    const name = fc.stringMatching(/^[A-Za-z0-9_-]{1,30}$/);
    fc.assert(
      fc.property(name, name, name, name, (cluster, service, otherCluster, otherService) => {
        const of = (one: string, two: string) => scopedArn(arn(`service/${two}`), arn(`cluster/${one}`));
        const isSame = cluster === otherCluster && service === otherService;
        expect(of(cluster, service) === of(otherCluster, otherService)).toBe(isSame);
        expect(scopedArn(of(cluster, service), arn(`cluster/${otherCluster}`))).toBe(of(cluster, service));
      }),
      { seed: 20261129 },
    );
  });
});
