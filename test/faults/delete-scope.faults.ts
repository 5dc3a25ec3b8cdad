// Runs with deleteScope: all also delete revisions that other callers deregistered long ago. They journal them first, and
// the same rules keep them.
import { describe, expect, test } from 'vitest';
import { printEmail } from '../../shared/report/mail/email.ts';
import { toReportDocument } from '../../shared/report/json/report.ts';
import type { Report } from '../../shared/report/model/report.ts';
import { reportDocument } from '../../shared/report/json/report-schema.ts';
import { nameOf } from '../../shared/domain/revision.ts';
import { openJournal } from '../../shared/state/journal.ts';
import { ACCOUNT, type AccountBuilder, anAccount, REGION, revisionArn } from '../support/account.ts';
import { aNight, type Night } from '../support/night.ts';
import { rewriteChecksummed } from '../support/checksummed.ts';
import { linesOf, runRestore } from '../restore/run-restore.ts';

const DAY_MS = 86_400_000;
const target = { account: ACCOUNT, region: REGION, partition: 'aws' };
const all = { keepLatest: 3, deleteAfterDays: 90, deleteScope: 'all' };
const own = { ...all, deleteScope: 'own' };
const four = ['old:1', 'old:2', 'old:3', 'old:4'];
const without = (...names: string[]) => four.filter((name) => !names.includes(name));

/** Other callers deregistered old:1 to old:4 a hundred days ago; the family has an ACTIVE revision too. */
async function othersDid(account: AccountBuilder = anAccount().cluster('prod'), daysAgo = 100): Promise<Night> {
  const night = await aNight(
    account.family('old', '1-4', { status: 'INACTIVE' }).family('old', '9').family('web', '1-3'),
  );
  for (const one of night.sandbox.account.revisions.all())
    if (one.status === 'INACTIVE') one.deregisteredAt = new Date(night.clock.now() - daysAgo * DAY_MS);
  return night;
}

const asked = ({ sandbox }: Night) =>
  sandbox.calls
    .list()
    .filter(({ operation }) => operation === 'DeleteTaskDefinitions')
    .flatMap(({ input }) => [input['taskDefinitions']].flat().map(String));
const deleted = ({ deletions }: Report) => deletions?.deleted.map(nameOf);
const kept = ({ deletions }: Report) => deletions?.kept.map(({ revision, reason }) => `${nameOf(revision)}: ${reason}`);
const entry = ({ state }: Night, number: number) => openJournal(state, target).read({ family: 'old', number });
const stateOf = ({ state }: Night) => ({ stateAccess: { state, writes: false, version: '0.0.0' } });

describe('a revision that another caller deregistered', () => {
  test('is deleted after its whole definition is journaled, and can be restored', async () => {
    const night = await othersDid();
    const journaled: number[] = [];
    night.sandbox.before(async ({ operation }) => {
      if (operation !== 'DeleteTaskDefinitions') return;
      for (const number of [1, 2, 3, 4]) if ((await entry(night, number)) !== undefined) journaled.push(number);
    });
    const report = await night.prune(all);
    expect(journaled).toEqual([1, 2, 3, 4]);
    expect(deleted(report)).toEqual(four);
    expect(asked(night)).toEqual(four);
    expect(await entry(night, 1)).toMatchObject({
      run: 'run-1',
      others: true,
      definition: { family: 'old', containerDefinitions: [{ name: 'app', image: 'app:1' }] },
    });
    expect(report).toMatchObject({ outcome: 'OK', deletions: { kept: [], failed: [], waiting: 0 } });
    night.sandbox.account.finishDeletions();
    expect(linesOf(await runRestore(night, 'old:2'))).toEqual(['old:2 restored as 10']);
  });

  test('is kept and counted when deleteScope is own', async () => {
    const night = await othersDid();
    const report = await night.prune(own);
    expect(asked(night)).toEqual([]);
    expect(report.deletions).toMatchObject({ deleted: [], kept: [], waiting: 0 });
    expect(report.deletions?.inactive).toEqual({ revisions: 4, others: 4, atLeast: false });
    expect(printEmail(report).body).toContain(
      'INACTIVE in total: 4 revisions, 4 of them deregistered by others (deleteScope: all includes these)',
    );
    expect(reportDocument.parse(toReportDocument(report)).deletions).toMatchObject({
      scope: 'own',
      inactive: { revisions: 4, others: 4, atLeast: false },
    });
  });

  test('is listed by a plan, which journals and deletes nothing', async () => {
    const night = await othersDid();
    const report = await night.plan(all, stateOf(night));
    expect(deleted(report)).toEqual(four);
    expect(toReportDocument(report).deletions?.deleted).toEqual([{ family: 'old', ranges: ['1-4'], revisions: four }]);
    expect(printEmail(report).body).toContain('INACTIVE in total: 4 revisions, 4 of them deregistered by others\n');
    expect(night.state.texts.size).toBe(0);
    expect(asked(night)).toEqual([]);
  });

  test('is not listed when deletion is off', async () => {
    const night = await othersDid();
    const report = await night.prune({ ...all, deleteAfterDays: 0 });
    expect(report.deletions).toBeUndefined();
    const listings = night.sandbox.calls.list().filter(({ input }) => input['status'] === 'INACTIVE');
    expect(listings).toEqual([]);
  });

  test('is deleted up to the cap after the revisions of runs, and the next run continues', async () => {
    const night = await othersDid();
    const first = await night.prune({ ...all, maxDeletions: 3 });
    expect(deleted(first)).toEqual(['old:1', 'old:2', 'old:3']);
    expect(first.deletions?.waiting).toBe(1);
    night.clock.advance(DAY_MS);
    expect(deleted(await night.prune({ ...all, maxDeletions: 3 }))).toEqual(['old:4']);
  });

  test('is reached behind many kept revisions, because a run begins after the last checked revision', async () => {
    const account = anAccount()
      .cluster('prod')
      .family('kept', '1-9', { status: 'INACTIVE', tags: { stay: '' } });
    const night = await othersDid(account);
    const settings = { ...all, protectTag: 'stay', maxDeletions: 2, without: ['tags'] };
    // Three checks for each deletion, so six of these in a run.
    expect(deleted(await night.prune(settings))).toEqual([]);
    night.clock.advance(DAY_MS);
    expect(deleted(await night.prune(settings))).toEqual(['old:1', 'old:2']);
  });
});

