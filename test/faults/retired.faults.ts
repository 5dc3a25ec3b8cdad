// Complete runs with retireFamiliesAfterDays: the retired families, the order, and the checks between plan and call.
import { describe, expect, test } from 'vitest';
import { printEmail } from '../../shared/report/mail/email.ts';
import { toReportDocument } from '../../shared/report/json/report.ts';
import { printPlan, printProposal } from '../../shared/report/terminal/plan.ts';
import { printTerminal } from '../../shared/report/terminal/terminal.ts';
import { nameOf } from '../../shared/domain/revision.ts';
import { anAccount, revisionArn } from '../support/account.ts';
import { runRestore } from '../restore/run-restore.ts';
import { aNight, duringDeregistration, deregisteredNames, type Night, skippedNames } from '../support/night.ts';

const settings = { retireFamiliesAfterDays: 90, keepLatest: 5, writeShare: 1 };
const screen = { width: 80, color: false };

/** `dead` has three old revisions and no use; `web` runs. */
function aDeadFamily() {
  return anAccount().cluster('prod').family('dead', '1-3').family('web', '1-3').service('prod/web', 'web:3');
}

test('retires a family in one run, oldest revision first', async () => {
  const night = await aNight(aDeadFamily());
  const planned = await night.plan(settings);
  expect(planned.plan?.toDeregister.map(({ family, number }) => `${family}:${number}`)).toEqual([
    'dead:1',
    'dead:2',
    'dead:3',
  ]);
  const line =
    /retired:\s+1\s+family\s+without\s+references,\s+use\s+or\s+registrations\s+since\s+\d+\s+\w+\s+2026:\s+dead/;
  expect(printPlan(planned, screen)).toMatch(/Would be retired/);
  expect(printPlan(planned, screen)).toMatch(line);
  expect(printProposal(planned, screen)).toMatch(line);
  expect(toReportDocument(planned).retired?.families).toEqual(['dead']);
  const report = await night.prune(settings);
  expect(deregisteredNames(report)).toEqual(['dead:1', 'dead:2', 'dead:3']);
  expect(report.outcome).toBe('OK');
  expect(printEmail(report).body).toMatch(/\nRetired: 1 family without\s+references/);
  expect(toReportDocument(report).retired?.families).toEqual(['dead']);
});

test('reads the age of the newest revision once for each family, and not for a family in use', async () => {
  const night = await aNight(
    anAccount().cluster('prod').family('a', '1').family('b', '1-9').family('web', '1').service('prod/web', 'web:1'),
  );
  const report = await night.plan({ ...settings, without: ['definitions'] });
  expect(report.plan?.toDeregister).toHaveLength(10);
  expect(night.sandbox.calls.count('DescribeTaskDefinition')).toBe(2);
});

test('reads no more ages once the cap is full', async () => {
  const account = anAccount().cluster('prod');
  for (const name of 'abcdefgh') account.family(name, '1-2');
  const night = await aNight(account);
  const report = await night.plan({ ...settings, without: ['definitions'], maxDeregistrations: 4 });
  expect(night.sandbox.calls.count('DescribeTaskDefinition')).toBe(2);
  expect(report.plan?.toDeregister.map(({ family, number }) => `${family}:${number}`)).toEqual([
    'a:1',
    'b:1',
    'a:2',
    'b:2',
  ]);
  expect(report.backlog.atLeast).toBe(true);
});

test('retires no family with 0 days and reports nothing about it', async () => {
  const night = await aNight(aDeadFamily());
  const report = await night.plan({ keepLatest: 5 });
  expect(report.plan?.toDeregister).toEqual([]);
  expect(toReportDocument(report)).not.toHaveProperty('retired');
  expect(printTerminal(report, screen)).not.toContain('etired');
});

test('reports the first possible date while the usage history is too short', async () => {
  const night = await aNight(aDeadFamily());
  const report = await night.prune({ ...settings, retireFamiliesAfterDays: 120 });
  expect(deregisteredNames(report)).toEqual([]);
  expect(report.notes.join()).toMatch(/No family is retired before \d+ \w+ 20\d\d: usage is known since/);
});

test('reports that no family is retired without usage', async () => {
  const night = await aNight(aDeadFamily());
  const report = await night.plan({ ...settings, without: ['usage'] });
  expect(report.plan?.toDeregister).toEqual([]);
  expect(report.notes.join()).toContain('No family is retired, since the settings leave out usage');
});

