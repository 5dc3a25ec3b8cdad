// One small account for each source, in which the source uses every call that it declares. The contract tests and the
// fault tests use them. A source without its specimen does not compile.
import type { SourceName } from '../../shared/sources/catalogue.ts';
import { ACCOUNT, REGION, anAccount, revisionArn } from './account.ts';
import type { Specimen } from './specimen.ts';
import { starterSpecimens } from './starter-specimens.ts';

export const specimens: Readonly<Record<SourceName, Specimen>> = {
  ...starterSpecimens,
  services: {
    account: () =>
      anAccount()
        .family('web', '1-9')
        .service('prod/web', 'web:7')
        .service('prod/api', 'web:6')
        .service('dev/web', 'web:5'),
    names: ['service/dev/web deploys web:5', 'service/prod/api deploys web:6', 'service/prod/web deploys web:7'],
    rare: ['DescribeClusters'],
  },
  'service-deployments': {
    account: () =>
      anAccount()
        .family('web', '1-9')
        .service('prod/web', 'web:9')
        .serviceDeployment('prod/web', 'web:9', { status: 'IN_PROGRESS', from: ['web:8'], daysAgo: 0 })
        .serviceDeployment('prod/web', 'web:8', { daysAgo: 5 })
        .serviceDeployment('prod/web', 'web:7', {
          daysAgo: 40,
          status: 'ROLLBACK_SUCCESSFUL',
          backTo: 'web:6',
        })
        .service('prod/api', 'web:5')
        .serviceDeployment('prod/api', 'web:5', { daysAgo: 50 })
        .serviceDeployment('prod/api', 'web:4', { daysAgo: 60 }),
    names: [
      'service/prod/api rolls back to web:4',
      'service/prod/api rolls back to web:5',
      'service/prod/web deploys web:9',
      'service/prod/web in flight from web:8',
      'service/prod/web rolls back to web:6',
      'service/prod/web rolls back to web:8',
      'service/prod/web used web:8',
      'service/prod/web used web:9',
    ],
    rare: ['ListServices', 'DescribeServices', 'ListClusters', 'DescribeClusters'],
  },
  'express-services': {
    account: () =>
      anAccount()
        .family('web', '1-9')
        .express('prod/web', 'web:9', 'web:9', 'web:7')
        .express('prod/api', 'web:5', 'web:5'),
    names: ['service/prod/api deploys web:5', 'service/prod/web deploys web:7', 'service/prod/web deploys web:9'],
    rare: ['ListServices', 'DescribeServices', 'ListClusters', 'DescribeClusters'],
  },
  tasks: {
    account: () => anAccount().family('web', '1-9').task('prod', 'web:4').task('prod', 'web:3').task('dev', 'web:2'),
    names: [
      'task/dev/00000000000000000000000000000003 runs web:2',
      'task/prod/00000000000000000000000000000001 runs web:4',
      'task/prod/00000000000000000000000000000002 runs web:3',
    ],
    rare: ['DescribeClusters'],
  },
  definitions: {
    account: () =>
      anAccount()
        .family('api', '1-3', { environment: { WORKER: revisionArn('web:2') } })
        .family('cron', '1-2', { environment: { JOB: revisionArn('web:7'), QUEUE: 'jobs' } })
        .family('web', '1-9', { environment: { NEXT: revisionArn('web:4') } })
        .service('prod/api', 'api:3'),
    names: [
      `${ecs('task-definition/api:3')} mentions web:2`,
      `${ecs('task-definition/cron:2')} mentions web:7`,
      ...['2', '7', '9'].map((number) => `${ecs(`task-definition/web:${number}`)} mentions web:4`),
    ].map((line) => line.replace(ecs(''), '')),
    rare: ['ListTaskDefinitions'],
  },
};

/** The specimen of a part, if it is a source. */
export function specimenOf(part: string): Specimen | undefined {
  return new Map<string, Specimen>(Object.entries(specimens)).get(part);
}

function ecs(resource: string): string {
  return `arn:aws:ecs:${REGION}:${ACCOUNT}:${resource}`;
}
