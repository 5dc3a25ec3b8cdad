// What nobody can tell before it happens holds the families that it could mean; what could mean any holds the run, unless the
// settings accept it and usage covers for it.
import { describe, expect, test } from 'vitest';
import type { Evidence, Meaning, Unknown } from '../../shared/evidence.ts';
import { decide, unaged } from '../../shared/plan/decide.ts';
import { asText } from '../plan-text.ts';
import { asOf, given, naming, policy } from './given.ts';

const who = 'arn:aws:states:eu-west-1:123456789012:stateMachine:reports';
const service = 'arn:aws:ecs:eu-west-1:123456789012:service/prod/web';
const unknown = (means: Meaning): Unknown => ({
  kind: 'unknown',
  source: 'state-machines',
  who,
  says: 'computes its task definition: $.task',
  means,
});
const account = (...means: readonly Meaning[]) =>
  given(
    { api: '1-3', web: '1-3', 'web-admin': '1-2' },
    { findings: [naming('service/prod/web', 'web:1'), ...means.map(unknown)] },
  );
const DAY = 86_400_000;

describe('a family that something could mean', () => {
  test.each([
    { means: { kind: 'family', family: 'web' } as const, held: ['web'] },
    { means: { kind: 'prefix', prefix: 'web' } as const, held: ['web', 'web-admin'] },
    { means: { kind: 'prefix', prefix: 'web-' } as const, held: ['web-admin'] },
    { means: { kind: 'family', family: 'Web' } as const, held: [] as string[] },
    { means: { kind: 'services', services: [service] } as const, held: ['web'] },
  ])('is held by $means, and the others go on', ({ means, held }) => {
    const plan = decide(account(means), policy());
    expect(plan.hold).toBeUndefined();
    const families = plan.families.filter(({ spans }) =>
      spans.some(({ verdict }) => verdict.verdict === 'hold' && verdict.cause === 'unknown'),
    );
    expect(families.map(({ family }) => family)).toEqual(held);
    expect(plan.going.filter(({ family }) => held.includes(family))).toEqual([]);
    expect(plan.going.length).toBeGreaterThan(0);
  });

  test('shows what rules keep and what is held, and its ages are not asked for', () => {
    const evidence = account({ kind: 'family', family: 'web' });
    expect(asText(decide(evidence, policy())).filter((line) => line.startsWith('web '))).toEqual([
      'web  1  keep  referenced',
      'web  2  hold',
      'web  3  keep  newest, keep-latest',
    ]);
    expect([...unaged(evidence, policy({ minAgeDays: 30 })).keys()]).toEqual(['api', 'web-admin']);
  });
});

describe('what could mean any family', () => {
  const usage = (coveredDays: number): Evidence['usage'] => ({
    coveredSince: asOf - coveredDays * DAY,
    coveredUntil: asOf - DAY / 48,
    lastUsed: new Map(),
  });

  test.each([
    { means: { kind: 'any' } as const },
    { means: { kind: 'services', services: [] } as const },
    { means: { kind: 'services', services: [service, `${service}-2`] } as const },
  ])('$means holds the run, and says how to mend it', ({ means }) => {
    const plan = decide(account(means), policy());
    expect(plan.going).toEqual([]);
    expect(plan.hold).toMatchObject({
      cause: 'unknown',
      faults: [{ part: 'state-machines', kind: 'unknown', doing: `understanding ${who}` }],
    });
    expect(plan.hold?.faults[0].next).toContain(`without: [${who}]`);
  });

  test.each([
    { days: 30, covered: 30, held: false },
    { days: 30, covered: 29.9, held: true },
    { days: 30, covered: undefined, held: true },
    // Without the rule nothing covers.
    { days: 0, covered: 90, held: true },
  ])('is accepted by report with $covered of $days days known: held is $held', ({ days, covered, held }) => {
    const evidence = {
      ...account({ kind: 'any' }),
      usage: covered === undefined ? undefined : usage(covered),
    };
    const plan = decide(evidence, policy({ unknownReferences: 'report', usedWithinDays: days }));
    expect(plan.hold !== undefined).toBe(held);
    expect(plan.accepted.map((one) => one.who)).toEqual(held ? [] : [who]);
  });

  test('is not accepted by hold, however much is known', () => {
    const evidence = { ...account({ kind: 'any' }), usage: usage(90) };
    expect(decide(evidence, policy({ usedWithinDays: 30 })).hold).toBeDefined();
  });
});
