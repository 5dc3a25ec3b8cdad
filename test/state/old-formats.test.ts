// Records that earlier versions have written, typed by hand: every later version must read them.
import { expect, test } from 'vitest';
import { openJournal } from '../../shared/state/journal.ts';
import { loadRunRecord, makeRunName } from '../../shared/state/run-records.ts';
import { checksummed } from '../support/checksummed.ts';
import { MemoryState } from '../support/memory-state.ts';

const target = { account: '123456789012', region: 'eu-west-1', partition: 'aws' };
const revision = (family: string, number: number) => ({ family, number });
const web41 = revision('web', 41);

test('reads a journal entry of format 1', async () => {
  const value =
    '{"revision":{"family":"web","number":41},"run":"run-1","at":1795000000000,"definition":{"family":"web","containerDefinitions":[{"name":"app","image":"app:1"}]},"tags":[{"key":"owner","value":"web"}],"evidence":{"asOf":1795000000000,"settings":"abc","newest":57,"readings":[{"part":"tasks","began":1794999990000,"items":3}]}}';
  const digest = '466afb49e0c7a9db854194ce8212d816917276eb3dd8456e000578f92becbab6';
  const state = new MemoryState();
  const key = '123456789012/eu-west-1/journal/4b5e57f6eb2f42b9039b3d1e13929295/41.json';
  state.texts.set(key, { body: `{"format":1,"sha256":"${digest}","value":${value}}\n`, tag: '"x"' });
  expect(await openJournal(state, target).read(web41)).toMatchObject({
    revision: web41,
    run: 'run-1',
    definition: { family: 'web', containerDefinitions: [{ name: 'app', image: 'app:1' }] },
    tags: [{ key: 'owner', value: 'web' }],
    evidence: { newest: 57 },
  });
  expect(await openJournal(state, target).listNumbers('web')).toEqual([41]);
});

const oldStop = (by: string) => ({ by, says: `${by} says`, next: `${by} next` });
const newStop = (by: string, old = by) => ({ by, reason: `${old} says`, remedy: `${old} next` });
const service = 'arn:aws:ecs:eu-west-1:123456789012:service/prod/web';
const format1 = {
  id: 'run-1',
  by: 'function',
  version: '0.1.0',
  settings: 'abc',
  dryRun: false,
  beganAt: 1_795_000_000_000,
  passes: 1,
  begun: 2,
  going: ['web:41', 'web:42'],
  more: true,
  done: {
    deregistered: ['web:1'],
    alreadyGone: ['web:2'],
    spared: [{ revision: 'web:3', says: 'referenced since' }],
    failed: [{ revision: 'web:4', says: 'AWS refused it', said: 'ClientException: no' }],
    left: ['web:5'],
    stop: oldStop('brake'),
    stranded: [
      {
        kind: 'reference',
        source: 'services',
        who: service,
        use: 'rolls back to',
        what: { kind: 'revision', family: 'web', number: 1 },
        via: ['deployment 1'],
      },
      {
        kind: 'reference',
        source: 'schedules',
        who: service,
        use: 'starts',
        what: { kind: 'floating', family: 'web' },
      },
    ],
    unverified: oldStop('hold'),
  },
  deleting: ['api:1'],
  deletions: {
    deleted: ['api:1'],
    alreadyGone: ['api:2'],
    kept: [{ revision: 'api:3', says: 'a task runs it' }],
    failed: [{ revision: 'api:4', says: 'AWS refused it', said: 'no' }],
    stop: oldStop('throttled'),
    waiting: 7,
    atLeast: true,
    scope: 'all',
    inactive: { revisions: 9, others: 3, atLeast: false },
    faults: [
      {
        part: 'journal',
        kind: 'incomplete',
        doing: 'reading s3://x',
        said: 'it is damaged',
        next: 'Mend it.',
      },
    ],
  },
  published: true,
  verified: true,
  endedAt: 1_795_000_600_000,
  outcome: 'ABORTED',
};

test('reads a run record of format 1, in which members had other names', async () => {
  const state = new MemoryState();
  const name = makeRunName(target, 'run-1', format1.beganAt);
  state.texts.set(`${name.folder}/ledger.json`, { body: checksummed(1, format1), tag: '"x"' });
  const { id, by, version, settings, dryRun, beganAt, passes, more } = format1;
  const { published, verified, endedAt, outcome } = format1;
  expect((await loadRunRecord(state, name))?.record).toEqual({
    id,
    by,
    version,
    settings,
    dryRun,
    beganAt,
    passes,
    more,
    published,
    verified,
    endedAt,
    outcome,
    started: 2,
    planned: [web41, revision('web', 42)],
    results: {
      deregistered: [revision('web', 1)],
      alreadyInactive: [revision('web', 2)],
      skipped: [{ revision: revision('web', 3), reason: 'referenced since' }],
      failed: [{ revision: revision('web', 4), reason: 'AWS refused it', answer: 'ClientException: no' }],
      notReached: [revision('web', 5)],
      stop: newStop('abort', 'brake'),
      lateReferences: [
        {
          kind: 'reference',
          source: 'services',
          referrer: service,
          relation: 'rolls back to',
          target: { kind: 'revision', family: 'web', number: 1 },
          via: ['deployment 1'],
        },
        {
          kind: 'reference',
          source: 'schedules',
          referrer: service,
          relation: 'starts',
          target: { kind: 'floating', family: 'web' },
        },
      ],
      unverified: newStop('hold'),
    },
    deleting: [revision('api', 1)],
    deletions: {
      deleted: [revision('api', 1)],
      alreadyDeleted: [revision('api', 2)],
      kept: [{ revision: revision('api', 3), reason: 'a task runs it' }],
      failed: [{ revision: revision('api', 4), reason: 'AWS refused it', answer: 'no' }],
      stop: newStop('throttled'),
      waiting: 7,
      atLeast: true,
      scope: 'all',
      inactive: { revisions: 9, others: 3, atLeast: false },
      problems: [
        {
          part: 'journal',
          kind: 'incomplete',
          operation: 'reading s3://x',
          reason: 'it is damaged',
          remedy: 'Mend it.',
        },
      ],
    },
  });
});

test('refuses a run record of format 1 with a member that no version has written', async () => {
  const state = new MemoryState();
  const name = makeRunName(target, 'run-1', format1.beganAt);
  state.texts.set(`${name.folder}/ledger.json`, {
    body: checksummed(1, { ...format1, extra: 1 }),
    tag: '"x"',
  });
  await expect(loadRunRecord(state, name)).rejects.toMatchObject({
    reason: 'it is damaged: it is not a valid run record',
  });
});
