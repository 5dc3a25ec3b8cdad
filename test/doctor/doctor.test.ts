// `pruner doctor` on accounts as they should be, on accounts that lie, and on ones that deny. Expected lines are typed by hand.
import { Ajv2020 } from 'ajv/dist/2020.js';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { StorageBucket } from '../../sandbox/s3/storage.ts';
import type { Sandbox } from '../../sandbox/server.ts';
import { anAccount, NOW, REGION, TOPIC } from '../support/account.ts';
import { document, pruner } from '../support/pruner.ts';
import { doctor, full, reading } from '../support/doctor-lines.ts';

describe('permissions', () => {
  test('each permission of the reading half has a line, and is allowed or asked about by another call', async () => {
    const { checks } = await doctor();
    const lines = new Map(checks.map(({ name, status }) => [name, status]));
    expect(reading.filter((permission) => !lines.has(permission))).toEqual([]);
    const unchecked = reading.filter((permission) => lines.get(permission) !== 'ok');
    expect(new Set(unchecked)).toEqual(new Set(['events:ListSubscribers', 'events:DescribeSubscriber']));
  });
});

describe('what ECS answers', () => {
  test('on the default sandbox account each line is ok', async () => {
    const { lineOf } = await doctor();
    const names = [
      'page size',
      'listing order',
      'growing dates',
      'known members',
      'registeredBy',
      'INACTIVE described',
    ];
    expect(names.map(lineOf)).toEqual([
      'ok: 8 of at most 100, and that is all',
      'ok: 8 revisions by family and number',
      'ok: 4 revisions of one family',
      'ok: 4 revisions of one family',
      'ok: role session',
      'ok: status INACTIVE',
    ]);
  });

  test('dates that do not grow with the number are reported', async () => {
    const account = anAccount().family('web', '1-2', { daysAgo: 10 }).family('web', '3-4', { daysAgo: 90 });
    expect((await doctor('', undefined, account)).lineOf('growing dates')).toBe('differs: 4 revisions of one family');
  });
});

describe('what is deployed', () => {
  const withBucket =
    (policy: string | undefined, isPublicAccessBlocked: boolean | undefined) =>
    ({ account }: Sandbox) => {
      const made = new StorageBucket('canary-bucket', { region: REGION, createdAt: new Date(NOW) });
      Object.assign(made, { policy, isPublicAccessBlocked });
      account.storage.add(made);
      account.topics.add(TOPIC);
      account.topics.subscriptions.set(TOPIC, { confirmed: 1, pending: 0 });
    };
  const refusing = JSON.stringify({
    Statement: [
      {
        Effect: 'Deny',
        Principal: '*',
        NotAction: 's3:GetObject*',
        Resource: 'arn:aws:s3:::canary-bucket/*',
        Condition: { ArnNotLike: { 'aws:PrincipalArn': ['arn:aws:iam::123456789012:role/canary-role'] } },
      },
      {
        Effect: 'Deny',
        Principal: '*',
        Action: 's3:GetObject*',
        Resource: 'arn:aws:s3:::canary-bucket/*/journal/*',
        Condition: { ArnNotLike: { 'aws:PrincipalArn': ['arn:aws:iam::123456789012:role/canary-role'] } },
      },
    ],
  });

  test('a stage as it should be', async () => {
    const { lineOf } = await doctor('--stage prod', withBucket(refusing, true));
    expect(['stack', 'schedule', 'topic', 'durable functions', 'state store', 'last run'].map(lineOf)).toEqual([
      'ok: CREATE_COMPLETE',
      'ok: ENABLED',
      'ok: 1 confirmed subscriptions, 0 not yet confirmed',
      'ok: the Region has them',
      'ok: 0 records of this account and Region',
      'not checked: no run has left a record',
    ]);
    expect(['state store policy', 'state store privacy'].map(lineOf)).toEqual([
      'ok: refuses others; 1 exceptions',
      'ok: public access is blocked',
    ]);
  });

  test('a state store that lets others write, read and look from outside is reported', async () => {
    const { lineOf, code } = await doctor('--stage prod', withBucket(undefined, undefined));
    expect(['state store policy', 'state store privacy'].map(lineOf)).toEqual([
      'differs: lets others write and read the journal',
      'differs: public access is not blocked',
    ]);
    expect(code).toBe(1);
  });

  test('reports a topic without a confirmed subscription', async () => {
    const { lineOf } = await doctor(`--topic ${TOPIC}`, ({ account }) => {
      account.topics.add(TOPIC);
      account.topics.subscriptions.set(TOPIC, { confirmed: 0, pending: 2 });
    });
    expect(lineOf('topic')).toBe('differs: 0 confirmed subscriptions, 2 not yet confirmed');
  });

  test('a schedule that is switched off is reported', async () => {
    const account = anAccount().schedule('ecs-revision-pruner-prod', 'web:1', { State: 'DISABLED' });
    expect((await doctor('--stage prod', undefined, account)).lineOf('schedule')).toBe('differs: DISABLED');
  });

  test('a stack of another tool is found by its name, and its schedule by the parameter Name', async () => {
    const account = anAccount()
      .schedule('platform-pruner', 'web:1', { State: 'DISABLED' })
      .stack('StackSet-pruner-1a2b', {}, { Parameters: [{ ParameterKey: 'Name', ParameterValue: 'platform-pruner' }] });
    const { lineOf } = await doctor('--stack StackSet-pruner-1a2b', undefined, account);
    expect([lineOf('stack'), lineOf('schedule')]).toEqual(['ok: CREATE_COMPLETE', 'differs: DISABLED']);
  });

  test('a stage that is not there is reported', async () => {
    const { lineOf } = await doctor('--stage nope');
    expect([lineOf('stack'), lineOf('schedule')]).toEqual([
      'differs: ValidationError',
      'differs: ResourceNotFoundException',
    ]);
  });

  test('a Region without durable functions is reported', async () => {
    const { lineOf } = await doctor('', ({ faults }) =>
      faults.add({
        operation: 'ListDurableExecutionsByFunction',
        kind: 'error',
        code: 'UnknownOperationException',
        status: 400,
      }),
    );
    expect(lineOf('durable functions')).toBe('differs: the Region does not answer for them: UnknownOperationException');
  });

  test('the last run is reported with its outcome and its age', async () => {
    const account = anAccount().family('web', '1-3').bucket('kept');
    const { sandbox } = await pruner('prune --yes --account 123456789012', { account });
    const kept = sandbox.account.storage.find('kept');
    const { lineOf } = await doctor(
      '--state s3://kept',
      (other) => {
        if (kept !== undefined) other.account.storage.add(kept);
      },
      account,
    );
    expect(lineOf('last run')).toBe('ok: run, OK, ended within the hour');
  });
});

test('its JSON fits doctor.schema.json', async () => {
  const schema: unknown = JSON.parse(
    readFileSync(new URL('../../schemas/doctor.schema.json', import.meta.url), 'utf8'),
  );
  const fits = new Ajv2020().compile(Object.fromEntries(Object.entries(schema ?? {})));
  const run = await pruner('doctor --json', { account: full() });
  expect(fits(document(run))).toBe(true);
});
