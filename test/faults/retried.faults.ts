// Continues a run in another process after repeated interruptions, with other code, a changed clock, a lost lock,
// a failing state store, or a pause of two weeks. Also the next run after a run that never continued.
import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { storedObject } from '../../sandbox/s3/storage.ts';
import { secondCopyFrom, untruthsOf, wrongWith } from './durable/expected.ts';
import type { At } from './durable/execution.ts';
import type { Life } from './durable/life.ts';
import { aNight, kept, type Night, openNight } from './durable/night.ts';
import { BUCKET, PREFIX } from './durable/witness.ts';

const undisturbed = await openNight();
const { moments } = await undisturbed.durable();
await undisturbed.close();
const isSecond = secondCopyFrom(moments);
const twice = await openNight();
const { moments: ofTwoPasses } = await twice.durable({ actsALife: 3 });
await twice.close();
const plainly = await openNight();
const { moments: plainMoments } = await plainly.plain();
await plainly.close();

const numbered = (all: typeof moments) => all.map((moment) => ({ ...moment, number: moment.index + 1 }));
const before = numbered(moments).filter(({ when }) => when === 'before');
const after = numbered(moments).filter(({ when }) => when === 'after');

/** Does something once, at this moment of the execution. */
function once(index: number, act: (life: Life) => unknown): At {
  return async (moment, life) => {
    if (moment.index === index) await act(life);
  };
}

describe('the run is correct when this step runs twice', () => {
  test.each(['open', 'pass 1', 'report', 'each'])('%s', async (which) => {
    const night = await aNight();
    const ended = await night.durable({
      steps: (steps) => ({
        wait: (name, seconds) => steps.wait(name, seconds),
        step: (name, work) =>
          steps.step(name, async () => {
            if (which === 'each' || which === name) await work();
            return work();
          }),
      }),
    });
    expect(wrongWith(night, ended)).toEqual([]);
  });
});

/** The first of each kind of call in a pass, and the calls after the first deregistration. */
const kinds = [...new Set(moments.map(({ when, what }) => `${when} ${what}`))];

describe('each invocation is killed at the same call', () => {
  describe.each([2, 3, 4, 5, 6])('%i of them', (times) => {
    test.each(kinds)('%s', async (kind) => {
      const night = await aNight();
      const killed = new Set<number>();
      const ended = await night.durable(
        {},
        {
          at: ({ when, what, life: number }, life) => {
            if (`${when} ${what}` !== kind || killed.size >= times || killed.has(number)) return;
            killed.add(number);
            life.kill();
          },
        },
      );
      // A report that cannot be made five times in a row is none: the execution fails, which an alarm tells.
      const isHopeless = times >= 5 && (kind === 'after checkpoint START report' || kind === 'before sns Publish');
      if (isHopeless) return;
      // One that is sent and never on record is sent again each time; it gives up after five, with five copies of one text.
      const mails = night.witness.mails();
      expect(new Set(mails.map(({ text }) => text)).size).toBe(1);
      night.sandbox.account.topics.published.splice(1);
      expect(ended.lives).toBeLessThan(12);
      expect(untruthsOf(night, ['FUNCTION'], { lock: 'soon over' })).toEqual([]);
    });
  });
});

