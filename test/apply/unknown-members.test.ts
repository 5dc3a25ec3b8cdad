// A revision that holds what the packaged SDK does not know is kept, because nobody here could put it back as it was.
import { expect, test } from 'vitest';
import { unknownMembers } from '../../shared/aws/unknown-members.ts';
import { ECSClient } from '@aws-sdk/client-ecs';
import { checkOnceMore } from '../../shared/apply/final-check.ts';
import { ACCOUNT, REGION } from '../support/account.ts';
import { policy as rules } from '../support/given.ts';
import { aNight, gone, newestThree as policy, sevenOld, spared } from '../support/night.ts';

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
  { what: 'what the SDK knows', raw: known, found: [] },
  { what: 'nothing', raw: {}, found: [] },
  { what: 'a member that is nought', raw: { ...known, moonPhase: null }, found: [] },
  { what: 'a member of tomorrow', raw: { ...known, moonPhase: 'full' }, found: ['moonPhase'] },
  {
    what: 'a member whose name every object has',
    raw: { ...known, constructor: 'x' },
    found: ['constructor'],
  },
  {
    what: 'one in a container',
    raw: { ...known, containerDefinitions: [{ name: 'app' }, { name: 'two', moonPhase: {} }] },
    found: ['containerDefinitions[1].moonPhase'],
  },
  {
    what: 'one in a volume',
    raw: { ...known, volumes: [{ efsVolumeConfiguration: { tide: 'low' } }] },
    found: ['volumes[0].efsVolumeConfiguration.tide'],
  },
  { what: 'nothing in a list', raw: { volumes: [null] }, found: [] },
  {
    what: 'an object where the SDK knows a map of texts',
    raw: { containerDefinitions: [{ dockerLabels: { moon: { phase: 'full' } } }] },
    found: ['containerDefinitions[0].dockerLabels.moon.phase'],
  },
  { what: 'an object where the SDK knows a text', raw: { cpu: { vcpus: 1 } }, found: ['cpu.vcpus'] },
])('$what: $found', ({ raw, found }) => {
  expect(unknownMembers(raw)).toEqual(found);
});

test('the last look keeps it, and says which member it is', async () => {
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
  expect(gone(report)).toEqual(['web:1', 'web:2', 'web:3', 'web:5', 'web:6', 'web:7']);
  expect(spared(report)).toEqual(['web:4: this version does not know its member moonPhase']);
});

test('an answer that nobody has heard as it came lets nothing go', async () => {
  const { sandbox } = await aNight(sevenOld());
  const credentials = { accessKeyId: 'TEST', secretAccessKey: 'secret' };
  const deaf = new ECSClient({ endpoint: sandbox.url, region: REGION, credentials });
  const target = { account: ACCOUNT, region: REGION, partition: 'aws' };
  const options = { policy: rules(), target, asOf: Date.now() };
  expect(await checkOnceMore(deaf, { family: 'web', number: 1 }, options)).toEqual({
    is: 'skipped',
    reason: 'its definition could not be read as AWS sent it',
  });
  deaf.destroy();
});