describe('a text with a floating reference to a family', () => {
  test.each([
    { what: 'the whole value of a variable', value: 'dead', keeps: true },
    { what: 'an ARN', value: `x ${revisionArn('dead')}!`, keeps: true },
    {
      what: 'an option of a command',
      value: 'aws ecs run-task --task-definition dead --cluster prod',
      keeps: true,
    },
    { what: 'JSON', value: '{"job":"dead"}', keeps: true },
    { what: 'a host with the name of the family', value: 'https://dead.example.com/dead/', keeps: false },
    { what: 'another family with the same prefix', value: `${revisionArn('dead')}-2`, keeps: false },
  ])('keeps the family when the text is $what: $keeps', async ({ value, keeps }) => {
    const launcher = anAccount()
      .cluster('prod')
      .family('dead', '1')
      .family('web', '1', { environment: { JOB: value } })
      .service('prod/web', 'web:1');
    const dispatcher = anAccount().cluster('prod').family('dead', '1').lambda('dispatch', { JOB: value });
    for (const account of [launcher, dispatcher]) {
      const report = await (await aNight(account)).plan(settings);
      expect(report.plan?.toDeregister).toEqual(keeps ? [] : [{ family: 'dead', number: 1 }]);
    }
  });

  test('does not keep the family when the text is its own definition', async () => {
    const night = await aNight(
      anAccount()
        .cluster('prod')
        .family('dead', '1', { environment: { NAME: 'dead' } }),
    );
    expect((await night.plan(settings)).plan?.toDeregister).toHaveLength(1);
  });
});

describe('during the retirement of a family', () => {
  const not = 'its family is not retired any more';

  async function meanwhile(n: number, change: (night: Night) => void, more = {}) {
    const night = await aNight(aDeadFamily());
    duringDeregistration(night, n, () => change(night));
    return { night, report: await night.prune({ ...settings, ...more }) };
  }

  test('a registration keeps the remaining revisions', async () => {
    const { report } = await meanwhile(1, (night) => night.sandbox.account.registerTaskDefinition('dead'));
    expect(deregisteredNames(report)).toEqual(['dead:1']);
    expect(skippedNames(report)).toEqual([
      `dead:2: ${not}: dead:4 was registered meanwhile`,
      `dead:3: ${not}: dead:4 was registered meanwhile`,
    ]);
  });

  test('a registration just before the last deregistration keeps the newest revision', async () => {
    const { report } = await meanwhile(2, (night) => night.sandbox.account.registerTaskDefinition('dead'));
    expect(deregisteredNames(report)).toEqual(['dead:1', 'dead:2']);
    expect(skippedNames(report)).toEqual([`dead:3: ${not}: dead:4 was registered meanwhile`]);
  });

  test.each(['dead', 'dead:1', 'dead:3'])(
    'a reference to %s after the first reading keeps the whole family',
    async (name) => {
      const night = await aNight(aDeadFamily());
      const remove = night.sandbox.before(({ operation }) => {
        if (operation !== 'ListTasks') return;
        remove();
        schedule(night, revisionArn(name));
      });
      const report = await night.prune(settings);
      expect(report.plan?.toDeregister).toHaveLength(3);
      expect(deregisteredNames(report)).toEqual([]);
      const says = `${not}: schedule default/nightly references it`;
      expect(skippedNames(report)).toEqual([`dead:1: ${says}`, `dead:2: ${says}`, `dead:3: ${says}`]);
    },
  );

  test('a floating reference after the last deregistration is a late reference', async () => {
    const { report } = await meanwhile(3, (night) => schedule(night, revisionArn('dead')));
    expect(deregisteredNames(report)).toEqual(['dead:1', 'dead:2', 'dead:3']);
    expect(report.results.lateReferences.map(({ target }) => target)).toEqual([
      { kind: 'revision', family: 'dead', number: 3 },
    ]);
    expect(report.outcome).toBe('ACTION');
  });

  test('a tag keeps its revision, and the rest of the family is deregistered', async () => {
    const { report } = await meanwhile(1, (night) =>
      night.sandbox.account.tagTaskDefinition('dead:2', { 'ecs-revision-pruner:keep': '' }),
    );
    expect(deregisteredNames(report)).toEqual(['dead:1', 'dead:3']);
    expect(skippedNames(report)).toEqual(['dead:2: tagged ecs-revision-pruner:keep']);
  });

  test('a revision that is younger than the days is kept', async () => {
    const { report } = await meanwhile(1, (night) =>
      night.sandbox.faults.add({
        operation: 'DescribeTaskDefinition',
        kind: 'answer',
        change: (output) => {
          const { taskDefinition } = output;
          if (typeof taskDefinition === 'object' && taskDefinition !== null && 'revision' in taskDefinition)
            Object.assign(taskDefinition, { registeredAt: Date.parse('2026-10-01T00:00:00Z') / 1000 });
        },
      }),
    );
    expect(deregisteredNames(report)).toEqual(['dead:1']);
    expect(skippedNames(report)).toEqual([
      'dead:2: registered since 26 August 2026',
      'dead:3: registered since 26 August 2026',
    ]);
  });

  test('a deregistration of the newest revision by another caller keeps the remaining revisions', async () => {
    const { report } = await meanwhile(1, (night) => night.sandbox.account.deregister('dead:3'));
    expect(deregisteredNames(report)).toEqual(['dead:1']);
    expect(skippedNames(report)).toEqual(["dead:2: its family's list is not that of the plan: dead:3 is not in it"]);
    expect(report.results.alreadyInactive).toEqual([{ family: 'dead', number: 3 }]);
  });

  test('a list that is not sorted newest first keeps every revision', async () => {
    const night = await aNight(aDeadFamily());
    const listed = ['dead:3', 'dead:1', 'dead:2'].map(revisionArn);
    duringDeregistration(night, 1, () =>
      night.sandbox.faults.add({
        operation: 'ListTaskDefinitions',
        kind: 'answer',
        change: (output) => {
          output['taskDefinitionArns'] = listed;
        },
      }),
    );
    const report = await night.prune(settings);
    expect(deregisteredNames(report)).toEqual(['dead:1']);
    expect(skippedNames(report)).toHaveLength(2);
  });
});

