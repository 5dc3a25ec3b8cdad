// Revisions that a source's raw answer mentions, under whatever key, even in a field that the packaged SDK does not know.
import { describe, expect, test } from 'vitest';
import { elementsOf } from '../../shared/aws/xml.ts';
import { nameOf } from '../../shared/domain/revision.ts';
import { type AccountBuilder, anAccount, revisionArn, stackArn } from '../support/account.ts';
import type { Sandbox } from '../../sandbox/server.ts';
import { aNight } from '../support/night.ts';
import { aReader, arn, asLines, readAll, readSource } from '../support/reader.ts';

const account = () => anAccount().family('web', '1-9').service('prod/web', 'web:7').task('prod', 'web:8');

/** Puts these members into every service or task that is described. */
function put(sandbox: Sandbox, operation: 'DescribeServices' | 'DescribeTasks', more: object): void {
  const member = operation === 'DescribeServices' ? 'services' : 'tasks';
  sandbox.faults.add({
    operation,
    kind: 'answer',
    change: (output) => {
      const all: unknown = output[member];
      if (Array.isArray(all)) output[member] = all.map((one: object) => ({ ...one, ...more }));
    },
  });
}

test.each([
  { field: 'a field of tomorrow', more: { shadowTaskDefinition: revisionArn('web:3') } },
  {
    field: 'a field deep in a list',
    more: { canaries: [{ steps: [{ revisions: [revisionArn('web:3')] }] }] },
  },
  {
    field: 'a field of a known member',
    more: { deploymentConfiguration: { fallback: { arn: revisionArn('web:3') } } },
  },
])('$field that holds a revision’s ARN keeps it, and says who named it', async ({ more }) => {
  const { reader, sandbox } = await aReader(account());
  put(sandbox, 'DescribeServices', more);
  const { findings, problems } = await readSource(reader, 'services');
  expect(problems).toEqual([]);
  expect(asLines(findings)).toEqual(['service/prod/web deploys web:7', 'service/prod/web mentions web:3']);
});

test('a field of a task does too', async () => {
  const { reader, sandbox } = await aReader(account());
  put(sandbox, 'DescribeTasks', { successor: revisionArn('web:4') });
  const id = `${'0'.repeat(31)}1`;
  const { findings } = await readSource(reader, 'tasks');
  expect(asLines(findings)).toEqual([`task/prod/${id} runs web:8`, `task/prod/${id} mentions web:4`]);
});

test('a reading of the whole account hears services and tasks alike', async () => {
  const { reader, sandbox } = await aReader(account());
  put(sandbox, 'DescribeServices', { shadowTaskDefinition: revisionArn('web:3') });
  put(sandbox, 'DescribeTasks', { successor: revisionArn('web:4') });
  const { readings } = await readAll(reader);
  const lines = asLines(readings.flatMap(({ findings }) => findings));
  expect(lines.filter((line) => line.includes(' mentions ')).map((line) => line.slice(-14))).toEqual([
    'mentions web:3',
    'mentions web:4',
  ]);
});

test('a field of the answer itself is attributed to the operation', async () => {
  const { reader, sandbox } = await aReader(account());
  sandbox.faults.add({
    operation: 'ListServices',
    kind: 'answer',
    change: (output) => {
      output['pinned'] = [revisionArn('web:2')];
    },
  });
  const { findings } = await readSource(reader, 'services');
  expect(asLines(findings)).toContain('ListServices mentions web:2');
});

test.each([
  { text: 'a foreign revision', value: 'arn:aws:ecs:eu-west-1:210987654321:task-definition/web:3' },
  { text: 'a family without a number', value: arn('task-definition/web') },
  { text: 'a daemon task definition', value: arn('daemon-task-definition/web:3') },
  { text: 'a service revision', value: arn('service-revision/prod/web/3') },
  { text: 'a revision that is not ACTIVE, by its short name', value: 'web:12' },
  { text: 'another family’s revision', value: 'my-web:3' },
])('$text in a raw answer references nothing', async ({ value }) => {
  const { reader, sandbox } = await aReader(account());
  put(sandbox, 'DescribeServices', { note: value, events: [{ id: '1', message: value }] });
  const { findings, problems } = await readSource(reader, 'services');
  expect(asLines(findings)).toEqual(['service/prod/web deploys web:7']);
  expect(problems).toEqual([]);
});

test('a member that has not changed is not asked again, and still references what a field that is unknown held', async () => {
  const { reader, sandbox } = await aReader(anAccount().family('web', '1-9').schedule('nightly', 'web:7'));
  sandbox.faults.add({
    operation: 'GetSchedule',
    kind: 'answer',
    change: (output) => {
      output['fallback'] = revisionArn('web:3');
    },
  });
  const first = await readSource(reader, 'schedules');
  const second = await readSource(reader, 'schedules');
  expect(sandbox.calls.count('GetSchedule')).toBe(1);
  for (const { findings } of [first, second])
    expect(asLines(findings).map((line) => line.replace(/^.*nightly /, ''))).toEqual([
      'starts web:7',
      'mentions web:3',
    ]);
});

