// `./pruner permissions`: what is printed, for people, for IAM and for a script. That it is what is deployed is held by
// test/deploy/roles.test.ts.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import * as z from 'zod';
import { needs } from '../../shared/sources/permissions.ts';
import { sources } from '../../shared/sources/readers.ts';
import { document, pruner } from '../support/pruner.ts';

const policy = z.strictObject({
  Version: z.literal('2012-10-17'),
  Statement: z.array(
    z.strictObject({
      Sid: z.string(),
      Effect: z.literal('Allow'),
      Action: z.array(z.string()),
      Resource: z.array(z.string()),
      Condition: z.record(z.string(), z.record(z.string(), z.string())).optional(),
    }),
  ),
});

async function printed(args: string) {
  const { code, out, err, sandbox } = await pruner(`permissions ${args}`);
  expect({ code, err, calls: sandbox.calls.count() }).toEqual({ code: 0, err: '', calls: 0 });
  return policy.parse(JSON.parse(out)).Statement;
}

const actionsIn = async (args: string) => (await printed(args)).flatMap(({ Action }) => Action);

const folder = mkdtempSync(join(tmpdir(), 'ecs-revision-pruner-permissions-'));
const deleting = join(folder, 'pruner.yml');
writeFileSync(
  deleting,
  `deleteAfterDays: 90
search: [s3://states/prod/, ssm:/launch]
pauseParameter: /pruner/paused
changeCalendar: [freeze, 'arn:aws:ssm:eu-west-1:999999999999:document/all']
`,
);
afterAll(() => {
  rmSync(folder, { recursive: true });
});

test('only a policy to deregister knows the word', async () => {
  expect(JSON.stringify(await printed('--policy'))).not.toContain('Deregister');
  const [more = '', ...rest] = (await actionsIn('--policy --live')).filter(
    (action) => !/:(Get|List|Describe|BatchGet|Lookup)/.test(action),
  );
  expect([more, rest]).toEqual(['ecs:DeregisterTaskDefinition', []]);
});

test('only a policy to delete knows that word: where the settings say after how many days, and the stage is live', async () => {
  expect(JSON.stringify(await printed('--policy --live'))).not.toContain('Delete');
  expect(JSON.stringify(await printed(`--policy --settings ${deleting}`))).not.toContain('Delete');
  expect(await printed(`--policy --live --settings ${deleting}`)).toContainEqual({
    Sid: 'DeleteRevisions',
    Effect: 'Allow',
    Action: ['ecs:DeleteTaskDefinitions'],
    Resource: ['arn:*:ecs:*:*:task-definition/*:*'],
  });
});

test('a policy for one Region is fenced to it', async () => {
  const statements = await printed('--policy --live --region eu-west-1');
  for (const { Condition } of statements)
    expect(Condition).toEqual({ StringEquals: { 'aws:RequestedRegion': 'eu-west-1' } });
  expect(statements.flatMap(({ Resource }) => Resource)).toContain('arn:*:ecs:eu-west-1:*:task/*');
});

test('what is left out needs no permission', async () => {
  const all = await actionsIn('--policy');
  expect(all).toContain('tag:GetResources');
  expect(await actionsIn('--policy --without tags')).toEqual(all.filter((action) => action !== 'tag:GetResources'));
});

test('the policy for a plan reads a state bucket, and the one for prune also writes it', async () => {
  const s3 = (actions: readonly string[]) => actions.filter((action) => action.startsWith('s3:'));
  expect(s3(await actionsIn('--policy'))).toEqual([]);
  expect(s3(await actionsIn('--policy --state s3://kept/here'))).toEqual(['s3:GetObject', 's3:ListBucket']);
  expect(s3(await actionsIn('--policy --live --state s3://kept/here'))).toEqual([
    's3:GetObject',
    's3:ListBucket',
    's3:PutObject',
  ]);
});

