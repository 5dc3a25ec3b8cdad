// From the account to the report: rules, schedules and pipes keep the revisions that they reference, paused or not.
import { describe, expect, test } from 'vitest';
import { printEmail } from '../../shared/report/mail/email.ts';
import { anAccount, REGION, ACCOUNT, revisionArn, ruleTarget, scheduleTarget } from '../support/account.ts';
import { aNight, asText, duringDeregistration, deregisteredNames, keepNewestThree } from '../support/night.ts';

const schedule = (name: string) => `arn:aws:scheduler:${REGION}:${ACCOUNT}:schedule/default/${name}`;
const family = () => anAccount().family('web', '1-10');
const keepsSeven = [
  'web  1-6  deregister',
  'web  7  keep  referenced',
  'web  8-9  keep  keep-latest',
  'web  10  keep  newest, keep-latest',
];

describe('what it references stays', () => {
  test.each([
    { who: 'a paused schedule', account: () => family().schedule('s', 'web:7', { State: 'DISABLED' }) },
    {
      who: 'a schedule whose time was yesterday',
      account: () => family().schedule('s', 'web:7', { ScheduleExpression: 'at(2026-11-23T02:30:00)' }),
    },
    {
      who: 'a disabled rule on a bus of its own',
      account: () => family().rule('r', 'web:7', { State: 'DISABLED', EventBusName: 'orders' }),
    },
    { who: 'a stopped pipe', account: () => family().pipe('p', 'web:7', { DesiredState: 'STOPPED' }) },
    {
      who: 'an ARN in what a rule sends to a queue',
      account: () =>
        family().rule('r', '', {
          Targets: [ruleTarget({ Arn: 'arn:aws:sqs:x', Input: `{"run":"${revisionArn('web:7')}"}` })],
        }),
    },
  ])('$who', async ({ account }) => {
    const night = await aNight(account());
    const planned = await night.plan(keepNewestThree);
    expect(asText(planned.plan)).toEqual(keepsSeven);
    const done = await night.prune(keepNewestThree);
    expect({ outcome: done.outcome, gone: deregisteredNames(done) }).toEqual({
      outcome: 'OK',
      gone: ['web:1', 'web:2', 'web:3', 'web:4', 'web:5', 'web:6'],
    });
  });
});

test('a rule that sends notifications about stopped tasks holds nothing', async () => {
  const night = await aNight(
    family().rule('tell', '', {
      Targets: [
        ruleTarget({
          Arn: 'arn:aws:sns:x',
          InputTransformer: {
            InputPathsMap: { taskDefinition: '$.detail.taskDefinitionArn' },
            InputTemplate: '{"taskDefinition":"<taskDefinition>"}',
          },
        }),
      ],
    }),
  );
  expect(deregisteredNames(await night.prune(keepNewestThree))).toHaveLength(7);
});

test('a schedule that calls ECS with what is no JSON holds the run, until the settings leave it out', async () => {
  const Target = scheduleTarget({ Arn: 'arn:aws:scheduler:::aws-sdk:ecs:runTask', Input: 'web' });
  const night = await aNight(family().schedule('odd', '', { Target }).schedule('s', 'web:7'));
  const held = await night.prune(keepNewestThree);
  expect({ outcome: held.outcome, gone: deregisteredNames(held) }).toEqual({ outcome: 'HELD', gone: [] });
  expect(held.plan?.hold?.problems[0]?.remedy).toContain(`without: [${schedule('odd')}]`);

  const left = await night.prune({ ...keepNewestThree, without: [schedule('odd')] });
  expect(deregisteredNames(left)).toHaveLength(6);
  expect(left.unread.map(({ name }) => name)).toContain(schedule('odd'));
});

test('one that computes a part of its family holds those families only', async () => {
  const Input = '{"taskDefinition":"web-<aws.scheduler.execution-id>"}';
  const Target = scheduleTarget({ Arn: 'arn:aws:scheduler:::aws-sdk:ecs:runTask', Input });
  const night = await aNight(family().family('web-admin', '1-4').schedule('odd', '', { Target }));
  const report = await night.prune(keepNewestThree);
  expect(deregisteredNames(report)).toEqual(['web:1', 'web:2', 'web:3', 'web:4', 'web:5', 'web:6', 'web:7']);
});

