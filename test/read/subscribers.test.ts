// Subscribers of custom event buses, read through Cloud Control: what they start, what they are sent, and Regions whose
// Cloud Control does not know them.
import { expect, test } from 'vitest';
import { nameOf } from '../../shared/domain/revision.ts';
import { anAccount, revisionArn } from '../support/account.ts';
import { aNight } from '../support/night.ts';

const settings = { keepLatest: 1 };
const account = (properties: object) =>
  anAccount().family('web', '1-5').cluster('prod').subscriber('nightly', properties);
const planned = async (properties: object) =>
  (await (await aNight(account(properties))).plan(settings)).plan?.toDeregister.map(nameOf);

test.each([
  {
    what: 'an ECS target',
    properties: { Target: { EcsParameters: { TaskDefinitionArn: revisionArn('web:2') } } },
  },
  { what: 'an input', properties: { Target: { Input: '{"task":"web:2"}' } } },
  { what: 'JSONata', properties: { InputTransformation: "{% { 'taskDefinition': 'web:2' } %}" } },
  { what: 'an unknown member', properties: { Tomorrow: [{ Task: 'web:2' }] } },
])('$what keeps what it references', async ({ properties }) => {
  expect(await planned(properties)).toEqual(['web:1', 'web:3', 'web:4']);
});

test('a target that computes its task definition holds the run', async () => {
  const night = await aNight(account({ Target: { EcsParameters: { TaskDefinitionArn: '{% $event.task %}' } } }));
  const report = await night.plan(settings);
  expect(report.plan?.hold?.cause).toBe('unresolved');
});

test.each(['TypeNotFoundException', 'UnsupportedActionException'])(
  'a Region that answers %s is reported once, in a note with a link, and holds nothing',
  async (code) => {
    const night = await aNight(account({ Target: { EcsParameters: { TaskDefinitionArn: revisionArn('web:2') } } }));
    night.sandbox.faults.add({
      operation: 'ListResources',
      kind: 'error',
      code,
      status: 400,
      message: 'No such type.',
    });
    const report = await night.prune(settings);
    expect(report.outcome).toBe('OK');
    expect(report.results.deregistered).toHaveLength(4);
    expect(report.notes.filter((note) => note.startsWith('Not checked:'))).toEqual([
      'Not checked: subscribers of custom event buses: Cloud Control does not know their type in this Region (https://docs.aws.amazon.com/cloudcontrolapi/latest/userguide/supported-resources.html).',
    ]);
  },
);

test.each(['AccessDeniedException', 'HandlerInternalFailureException'])('%s holds the run', async (code) => {
  const night = await aNight(account({}));
  night.sandbox.faults.add({ operation: 'ListResources', kind: 'error', code, status: 400, message: 'No.' });
  const report = await night.plan(settings);
  expect(report.plan?.hold?.problems.map(({ part }) => part)).toEqual(['subscribers']);
});

test('properties that are no JSON hold the run', async () => {
  const night = await aNight(account({}));
  night.sandbox.faults.add({
    operation: 'GetResource',
    kind: 'answer',
    change: (answer) => {
      answer['ResourceDescription'] = { Identifier: 'x', Properties: '{"Target":' };
    },
  });
  const report = await night.plan(settings);
  expect(report.plan?.hold?.problems.map(({ reason }) => reason)).toEqual([expect.stringContaining('are no JSON')]);
});