describe('a revision that another caller deregistered is kept', () => {
  const old2 = revisionArn('old:2');

  test.each<{ what: string; account: AccountBuilder; says: RegExp }>([
    {
      what: 'when a service deploys it',
      account: anAccount().service('prod/old', 'old:2'),
      says: /^old:2: service prod\/old deploys it/,
    },
    {
      what: 'when a task runs it',
      account: anAccount().task('prod', 'old:2'),
      says: /^old:2: task prod\/\S+ runs it/,
    },
    { what: 'when a rule starts it', account: anAccount().rule('r', 'old:2'), says: /^old:2: rule r starts it/ },
    {
      what: 'when a disabled schedule starts it',
      account: anAccount().schedule('s', 'old:2', { State: 'DISABLED' }),
      says: /^old:2: schedule default\/s starts it \(disabled\)/,
    },
    {
      what: 'when a state machine starts it',
      account: anAccount().stateMachine('m', {
        StartAt: 'Run',
        States: {
          Run: {
            Type: 'Task',
            Resource: 'arn:aws:states:::ecs:runTask',
            Parameters: { TaskDefinition: old2 },
            End: true,
          },
        },
      }),
      says: /^old:2: state machine m starts it/,
    },
    {
      what: 'when a stack holds it',
      account: anAccount().stack('shop', { Old: 'old:2' }),
      says: /^old:2: stack shop holds it/,
    },
  ])('$what', async ({ account, says }) => {
    const night = await othersDid(account.cluster('prod'));
    const report = await night.prune(all);
    expect(kept(report)).toEqual([expect.stringMatching(says)]);
    expect(asked(night)).toEqual(without('old:2'));
    expect(await entry(night, 2)).toBeUndefined();
  });

  test('when a service deploys its family or an unresolved reference may resolve to it', async () => {
    const moving = await othersDid(
      anAccount().service('prod/old', 'old:9', {
        deployments: [
          {
            id: 'ecs-svc/1',
            status: 'PRIMARY',
            taskDefinition: revisionArn('old:9'),
            rolloutState: 'IN_PROGRESS',
          },
        ],
      }),
    );
    expect(kept(await moving.prune(all))).toContain('old:1: service prod/old is in a deployment of its family');
    expect(asked(moving)).toEqual([]);
  });

  test('when its tag, its family or the allow-list protects it', async () => {
    const tagged = await othersDid();
    tagged.sandbox.account.tagTaskDefinition('old:3', { 'ecs-revision-pruner:keep': '' });
    expect(kept(await tagged.prune(all))).toEqual(['old:3: tagged ecs-revision-pruner:keep']);
    expect(asked(tagged)).toEqual(without('old:3'));
    const guarded = await othersDid();
    await guarded.prune({ ...all, overrides: [{ families: 'old', protect: true }] });
    await guarded.prune({ ...all, families: ['web'] });
    expect(asked(guarded)).toEqual([]);
  });

  test('when it was deregistered too recently or at an unknown time', async () => {
    const lately = await othersDid(anAccount().cluster('prod'), 89);
    const report = await lately.prune(all);
    expect(kept(report)).toHaveLength(4);
    expect(kept(report)?.[0]).toMatch(/^old:1: deregistered since/);
    expect(asked(lately)).toEqual([]);
    const undated = await othersDid();
    for (const one of undated.sandbox.account.revisions.all()) delete one.deregisteredAt;
    expect(kept(await undated.prune(all))?.[0]).toBe('old:1: when it was deregistered could not be read');
    expect(asked(undated)).toEqual([]);
    expect([...undated.state.texts.keys()].filter((key) => key.includes('/journal/'))).toEqual([]);
  });

  test('when its entry cannot be written, which ends the deletions and is reported', async () => {
    const night = await othersDid();
    const put = night.state.put.bind(night.state);
    const { StateError } = await import('../../shared/state/store.ts');
    night.state.put = (key, body, over) =>
      key.includes('/journal/')
        ? Promise.reject(new StateError('denied', { operation: `writing ${key}`, reason: 'no', remedy: 'Allow it.' }))
        : put(key, body, over);
    const report = await night.prune(all);
    expect(asked(night)).toEqual([]);
    expect(report.outcome).toBe('ACTION');
    expect(report.actionItems[0]?.problem).toMatch(/^Deleting for good was stopped: writing .*\/journal\//);
  });

  test.each<{ what: string; change: (body: string) => string; says: string }>([
    {
      what: 'damaged',
      change: (body) => body.replace('app:1', 'app:2'),
      says: 'old:1: its journal entry could not be read',
    },
    {
      what: 'complete but with another definition',
      change: (body) => rewriteChecksummed(body, (text) => text.replace('app:1', 'app:2')),
      says: 'old:1: its containerDefinitions[0].image differs from the journal',
    },
  ])('when its entry reads back $what', async ({ change, says }) => {
    const night = await othersDid();
    const get = night.state.get.bind(night.state);
    night.state.get = async (key) => {
      const found = await get(key);
      return found !== undefined && key.includes('/journal/') ? { ...found, body: change(found.body) } : found;
    };
    expect(kept(await night.prune(all))?.[0]).toBe(says);
    expect(asked(night)).toEqual([]);
  });

  test('when it has a member that cannot be registered or is unknown', async () => {
    const night = await othersDid();
    night.sandbox.faults.add({
      operation: 'DescribeTaskDefinition',
      kind: 'answer',
      when: ({ input }) => input['taskDefinition'] === 'old:3',
      change: (output) => void Object.assign(output['taskDefinition'] ?? {}, { moonPhase: 'full' }),
    });
    expect(kept(await night.prune(all))).toEqual(['old:3: this version does not know its member moonPhase']);
    expect(asked(night)).toEqual(without('old:3'));
  });

  test('when AWS registered it for itself', async () => {
    const account = anAccount().cluster('prod');
    const night = await othersDid(account);
    for (const one of night.sandbox.account.revisions.all())
      if (one.family === 'old' && one.revision === 2)
        one.registeredBy = `arn:aws:sts::${ACCOUNT}:assumed-role/AWSServiceRoleForBatch/aws-batch`;
    expect(kept(await night.prune(all))).toEqual([expect.stringMatching(/^old:2: registered by /)]);
    expect(asked(night)).toEqual(without('old:2'));
  });

  test('when INACTIVE revisions cannot be listed, while revisions of runs are deleted', async () => {
    const night = await othersDid(anAccount().cluster('prod').family('mine', '1-8'));
    await night.prune({ keepLatest: 3, families: ['mine'] });
    night.clock.advance(91 * DAY_MS);
    night.sandbox.faults.add({
      operation: 'ListTaskDefinitions',
      kind: 'deny',
      when: ({ input }) => input['status'] === 'INACTIVE',
    });
    const report = await night.prune(all);
    expect(deleted(report)).toEqual(['mine:1', 'mine:2', 'mine:3', 'mine:4', 'mine:5']);
    expect(report.outcome).toBe('ACTION');
    expect(report.actionItems.map(({ problem }) => problem)).toEqual([
      expect.stringMatching(/^reading inactive: ListTaskDefinitions failed: /),
    ]);
    expect(report.deletions?.inactive).toBeUndefined();
  });

  test('when it is referenced between the final check and the call', async () => {
    const night = await othersDid(anAccount().cluster('prod').rule('nightly', 'old:9'));
    night.sandbox.faults.add({
      operation: 'ListTargetsByRule',
      kind: 'answer',
      skip: 2,
      change: (output) => {
        output['Targets'] = JSON.parse(JSON.stringify(output['Targets']).replace('old:9', 'old:4'));
      },
    });
    expect(kept(await night.prune(all))).toEqual(['old:4: rule nightly starts it']);
    expect(asked(night)).toEqual(without('old:4'));
  });
});

test('the operator confirms the plan, and later deregistrations are not deleted', async () => {
  const night = await othersDid();
  const report = await night.prune(all, {
    consent: () => {
      night.sandbox.account.deregister('web:1');
      for (const one of night.sandbox.account.revisions.all())
        if (one.status === 'INACTIVE') one.deregisteredAt = new Date(night.clock.now() - 100 * DAY_MS);
      return Promise.resolve();
    },
  });
  expect(deleted(report)).toEqual(four);
  expect(asked(night)).toEqual(four);
});
