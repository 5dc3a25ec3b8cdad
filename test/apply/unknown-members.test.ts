// A revision with a member that the packaged SDK does not know is kept, because the product could not register it again.
import { expect, test } from 'vitest';
import { unknownMembers } from '../../shared/aws/unknown-members.ts';
import { ECSClient } from '@aws-sdk/client-ecs';
import { checkOnceMore } from '../../shared/apply/final-check.ts';
import { ACCOUNT, REGION } from '../support/account.ts';
import { policy as rules } from '../support/given.ts';
import { aNight, deregisteredNames, keepNewestThree as policy, sevenOld, skippedNames } from '../support/night.ts';

const known = {
  taskDefinitionArn: 'arn:aws:ecs:eu-west-1:123456789012:task-definition/web:1',
  family: 'web',
  revision: 1,
  registeredAt: 1764000000.123,
  containerDefinitions: [
    {
      name: 'app',
      image: 'app:1',
      dockerLabels: { anyLabel: 'is fine' },
      logConfiguration: { logDriver: 'awslogs', options: { 'awslogs-group': '/ecs/web' } },
      portMappings: [{ containerPort: 80 }],
    },
  ],
  volumes: [{ name: 'data', efsVolumeConfiguration: { fileSystemId: 'fs-1' } }],
};

test.each<{ what: string; raw: unknown; found: string[] }>([
  { what: 'known members', raw: known, found: [] },
  { what: 'no members', raw: {}, found: [] },
  { what: 'an unknown member that is null', raw: { ...known, moonPhase: null }, found: [] },
  { what: 'an unknown member', raw: { ...known, moonPhase: 'full' }, found: ['moonPhase'] },
  {
    what: 'a member with the name of an object property',
    raw: { ...known, constructor: 'x' },
    found: ['constructor'],
  },
  {
    what: 'an unknown member in a container',
    raw: { ...known, containerDefinitions: [{ name: 'app' }, { name: 'two', moonPhase: {} }] },
    found: ['containerDefinitions[1].moonPhase'],
  },
  {
    what: 'an unknown member in a volume',
    raw: { ...known, volumes: [{ efsVolumeConfiguration: { tide: 'low' } }] },
    found: ['volumes[0].efsVolumeConfiguration.tide'],
  },
  { what: 'null in a list', raw: { volumes: [null] }, found: [] },
  {
    what: 'an object where the SDK knows a map of texts',
    raw: { containerDefinitions: [{ dockerLabels: { moon: { phase: 'full' } } }] },
    found: ['containerDefinitions[0].dockerLabels.moon.phase'],
  },
  { what: 'an object where the SDK knows a text', raw: { cpu: { vcpus: 1 } }, found: ['cpu.vcpus'] },
])('finds $found in $what', ({ raw, found }) => {
  expect(unknownMembers(raw)).toEqual(found);
});

test('the final check skips a revision with an unknown member and reports the member', async () => {
  const night = await aNight(sevenOld());
  night.sandbox.faults.add({
    operation: 'DescribeTaskDefinition',
    kind: 'answer',
    when: ({ input }) => input['taskDefinition'] === 'web:4',
    change: (output) => {
      Object.assign(output['taskDefinition'] ?? {}, { moonPhase: 'full' });
    },
  });
  const report = await night.prune(policy);
  expect(deregisteredNames(report)).toEqual(['web:1', 'web:2', 'web:3', 'web:5', 'web:6', 'web:7']);
  expect(skippedNames(report)).toEqual(['web:4: this version does not know its member moonPhase']);
});

test('the final check skips a revision when the raw answer is missing', async () => {
  const { sandbox } = await aNight(sevenOld());
  const credentials = { accessKeyId: 'TEST', secretAccessKey: 'secret' };
  const unobserved = new ECSClient({ endpoint: sandbox.url, region: REGION, credentials });
  const target = { account: ACCOUNT, region: REGION, partition: 'aws' };
  const options = { policy: rules(), target, asOf: Date.now() };
  expect(await checkOnceMore(unobserved, { family: 'web', number: 1 }, options)).toEqual({
    is: 'skipped',
    reason: 'its definition could not be read as AWS sent it',
  });
  unobserved.destroy();
});