test('what a failed reading heard until then is kept', async () => {
  const { reader, sandbox } = await aReader(account().service('prod/api', 'web:5'));
  sandbox.faults.add({ operation: 'DescribeServices', kind: 'failures', reason: 'INTERNAL' });
  const { findings, problems } = await readSource(reader, 'services');
  expect(problems).toHaveLength(1);
  expect(asLines(findings)).toEqual(['service/prod/api mentions web:5']);
});

test.each([
  { kind: 'a short name', note: 'web:3' },
  { kind: 'an ARN with text around it', note: `run ${revisionArn('web:3')}, please` },
  { kind: 'JSON in a text', note: JSON.stringify({ pinned: [{ name: 'TASK', value: 'web:3' }] }) },
  { kind: 'JSON in JSON in a text', note: JSON.stringify({ inner: JSON.stringify({ taskDef: 'web:3' }) }) },
  { kind: 'the key of an object', note: { 'web:3': 1 } },
])('$kind in a raw answer is a mention of an ACTIVE revision', async ({ note }) => {
  const { reader, sandbox } = await aReader(account());
  put(sandbox, 'DescribeServices', { note });
  const { readings } = await readAll(reader);
  expect(asLines(readings.flatMap(({ findings }) => findings))).toContain('service/prod/web mentions web:3');
});

test('neither an event’s message nor an image mentions a revision', async () => {
  const { reader, sandbox } = await aReader(account());
  put(sandbox, 'DescribeServices', {
    events: [{ id: '1', message: `(service web) has left ${revisionArn('web:3')}.` }],
    containers: [
      { image: 'web:3' },
      { name: 'API_IMAGE', value: 'web:3' },
      { image: '123456789012.dkr.ecr.eu-west-1.amazonaws.com/web:3' },
    ],
  });
  const { readings } = await readAll(reader);
  const lines = asLines(readings.flatMap(({ findings }) => findings));
  expect(lines.filter((line) => line.endsWith('web:3'))).toEqual([]);
});

test('an ARN under the key of an image is a mention all the same', async () => {
  const { reader, sandbox } = await aReader(account());
  put(sandbox, 'DescribeServices', { image: revisionArn('web:3') });
  const { readings } = await readAll(reader);
  expect(asLines(readings.flatMap(({ findings }) => findings))).toContain('service/prod/web mentions web:3');
});

describe('what the settings leave out by its ARN is not brought back by a listing in which', () => {
  const going = async (more: AccountBuilder, without: readonly string[]) => {
    const report = await (await aNight(more)).plan({ keepLatest: 1, without: [...without] });
    return report.plan?.toDeregister.map(nameOf) ?? [];
  };
  const parameter = { Parameters: [{ ParameterKey: 'Pinned', ParameterValue: 'web:3' }] };

  test('a rule has a description', async () => {
    const described = () => account().rule('r', 'web:9', { Description: 'starts web:3' });
    expect(await going(described(), [])).not.toContain('web:3');
    expect(await going(described(), ['arn:aws:events:eu-west-1:123456789012:rule/r'])).toContain('web:3');
  });

  test('a stack has a parameter', async () => {
    expect(await going(account().stack('s', {}, parameter), [])).not.toContain('web:3');
    expect(await going(account().stack('s', {}, parameter), [stackArn('s')])).toContain('web:3');
  });

  test('another one has the same, which still counts', async () => {
    const two = account().stack('r', {}, parameter).stack('s', {}, parameter);
    expect(await going(two, [stackArn('r')])).not.toContain('web:3');
  });
});

test('a stack’s parameter or output that is called an image mentions no revision', async () => {
  const stack = {
    Parameters: [{ ParameterKey: 'WebImage', ParameterValue: 'web:3' }],
    Outputs: [{ OutputKey: 'ImageTag', OutputValue: 'web:4' }],
  };
  const { reader } = await aReader(account().stack('s', {}, stack));
  const { readings } = await readAll(reader);
  const lines = asLines(readings.flatMap(({ findings }) => findings));
  expect(lines.filter((line) => /web:[34]$/.test(line))).toEqual([]);
});

test('the XML of the Query protocol is read into the members that its JSON would have', () => {
  const xml = `<?xml version="1.0"?><R xmlns="urn:x"><Stacks>
    <member><StackId>s1</StackId><Empty/><Value>{&quot;a&quot;:&quot;web:1&#10;&amp;lt;&#x1F6D2;&quot;}</Value></member>
    <member><StackId>s2</StackId><Value>a > b web:2</Value></member></Stacks></R>`;
  expect(elementsOf(xml)).toEqual({
    R: {
      Stacks: {
        member: [
          { StackId: 's1', Value: '{"a":"web:1\n&lt;🛒"}' },
          { StackId: 's2', Value: 'a > b web:2' },
        ],
      },
    },
  });
  expect(elementsOf('</a><b>1')).toEqual({});
});