test('a schedule that is left on an INACTIVE revision is in the report, with the time at which it fails', async () => {
  const night = await aNight(
    anAccount().family('web', '2-10').family('web', '1', { status: 'INACTIVE' }).schedule('s', 'web:1'),
  );
  const { actionItems } = await night.plan(keepNewestThree);
  expect(actionItems[0]?.problem).toBe(
    'schedule default/s starts web:1, which is INACTIVE: the next start fails, on 24 November 2026, 03:00 UTC',
  );
  expect(actionItems[0]?.remedy).toContain('aws scheduler update-schedule');
});

test('every mail lists a source that was not read, with a remedy', async () => {
  const { body } = printEmail(await (await aNight(family())).plan(keepNewestThree));
  const said = body.replaceAll(/\s+/g, ' ');
  expect(said).toContain('Turned off by the settings (usedWithinDays: 0): usage.');
  expect(said).toContain('A revision that only these reference is not protected: tag it, or protect its family.');
});

describe('an account that moves', () => {
  /** A schedule of this name that starts this revision, as Scheduler would be told. */
  const daily = (Name: string, revision: string) => ({
    Name,
    ScheduleExpression: 'rate(1 day)',
    FlexibleTimeWindow: { Mode: 'OFF' as const },
    Target: {
      Arn: `arn:aws:ecs:${REGION}:${ACCOUNT}:cluster/prod`,
      RoleArn: `arn:aws:iam::${ACCOUNT}:role/start`,
      EcsParameters: { TaskDefinitionArn: revisionArn(revision) },
    },
  });

  test('a schedule that is created just before schedules are read keeps its revision', async () => {
    const night = await aNight(family());
    const remove = night.sandbox.before(({ operation }) => {
      if (operation !== 'ListSchedules') return;
      remove();
      night.sandbox.account.schedules.create(daily('s', 'web:7'));
    });
    expect(deregisteredNames(await night.prune(keepNewestThree))).toHaveLength(6);
  });

  test('what moves from a rule to a schedule while both are read is found by the second reading', async () => {
    const night = await aNight(family().rule('r', 'web:4'));
    const { account } = night.sandbox;
    const remove = night.sandbox.after(({ operation }) => {
      if (operation !== 'ListSchedules') return;
      remove();
      account.schedules.create(daily('r', 'web:4'));
      account.rules.targetsOf(account.rules.named({ Name: 'r' })).clear();
      account.rules.delete({ Name: 'r' });
    });
    const report = await night.prune(keepNewestThree);
    expect({ outcome: report.outcome, gone: deregisteredNames(report) }).toEqual({
      outcome: 'OK',
      gone: ['web:1', 'web:2', 'web:3', 'web:5', 'web:6', 'web:7'],
    });
  });

  test('one that moves to an older revision after five minutes of writing is seen, and keeps it', async () => {
    const night = await aNight(family().schedule('s', 'web:9'));
    duringDeregistration(night, 2, () => {
      night.clock.advance(301_000);
      night.sandbox.account.schedules.update(daily('s', 'web:4'));
    });
    expect(deregisteredNames(await night.prune(keepNewestThree))).toEqual([
      'web:1',
      'web:2',
      'web:3',
      'web:5',
      'web:6',
      'web:7',
    ]);
  });

  test('a schedule that starts a revision just after its deregistration is in the report', async () => {
    const night = await aNight(family());
    duringDeregistration(night, 5, () => {
      night.sandbox.account.schedules.create(daily('late', 'web:2'));
    });
    const report = await night.prune(keepNewestThree);
    expect(report.outcome).toBe('ACTION');
    expect(report.actionItems[0]?.problem).toContain('deregistered web:2');
    expect(report.actionItems[0]?.problem).toContain(
      'schedule default/late starts it: the next start fails, on 25 November 2026, 02:30 UTC',
    );
  });
});
