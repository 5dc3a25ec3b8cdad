// Tests the update of a stack that an earlier version deployed: resources with data stay.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { fixedOf } from './specification.ts';
import { plain, stackOf, type Template } from './stack.ts';

const recorded = z.record(z.string(), z.object({ type: z.string(), fixed: z.record(z.string(), z.unknown()) }));
const was = recorded.parse(JSON.parse(readFileSync(new URL('version-0.1.0.json', import.meta.url), 'utf8')));
const durable = stackOf({ Email: 'platform@example.com' });
const ordinary = stackOf({ Email: 'platform@example.com', Durable: 'false' });

/** CloudFormation creates another resource where a property changes that cannot be changed. */
function fate(template: Template, id: string): 'stays' | 'is replaced' | 'is deleted' {
  const now = template.Resources[id];
  if (now === undefined) return 'is deleted';
  const same = { type: now.Type, fixed: plain(fixedOf(now)) };
  return JSON.stringify(same) === JSON.stringify(was[id]) ? 'stays' : 'is replaced';
}

describe('an update of a stack that the first version deployed', () => {
  // The framework's own bucket is in the stack of a stage: deployment.test.ts.
  const ids = Object.keys(was).filter((id) => !id.startsWith('ServerlessDeploymentBucket'));
  const changes = (template: Template): Record<string, string> =>
    Object.fromEntries(ids.map((id) => [id, fate(template, id)] as const).filter(([, one]) => one !== 'stays'));
  // Roles have a path since.
  const roles = { PreviewRole: 'is replaced', PruneRole: 'is replaced', ScheduleRole: 'is replaced' };

  test('replaces the roles, creates the durable function under a new id and a new name, and deletes the old one', () => {
    expect(changes(durable)).toEqual({
      ...roles,
      PruneLambdaEvConf: 'is deleted',
      PruneLambdaFunction: 'is deleted',
    });
    expect(was).not.toHaveProperty('NightlyLambdaFunction');
  });

  test('replaces the roles alone with Durable false', () => {
    expect(changes(ordinary)).toEqual(roles);
  });

  test.each(['StateBucket', 'ReportTopic', 'ReportKey', 'ReportMail', 'PruneLogGroup', 'DeadLetters'])(
    'keeps %s, which has content that cannot be recreated',
    (id) => {
      expect([fate(durable, id), fate(ordinary, id)]).toEqual(['stays', 'stays']);
    },
  );
});

describe('changing a parameter', () => {
  const data = ['StateBucket', 'StateBucketPolicy', 'PruneLogGroup', 'PreviewLogGroup', 'DeadLetters', 'FailedRuns'];
  const fixed = (template: Template, id: string) => {
    const resource = template.Resources[id];
    return resource && { type: resource.Type, fixed: plain(fixedOf(resource)) };
  };

  test.each([
    { DryRun: 'false' },
    { Durable: 'false' },
    { ExistingTopicArn: 'arn:aws:sns:eu-west-1:123456789012:platform' },
    { KmsKeyArn: 'arn:aws:kms:eu-west-1:123456789012:key/11111111-2222-4333-8444-555555555555' },
    { RolePath: '/platform/' },
    { SubnetIds: 'subnet-0a1b2c3d', SecurityGroupIds: 'sg-0a1b2c3d' },
    { Settings: 'keepLatest: 3' },
  ])('to %o keeps the state store, the logs and the queues', (parameters) => {
    const changed = stackOf({ Email: 'platform@example.com', ...parameters });
    for (const id of data) expect(fixed(changed, id)).toEqual(fixed(durable, id));
  });
});

test('removing the stack leaves the state store with its policy, and nothing else', () => {
  const left = Object.entries(durable.Resources).filter(([, { DeletionPolicy }]) => DeletionPolicy !== undefined);
  expect(left.map(([id, { DeletionPolicy }]) => [id, DeletionPolicy])).toEqual([
    ['StateBucket', 'RetainExceptOnCreate'],
    ['StateBucketPolicy', 'RetainExceptOnCreate'],
  ]);
});