test('a recent registration that another caller deregistered keeps the family', async () => {
  const account = aDeadFamily().family('dead', '4', { daysAgo: 30, status: 'INACTIVE' });
  const night = await aNight(account);
  const report = await night.prune(settings);
  expect(deregisteredNames(report)).toEqual([]);
  expect(skippedNames(report)[0]).toBe(
    'dead:1: its family is not retired any more: dead:4 was registered since 26 August 2026',
  );
});

test('an old registration that another caller deregistered does not keep the family', async () => {
  const night = await aNight(aDeadFamily().family('dead', '4', { daysAgo: 91, status: 'INACTIVE' }));
  expect(deregisteredNames(await night.prune(settings))).toEqual(['dead:1', 'dead:2', 'dead:3']);
});

test('restore registers a retired family again from the journal', async () => {
  const night = await aNight(aDeadFamily());
  await night.prune(settings);
  const outcome = await runRestore(night, 'dead:3');
  expect(outcome.results).toMatchObject([{ became: 'restored', as: 4, differences: [] }]);
  // A family with a new registration is not retired.
  expect(deregisteredNames(await night.prune(settings))).toEqual([]);
});

test('the revisions of a retired family are deleted like any others', async () => {
  const night = await aNight(aDeadFamily());
  await night.prune(settings);
  night.clock.advance(31 * 86_400_000);
  const report = await night.prune({ ...settings, deleteAfterDays: 30 });
  expect(report.deletions?.deleted.map(nameOf)).toEqual(['dead:1', 'dead:2', 'dead:3']);
});

test('a floating reference blocks the deletion of a retired family', async () => {
  const night = await aNight(aDeadFamily());
  await night.prune(settings);
  night.clock.advance(31 * 86_400_000);
  schedule(night, revisionArn('dead'));
  const report = await night.prune({ ...settings, deleteAfterDays: 30 });
  expect(report.deletions?.deleted).toEqual([]);
});

/** Starts it each day. */
function schedule(night: Night, taskDefinition: string): void {
  night.sandbox.account.schedules.create({
    Name: 'nightly',
    ScheduleExpression: 'rate(1 day)',
    FlexibleTimeWindow: { Mode: 'OFF' },
    Target: {
      Arn: 'arn:aws:ecs:eu-west-1:123456789012:cluster/prod',
      RoleArn: 'arn:aws:iam::123456789012:role/start',
      EcsParameters: { TaskDefinitionArn: taskDefinition },
    },
  });
}