describe('the next invocation has other code', () => {
  const newer = { keepLatest: 5 };
  const nowKept = new Set(['web:8', 'batch:2', 'batch:3']);

  test.each(before)('moment $number, $what: newer settings keep more', async ({ index }) => {
    const night = await aNight();
    let killed = false;
    const making = {
      get version() {
        return killed ? '2.0.0' : '1.0.0';
      },
      get settings() {
        return killed ? newer : {};
      },
    };
    await night.durable(making, {
      at: once(index, (life) => {
        killed = true;
        life.kill();
      }),
    });
    // After a kill between the publishing and its record, the newer version sends the report again, in its own words.
    const mails = night.witness.mails();
    if (isSecond(index)) night.sandbox.account.topics.published.splice(1);
    expect(mails.every(({ report }) => report.run.id === 'FUNCTION')).toBe(true);
    expect(untruthsOf(night)).toEqual([]);
    const late = night.witness.takenBy('FUNCTION').filter((name) => nowKept.has(name));
    const first = night.witness.deregistrations.filter(({ by, took }) => took && by === 'FUNCTION1');
    expect(late.filter((name) => !first.some((one) => one.name === name))).toEqual([]);
  });

  test.each(after)('moment $number, $what: what was kept is of a newer format', async ({ index }) => {
    const night = await aNight();
    let taken: readonly string[] | undefined;
    const ended = await night.durable(
      {},
      {
        at: once(index, (life) => {
          for (const key of night.witness.keys('runs/'))
            rewrite(night, key, (text) => text.replace(/"format":\d/, '"format":9'));
          taken = night.witness.gone();
          life.kill();
        }),
      },
    );
    expect(night.witness.wrong({ kept, cap: 5, lock: 'soon over' })).toEqual([]);
    expect(ended.status).toBe('SUCCEEDED');
    expect(night.witness.mails().length).toBeGreaterThan(0);
    const isNewer = (key: string) => night.witness.text(key).startsWith('{"format":9');
    // Before it had kept anything there is nothing that it could not understand.
    const asLeft = night.witness.keys('runs/').some(isNewer) ? taken : night.witness.gone();
    expect(night.witness.gone()).toEqual(asLeft);
  });
});

describe('the clock changes', () => {
  const minutes = [1, 4, 6, 50, 24 * 60, 40 * 24 * 60];
  test.each(minutes.flatMap((ahead) => [ahead, -ahead]))('%i minutes forward and back at every call', async (by) => {
    const night = await aNight();
    await night.durable(
      {},
      {
        at: ({ index }, life) => {
          life.aheadMs = index % 2 === 0 ? by * 60_000 : 0;
        },
      },
    );
    expect(untruthsOf(night)).toEqual([]);
  });

  describe.each([-90, 90])('%i minutes at one call', (by) => {
    test.each(before)('moment $number, $what', async ({ index }) => {
      const night = await aNight();
      await night.durable(
        {},
        {
          at: once(index, (life) => {
            life.aheadMs = by * 60_000;
          }),
        },
      );
      expect(untruthsOf(night)).toEqual([]);
    });
  });
});

describe('another writer overwrites the lock, and six minutes pass', () => {
  test.each(before)('moment $number, $what', async ({ index, what }) => {
    const night = await aNight();
    let taken = 0;
    await night.durable(
      {},
      {
        at: once(index, () => {
          rewrite(night, `${PREFIX}lock.json`, () => lockOf('nobody', night.clock.now() + 2_400_000));
          night.clock.advance(360_000);
          taken = night.witness.deregistrations.length;
        }),
      },
    );
    expect(untruthsOf(night)).toEqual([]);
    // The call itself was under way.
    const late = what === 'ecs DeregisterTaskDefinition' ? 1 : 0;
    expect(night.witness.deregistrations.length - taken).toBeLessThanOrEqual(late);
    expect(night.witness.text(`${PREFIX}lock.json`)).toContain('nobody');
  });
});

describe.each([
  { fails: 'cannot be written', operation: 'PutObject' },
  { fails: 'cannot be read', operation: 'GetObject' },
  { fails: 'cannot be listed', operation: 'ListObjectsV2' },
])('the state $fails', ({ operation }) => {
  const calls = ofTwoPasses
    .filter(({ when, what }) => when === 'before' && what === `s3 ${operation}`)
    .map((_, skip) => skip);
  describe.each([
    { how: 'from call', times: Infinity },
    { how: 'only at call', times: 1 },
  ])('$how', ({ times }) => {
    test.each(calls)('%i', async (skip) => {
      const night = await aNight();
      night.sandbox.faults.add({ operation, skip, times, kind: 'deny' });
      const ended = await night.durable({ actsALife: 3 });
      expect(ended.status).toBe('SUCCEEDED');
      expect(untruthsOf(night, ['FUNCTION'], { lock: 'soon over' })).toEqual([]);
    });
  });
});