test('what the settings name to be searched is listed with its ARNs, and nothing of it without', async () => {
  const searching = /Search/;
  expect(JSON.stringify(await printed('--policy'))).not.toMatch(searching);
  expect(JSON.stringify(await printed(`--policy --without search --settings ${deleting}`))).not.toMatch(searching);
  const statements = await printed(`--policy --region eu-west-1 --settings ${deleting}`);
  expect(statements.filter(({ Sid }) => searching.test(Sid))).toEqual([
    {
      Sid: 'ListSearchedBuckets',
      Effect: 'Allow',
      Action: ['s3:ListBucket'],
      Resource: ['arn:*:s3:::states'],
    },
    {
      Sid: 'ReadSearchedObjects',
      Effect: 'Allow',
      Action: ['s3:GetObject'],
      Resource: ['arn:*:s3:::states/prod/*'],
    },
    {
      Sid: 'ReadSearchedParameters',
      Effect: 'Allow',
      Action: ['ssm:GetParametersByPath'],
      Resource: ['arn:*:ssm:eu-west-1:*:parameter/launch', 'arn:*:ssm:eu-west-1:*:parameter/launch/*'],
    },
  ]);
  const { out } = await pruner(`permissions --settings ${deleting}`);
  expect(out).toContain('on arn:*:s3:::states/prod/*\n');
  expect((await pruner('permissions')).out).not.toMatch(/^ {2}search /m);
});

test('a pause parameter and change calendars are listed with their ARNs, for prune alone', async () => {
  expect(await actionsIn(`--policy --settings ${deleting}`)).not.toContain('ssm:GetParameter');
  const statements = await printed(`--policy --live --region eu-west-1 --settings ${deleting}`);
  expect(statements.filter(({ Sid }) => /Pause|Calendar/.test(Sid))).toEqual([
    {
      Sid: 'ReadPause',
      Effect: 'Allow',
      Action: ['ssm:GetParameter'],
      Resource: ['arn:*:ssm:eu-west-1:*:parameter/pruner/paused'],
    },
    {
      Sid: 'ReadCalendars',
      Effect: 'Allow',
      Action: ['ssm:GetCalendarState'],
      Resource: ['arn:*:ssm:eu-west-1:*:document/freeze', 'arn:aws:ssm:eu-west-1:999999999999:document/all'],
    },
  ]);
  expect(JSON.stringify(await printed('--policy --live'))).not.toMatch(/Pause|Calendar/);
});

test('as text every part says why, and what it needs', async () => {
  const { out } = await pruner(`permissions --without tags --settings ${deleting}`);
  const words = out.replaceAll(/\s+/g, ' ');
  for (const { name, why, permissions } of needs().filter((need) => need.name !== 'tags')) {
    expect(out).toMatch(new RegExp(`^  ${name} `, 'm'));
    expect(words).toContain(why);
    expect(words).toContain(permissions.join(', '));
  }
  expect(out).not.toMatch(/^ {2}tags /m);
  expect(words).toContain('Left out by the settings (without): tags.');
  expect(out.split('\n').filter((line) => line.length > 80)).toEqual([]);
});

test('as JSON it is the same for a script', async () => {
  const answer = document(await pruner('permissions --json'));
  expect(answer['needs']).toEqual(needs().filter(({ name, setting }) => name !== 'deleting' && setting === undefined));
  expect(needs().map(({ name }) => name)).toEqual([
    'inventory',
    'tags',
    ...sources.map(({ name }) => name),
    'alias',
    'usage',
    'ages',
    'state',
    'records',
    'pause',
    'calendar',
    'deregistering',
    'deleting',
    'reporting',
    'approving',
    'restoring',
  ]);
});

test('--policy --approve adds the two permissions that answer a run, on the executions of the nightly function', async () => {
  const statements = async (options: string) => document(await pruner(`permissions --policy ${options}`))['Statement'];
  expect(await statements('--approve --region eu-west-1')).toContainEqual({
    Sid: 'AnswerRuns',
    Effect: 'Allow',
    Action: ['lambda:SendDurableExecutionCallbackSuccess', 'lambda:SendDurableExecutionCallbackFailure'],
    Resource: ['arn:*:lambda:eu-west-1:*:function:*-nightly:*'],
  });
  expect(JSON.stringify(await statements('--live'))).not.toContain('SendDurable');
  expect((await pruner('permissions --approve')).err).toContain('--approve: needs --policy');
});

test('--live says nothing about a table', async () => {
  const { code, err } = await pruner('permissions --live');
  expect(code).toBe(2);
  expect(err).toContain('--live: needs --policy');
});
