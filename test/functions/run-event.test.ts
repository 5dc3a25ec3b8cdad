// The event with which a nightly run ends, on the default bus and on the bus that the parameter FleetBusArn names.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test, vi } from 'vitest';
import * as z from 'zod';
import { runEvent } from '../../shared/report/json/run-event.ts';
import { ACCOUNT, type AccountBuilder, REGION } from '../support/account.ts';
import { deployed, type Prepare, type Stage, eightRevisions, silenceFunctions } from '../support/deployed.ts';
import { execute } from '../support/execution.ts';

const DEFAULT_BUS = `arn:aws:events:${REGION}:${ACCOUNT}:event-bus/default`;
const BUS = `arn:aws:events:${REGION}:999999999999:event-bus/fleet`;

silenceFunctions();

const mail = z.object({ email: z.string() });

async function night(account: AccountBuilder, stage: Stage = {}, prepare?: Prepare) {
  const { handler, context, sandbox, mails } = await deployed(
    'prune',
    account,
    { ...stage, env: { FLEET_BUS_ARN: BUS, ...stage.env } },
    prepare,
  );
  const { status } = await execute(handler, stage.event ?? {}, { context });
  const { received } = sandbox.account.eventBuses;
  const events = received.map(({ Detail = '' }) => runEvent.parse(JSON.parse(Detail)));
  return { status, mails, received, events, text: mails.map(({ Message }) => mail.parse(JSON.parse(Message)).email) };
}

test('a live run sends its outcome, its counts and the address of its report', async () => {
  const { received, events, mails } = await night(eightRevisions());
  expect(received).toEqual([
    {
      EventBusName: BUS,
      Source: 'ecs-revision-pruner',
      DetailType: 'Run ended',
      Detail: expect.any(String) as unknown,
    },
  ]);
  expect(events[0]).toMatchObject({
    version: 2,
    run: { id: 'id-1', dryRun: false },
    target: { account: ACCOUNT, region: REGION, partition: 'aws' },
    outcome: 'OK',
    needsAction: false,
    counts: { families: 1, active: 8, deregistered: 5, failed: 0 },
    attention: [],
    moreAttention: 0,
    trend: [{ id: 'id-1', active: 8, deregistered: 5, waiting: 0, outcome: 'OK' }],
  });
  expect(events[0]?.report).toMatch(/\/runs\/[^/]+\/report\.json$/);
  expect(mails).toHaveLength(1);
});

test('the default bus gets the same event', async () => {
  const { received } = await night(eightRevisions(), { env: { EVENT_BUS_ARN: DEFAULT_BUS } });
  expect(received.map(({ EventBusName }) => EventBusName)).toEqual([DEFAULT_BUS, BUS]);
  expect(received[0]?.Detail).toBe(received[1]?.Detail);
});

test('a bus that is given twice gets one event', async () => {
  const { received } = await night(eightRevisions(), {
    env: { EVENT_BUS_ARN: DEFAULT_BUS, FLEET_BUS_ARN: DEFAULT_BUS },
  });
  expect(received).toHaveLength(1);
});

test('the report is stored when the event with its address is sent', async () => {
  const stored: boolean[] = [];
  await night(eightRevisions(), {}, ({ account }) => {
    vi.spyOn(account.eventBuses.received, 'push').mockImplementation(({ Detail = '' }) =>
      stored.push(existsSync(runEvent.parse(JSON.parse(Detail)).report ?? '')),
    );
  });
  expect(stored).toEqual([true]);
});

test('a held run sends what the operator must do', async () => {
  const { events } = await night(eightRevisions(), {}, ({ faults }) =>
    faults.add({ operation: 'ListServices', kind: 'deny' }),
  );
  expect(events[0]).toMatchObject({ outcome: 'HELD', needsAction: true });
  expect(events[0]?.attention[0]?.remedy).toContain('Allow ecs:ListServices');
});

test('a run that failed before it read anything sends it too', async () => {
  const { status, events } = await night(eightRevisions(), { topic: 'arn:aws:sns:us-east-1:123456789012:pruner' });
  expect(status).toBe('FAILED');
  expect(events[0]).toMatchObject({ outcome: 'FAILED', counts: { active: 0 } });
});

test('an event that one bus refuses still reaches the other, and the stored report has the note', async () => {
  const { received, events } = await night(eightRevisions(), { env: { EVENT_BUS_ARN: DEFAULT_BUS } }, ({ faults }) =>
    faults.add({ operation: 'PutEvents', kind: 'deny', times: 1 }),
  );
  expect(received.map(({ EventBusName }) => EventBusName)).toEqual([BUS]);
  // A folder as state store keeps an entry for each writing of a record.
  const folder = events[0]?.report ?? '';
  const writings = readdirSync(folder).map((name) => readFileSync(`${folder}/${name}`, 'utf8'));
  expect(writings.join('\n')).toContain(`The event of this run was not sent to ${DEFAULT_BUS}`);
});

describe('a bus that refuses the event', () => {
  test.each([
    { what: 'by IAM', prepare: (({ faults }) => faults.add({ operation: 'PutEvents', kind: 'deny' })) as Prepare },
    {
      what: 'by an error',
      prepare: (({ faults }) =>
        faults.add({
          operation: 'PutEvents',
          kind: 'error',
          code: 'InternalException',
          status: 500,
          message: 'no',
        })) as Prepare,
    },
  ])('$what changes nothing but a note in the mail', async ({ prepare }) => {
    const { status, events, text } = await night(eightRevisions(), {}, prepare);
    expect(status).toBe('SUCCEEDED');
    expect(events).toEqual([]);
    expect(text).toHaveLength(1);
    const [body = ''] = text;
    expect(body.replaceAll(/\s+/g, ' ')).toContain(`The event of this run was not sent to ${BUS}`);
    expect(body).toMatch(/^5 revisions were deregistered/m);
  });
});

test('a bus in another partition gets no event, and a note in the mail says so', async () => {
  const bus = 'arn:aws-cn:events:cn-north-1:999999999999:event-bus/fleet';
  const { status, received, text } = await night(eightRevisions(), { env: { FLEET_BUS_ARN: bus } });
  expect([status, received]).toEqual(['SUCCEEDED', []]);
  expect(text.join().replaceAll(/\s+/g, ' ')).toContain(
    `The event of this run was not sent to ${bus}: give FleetBusArn a bus in partition aws.`,
  );
});

test('a bus in another Region gets the event, signed for that Region', async () => {
  const bus = BUS.replace(REGION, 'us-east-1');
  const { received } = await night(eightRevisions(), { env: { FLEET_BUS_ARN: bus } });
  expect(received.map(({ EventBusName }) => EventBusName)).toEqual([bus]);
});

test('the preview sends no event', async () => {
  const { handler, context, sandbox } = await deployed('preview', eightRevisions(), {
    env: { EVENT_BUS_ARN: DEFAULT_BUS, FLEET_BUS_ARN: BUS },
  });
  await handler({}, context(1));
  expect(sandbox.account.eventBuses.received).toEqual([]);
});