describe('a call of a killed process takes effect later', () => {
  const deregistrations = before.filter(({ what }) => what === 'ecs DeregisterTaskDefinition');
  const laterOn = [1, 10, 25, 40, 60, 80];
  describe.each(laterOn)('%i moments later', (later) => {
    test.each(deregistrations)('moment $number', async ({ index }) => {
      const night = await aNight();
      let dying = '';
      await night.durable(
        {},
        {
          at: async (moment, life) => {
            if (moment.index === index) {
              dying = night.witness.deregistrations.at(-1)?.name ?? '';
              life.kill();
            }
            if (moment.index === index + later) night.sandbox.account.deregister(dying);
          },
        },
      );
      expect(night.witness.wrong({ kept, cap: 5 })).toEqual([]);
      const [mail] = night.witness.mails();
      const { deregistered = [], alreadyInactive = [] } = mail?.report ?? {};
      const told = [...deregistered, ...alreadyInactive].flatMap(({ revisions }) => revisions);
      expect(told.toSorted()).toEqual(night.witness.gone());
    });
  });
});

describe('a plain invocation is killed: the next run reports its deregistrations', () => {
  test.each(numbered(plainMoments))('moment $number, $when $what', async ({ index }) => {
    const night = await aNight();
    await night.plain({}, { at: once(index, (life) => life.kill()) });
    const gone = night.witness.gone();
    const mails = night.witness.mails().length;
    night.clock.advance(86_400_000);
    const ended = await night.durable();
    expect(ended.status).toBe('SUCCEEDED');
    expect(untruthsOf(night, mails === 0 ? ['FUNCTION'] : ['PLAIN', 'FUNCTION'], { cap: 7 })).toEqual([]);
    const unfinished = night.told.at(-1)?.run.before;
    const isUntold = gone.length > 0 && mails === 0;
    expect(isUntold ? unfinished?.deregistered : gone.length).toBe(gone.length);
  });
});

describe('the run that reports an unfinished run is killed too', () => {
  test.each(before.slice(0, 120))('moment $number, $what', async ({ index }) => {
    const night = await aNight();
    const sent = plainMoments.findIndex(({ what }) => what === 'sns Publish');
    await night.plain({}, { at: once(sent, (life) => life.kill()) });
    night.clock.advance(86_400_000);
    await night.durable({}, { at: once(index, (life) => life.kill()) });
    expect(night.told.at(-1)?.run.before).toMatchObject({ id: 'PLAIN', deregistered: 5 });
  });
});

describe('an execution continues two weeks after an interruption', () => {
  test.each(after)('moment $number, $what', async ({ index }) => {
    const night = await aNight();
    const ended = await night.durable({}, { againAfterMs: 15 * 86_400_000, at: once(index, (life) => life.kill()) });
    expect(ended.status).toBe('SUCCEEDED');
    if (isSecond(index)) night.sandbox.account.topics.published.splice(1);
    expect(untruthsOf(night)).toEqual([]);
  });

  test('a duplicate event after the end of its run does nothing', async () => {
    const night = await aNight();
    await night.durable();
    const gone = night.witness.gone();
    const again = await night.durable({ id: 'FUNCTION' }, { name: 'AGAIN' });
    expect(again.status).toBe('SUCCEEDED');
    expect(night.witness.gone()).toEqual(gone);
    expect(untruthsOf(night)).toEqual([]);
  });

  test('a second event just after the first starts another run', async () => {
    const night = await aNight();
    await night.durable();
    await night.durable({}, { name: 'SECOND' });
    expect(untruthsOf(night, ['FUNCTION', 'SECOND'])).toEqual([]);
    expect(night.witness.takenBy('SECOND').toSorted()).toEqual(['web:7', 'web:8']);
  });
});

/** As a foreign writer does. */
function rewrite({ sandbox }: Night, key: string, change: (text: string) => string): void {
  const bucket = sandbox.account.storage.find(BUCKET);
  const [newest] = bucket?.versions(key) ?? [];
  const text = change(newest?.object?.text ?? '');
  bucket?.add({
    Key: key,
    VersionId: `by-hand-${sandbox.account.ids.hex(8)}`,
    LastModified: new Date(sandbox.account.now()),
    object: storedObject(text, 'application/json'),
  });
}

function lockOf(id: string, expires: number): string {
  const value = JSON.stringify({ owner: { id, by: id }, since: 0, expires, free: false });
  return `{"format":1,"sha256":"${createHash('sha256').update(value).digest('hex')}","value":${value}}\n`;
}
