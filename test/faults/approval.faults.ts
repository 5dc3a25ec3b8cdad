// A run that asks for approval, killed before and after every call and checkpoint of its question; and random accounts that change before and
// after the approval. The sandbox is the witness.
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { approves, asksFirst, sendsTwice, wrongWithAsking } from './durable/asking.ts';
import { aNight, openNight } from './durable/night.ts';
import { anAccount } from '../support/account.ts';
import { BUCKET } from './durable/witness.ts';

const small = () => anAccount().bucket(BUCKET).family('web', '1-5').cluster('prod');
const making = {
  ...asksFirst,
  settings: { without: ['codedeploy', 'pipes', 'stacks', 'state-machines'] },
};

const undisturbed = await openNight(small());
const { moments } = await undisturbed.durable(making, { meanwhile: approves(undisturbed) });
const isTwice = sendsTwice(moments);
await undisturbed.close();
/** The other moments are those of every run: killed.faults.ts. */
const isOf = (name: string) => moments.findIndex(({ what }) => what.includes(name));
const named = moments
  .map((moment) => ({ ...moment, number: moment.index + 1 }))
  .slice(isOf('SUCCEED pass 1'), isOf('START pass 2') + 20);

describe.each([
  { again: 'at once', againAfterMs: 1_000 },
  { again: 'a quarter of an hour later', againAfterMs: 900_000 },
])('killed and begun again $again', ({ againAfterMs }) => {
  test.each(named)('an approved run does the same at moment $number, $when $what', async ({ index }) => {
    const night = await aNight(small());
    const ended = await night.durable(making, {
      againAfterMs,
      meanwhile: approves(night),
      at: (moment, life) => {
        if (moment.index === index) life.kill();
      },
    });
    const expected = { gone: ['web:1', 'web:2'], twice: isTwice(index), outcome: 'OK' };
    expect(wrongWithAsking(night, ended, expected)).toEqual([]);
  });
});

test.each(named.filter(({ what }) => what.startsWith('checkpoint')))(
  'a lost checkpoint at moment $number, $when $what, deregisters nothing without an answer',
  async ({ index }) => {
    const night = await aNight(small());
    await night.durable(making, { at: (moment) => (moment.index === index ? 'lost' : undefined) });
    expect(night.witness.gone()).toEqual([]);
  },
);

const families = ['api', 'web'] as const;
const aRevision = fc.tuple(fc.constantFrom(...families), fc.integer({ min: 1, max: 7 }));
const aChange = fc.tuple(fc.constantFrom('run' as const, 'deregister' as const, 'register' as const), aRevision);

test(
  'a run that requires approval deregisters only what was approved and what is free at that moment',
  { timeout: 240_000 },
  async () => {
    let [approved, changed] = [0, 0];
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          tasks: fc.array(aRevision, { maxLength: 2 }),
          changes: fc.array(aChange, { maxLength: 5 }),
          answers: fc.boolean(),
          keepLatest: fc.integer({ min: 1, max: 3 }),
          maxDeregistrations: fc.constantFrom(3, 300),
        }),
        async ({ tasks, changes, answers, keepLatest, maxDeregistrations }) => {
          const account = anAccount().bucket(BUCKET).cluster('prod');
          for (const family of families) account.family(family, '1-7');
          const night = await openNight(account);
          const { account: aws } = night.sandbox;
          const isActive = (name: string) => aws.revisions.find(name)?.status === 'ACTIVE';
          const used = new Set<string>();
          const run = (family: string, number: number) => {
            const name = `${family}:${number}`;
            if (!isActive(name)) return;
            aws.runTask({ cluster: 'prod', taskDefinition: name });
            used.add(name);
          };
          for (const [family, number] of tasks) run(family, number);
          let proposed: string[] = [];
          const settings = { keepLatest, maxDeregistrations, without: making.settings.without };
          await night.durable(
            { ...making, settings },
            {
              meanwhile: (name) => {
                if (name !== 'approval') return undefined;
                const key = night.witness.keys('runs/').find((one) => one.endsWith('/proposal.json')) ?? '';
                proposed = namesIn(night.witness.text(key));
                for (const [kind, [family, number]] of changes) {
                  if (kind === 'run') run(family, number);
                  else if (kind === 'register') aws.registerTaskDefinition(family);
                  else if (isActive(`${family}:${number}`)) aws.deregister(`${family}:${number}`);
                  changed++;
                }
                return answers ? approves(night)(name) : undefined;
              },
            },
          );
          const taken = night.witness.takenBy('FUNCTION');
          await night.close();
          const allowed = answers ? proposed.filter((name) => !used.has(name)) : [];
          expect(taken.filter((name) => !allowed.includes(name))).toEqual([]);
          approved += taken.length;
        },
      ),
      { seed: 20_261_201, numRuns: 15 },
    );
    expect(approved).toBeGreaterThan(20);
    expect(changed).toBeGreaterThan(10);
  },
);

/** The revisions of a stored plan, read by hand. */
function namesIn(text: string): string[] {
  const found = text.matchAll(/"family":"(\w+)","ranges":\[([^\]]*)\]/g);
  return [...found].flatMap(([, family = '', ranges = '']) =>
    ranges.split(',').flatMap((range) => {
      const [from = 0, upto = from] = range.replaceAll('"', '').split('-').map(Number);
      return Array.from({ length: upto - from + 1 }, (_, index) => `${family}:${from + index}`);
    }),
  );
}
