// One report for each outcome of a mail, with the name of its golden file.
import { markUndelivered } from '../../shared/report/model/build-report.ts';
import { type Report } from '../../shared/report/model/report.ts';
import { someResults, aPlan, aReference, aReport, aRevision, denied } from './reports.ts';

const shop = aPlan({
  api: {
    '1-6, 8': 'deregister',
    '9': 'referenced: service prod/api deploys it, and 3 more',
    '10-14': 'keep-latest: among the newest 5',
  },
  'batch-nightly': {
    '1-40, 44-50': 'deregister',
    '51': 'referenced: task batch/0b3d5c1e8f7a4b2c9d6e1f0a2b3c4d5e ran it',
    '52-53': 'min-age: registered since 25 October 2026',
  },
  legacy: { '1-30': 'protected: families matching legacy-*' },
  web: {
    '3': 'deregister',
    '5-140': 'deregister',
    '141-144': 'keep-latest: among the newest 5',
    '145': 'newest: the newest of its family + keep-latest: among the newest 5',
  },
});

const backlog = aPlan({
  site: { '1-150': 'deregister', '151-800': 'deferred', '801': 'newest: the newest of its family' },
  worker: { '1-150': 'deregister', '151-1500': 'deferred', '1501': 'newest: the newest of its family' },
});

const idle = aPlan({ web: { '7': 'newest: the newest of its family' } });

const unread = aPlan({ web: { '1-40': 'hold', '41': 'newest: the newest of its family' } }, [
  denied,
  { ...denied, operation: 'reading services: ListServices (cluster/staging)' },
]);

/** The state store of the deployed function: the stack's bucket, with a name from CloudFormation. */
const deployed = { where: 's3://ecs-revision-pruner-prod-statebucket-1q2w3e4r5t6y' };
const waited = {
  ...deployed,
  passes: 2,
  window: { waited: true, until: Date.UTC(2026, 10, 24, 2, 42) },
} as const;

const [first = aRevision('web:1')] = shop.toDeregister;

export const nights: Record<string, Report> = {
  ok: aReport({
    plan: shop,
    run: waited,
    results: someResults(shop, { alreadyInactive: [aRevision('web:3')] }),
  }),
  preview: aReport({
    plan: shop,
    run: { ...deployed, dryRun: true, goLive: 'deploy the stack with its parameter DryRun set to false.' },
  }),
  trend: {
    ...aReport({
      plan: backlog,
      run: { ...waited, caller: { arn: 'arn:aws:sts::123456789012:assumed-role/pruner/run', alias: 'shop-prod' } },
      results: someResults(backlog),
    }),
    trend: [
      {
        id: 'a',
        beganAt: Date.UTC(2026, 10, 22, 2, 30),
        active: 2902,
        deregistered: 300,
        waiting: 2600,
        outcome: 'OK',
      },
      {
        id: 'b',
        beganAt: Date.UTC(2026, 10, 23, 2, 30),
        active: 2602,
        deregistered: 300,
        waiting: 2300,
        outcome: 'OK',
      },
      {
        id: '6f1c0a52-98d7-4a35-8a1e-2a4d3a6b7c80',
        beganAt: Date.UTC(2026, 10, 24, 2, 30),
        active: 2302,
        deregistered: 300,
        waiting: 2000,
        outcome: 'OK',
      },
    ],
  },
  action: aReport({
    plan: shop,
    run: waited,
    results: someResults(shop, { skipped: [{ revision: first, reason: 'service prod/api references it now' }] }),
    unmatched: ['overrides[1] "legcy-*"'],
    clockAheadMs: -720_000,
  }),
  'held-midway': aReport({
    plan: shop,
    run: waited,
    results: someResults(shop, {
      notReached: shop.toDeregister.slice(99),
      deregistered: shop.toDeregister.slice(0, 99),
      stop: {
        by: 'hold',
        reason: 'the evidence expired before it could be used',
        remedy: 'Run again at a quieter time. If that does not help, raise `share`.',
      },
    }),
  }),
  'held-by-a-denied-reading': aReport({ plan: unread, run: deployed }),
  'failed-by-a-refusal': aReport({
    plan: shop,
    run: waited,
    results: someResults(shop, {
      failed: [
        {
          revision: aRevision('web:5'),
          reason: 'AWS refused it',
          answer: 'The specified task definition is in use.',
        },
      ],
    }),
  }),
  aborted: aReport({
    plan: shop,
    run: waited,
    results: someResults(shop, {
      deregistered: shop.toDeregister.slice(0, 5),
      notReached: shop.toDeregister.slice(5),
      stop: {
        by: 'abort',
        reason: 'arn:aws:ecs:eu-west-1:123456789012:service/prod/api deploys api:3, which this run deregistered',
        remedy: 'Register that revision again and update the referrer.',
      },
      lateReferences: [
        aReference('services', 'arn:aws:ecs:eu-west-1:123456789012:service/prod/api', 'deploys', 'api:3'),
      ],
    }),
  }),
  'failed-before-reading': aReport({
    plan: undefined,
    target: undefined,
    readings: [],
    failure: {
      operation: 'identifying the caller (sts:GetCallerIdentity)',
      reason: 'The security token included in the request is expired',
      remedy: 'Renew the credentials, and check them: `aws sts get-caller-identity`',
    },
  }),
  'failed-to-be-sent': markUndelivered(aReport({ plan: shop, run: waited, results: someResults(shop) }), {
    operation: 'sending the report to arn:aws:sns:eu-west-1:123456789012:reports',
    reason: 'Topic does not exist',
    remedy: 'Check that the topic exists in this Region and that sns:Publish (and its key) is allowed.',
  }),
  backlog: aReport({ plan: backlog, run: waited, results: someResults(backlog), agesUnfinished: true }),
  'time-over': aReport({
    plan: shop,
    run: { ...deployed, window: { waited: false, why: 'not durable' } },
    results: someResults(shop, {
      notReached: shop.toDeregister.slice(20),
      deregistered: shop.toDeregister.slice(0, 20),
      stop: {
        by: 'time',
        reason: 'the time of this invocation is over',
        remedy: 'The rest follows in the next run.',
      },
    }),
  }),
  'after-a-crash': aReport({
    plan: shop,
    run: {
      ...waited,
      resumed: 2,
      before: {
        id: '0d9e8f7a-1111-4222-8333-444455556666',
        beganAt: Date.UTC(2026, 10, 23, 2, 30),
        deregistered: 41,
      },
    },
    results: someResults(shop),
  }),
  'nothing-to-do': aReport({
    plan: idle,
    notes: ['minAgeDays is 0: no revision is protected by its age'],
  }),
  'no-ecs': aReport({ plan: aPlan({}), unmatched: ['families[0] "*"'] }),
};
