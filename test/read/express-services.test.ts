// Express Mode services, read over HTTP: what their active configurations name beside what the services show.
import { expect, test } from 'vitest';
import { anAccount, revisionArn } from '../support/account.ts';
import { aReader, asLines, readSource } from '../support/reader.ts';

const base = () => anAccount().family('web', '1-9').service('prod/plain', 'web:1');
const express = () => base().express('prod/shop', 'web:9', 'web:9', 'web:7');

test('only Express Mode services are asked, once as long as they look the same', async () => {
  const { reader, sandbox } = await aReader(express());
  const first = asLines((await readSource(reader, 'express-services')).findings);
  expect(first).toEqual(['service/prod/shop deploys web:9', 'service/prod/shop deploys web:7']);
  expect(asLines((await readSource(reader, 'express-services')).findings)).toEqual(first);
  expect(sandbox.calls.count('DescribeExpressGatewayService')).toBe(1);
  sandbox.account.updateService({ cluster: 'prod', service: 'shop', taskDefinition: 'web:8' });
  await readSource(reader, 'express-services');
  expect(sandbox.calls.count('DescribeExpressGatewayService')).toBe(2);
});

test('an ordinary service says so, or nothing', async () => {
  const account = base().service('prod/custom', 'web:2', { resourceManagementType: 'CUSTOMER' });
  const { reader, sandbox } = await aReader(account);
  expect((await readSource(reader, 'express-services')).problems).toEqual([]);
  expect(sandbox.calls.count('DescribeExpressGatewayService')).toBe(0);
});

test('one that was deleted meanwhile is no problem; one that is there is', async () => {
  const { reader, sandbox } = await aReader(express());
  const gone = { code: 'ResourceNotFoundException', status: 400 };
  sandbox.faults.add({ operation: 'DescribeExpressGatewayService', kind: 'error', ...gone });
  expect((await readSource(reader, 'express-services')).problems[0]?.reason).toContain('exists, but AWS says');
  const remove = sandbox.after(({ operation }) => {
    if (operation !== 'DescribeServices') return;
    remove();
    sandbox.account.deleteService({ cluster: 'prod', service: 'shop', force: true });
  });
  expect((await readSource(reader, 'express-services')).problems).toEqual([]);
});

test.each([
  ['without configurations', { activeConfigurations: undefined }, 'no list of configurations'],
  [
    'with a configuration without a task definition',
    { activeConfigurations: [{}] },
    'references "", which is not a task definition',
  ],
])('an answer %s is a problem', async (_, change, said) => {
  const { reader, sandbox } = await aReader(express());
  sandbox.faults.add({
    operation: 'DescribeExpressGatewayService',
    kind: 'answer',
    change: (answer) => Object.assign(answer['service'] ?? {}, change),
  });
  expect((await readSource(reader, 'express-services')).problems[0]?.reason).toContain(said);
});

test('a kind of service that this version does not know is a problem', async () => {
  const { reader, sandbox } = await aReader(express());
  sandbox.faults.add({
    operation: 'DescribeServices',
    kind: 'answer',
    change: (output) => {
      const all: unknown = output['services'];
      if (Array.isArray(all))
        output['services'] = all.map((one: object) => ({ ...one, resourceManagementType: 'ROBOT' }));
    },
  });
  const { problems } = await readSource(reader, 'express-services');
  expect(problems[0]?.reason).toContain('resourceManagementType is ROBOT, which this version does not know');
});

test('an active configuration of another Region is nothing of ours', async () => {
  const { reader, sandbox } = await aReader(express());
  sandbox.faults.add({
    operation: 'DescribeExpressGatewayService',
    kind: 'answer',
    change: (answer) => {
      const elsewhere = revisionArn('web:7').replace('eu-west-1', 'eu-west-2');
      Object.assign(answer['service'] ?? {}, { activeConfigurations: [{ taskDefinitionArn: elsewhere }] });
    },
  });
  const { findings, problems } = await readSource(reader, 'express-services');
  expect([findings, problems]).toEqual([[], []]);
});
