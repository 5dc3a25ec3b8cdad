// An unresolved reference holds the families that it can resolve to. One that can resolve to any family holds the run, unless
// the settings accept it and the usage history covers it. A reference whose known parts suffice is kept and holds nothing.
import { describe, expect, test } from 'vitest';
import type { Evidence, PossibleTargets, UnresolvedReference } from '../../shared/domain/evidence.ts';
import { anyReference } from '../../shared/domain/pattern.ts';
import { decide } from '../../shared/plan/decide.ts';
import { candidatesWithoutAge } from '../../shared/observe/ages-wanted.ts';
import { mayResolveTo, targetsDeletedServices, resolveReferences } from '../../shared/plan/unresolved.ts';
import { asText } from '../support/plan-text.ts';
import { asOf, given, referenceTo, policy } from '../support/given.ts';

const referrer = 'arn:aws:states:eu-west-1:123456789012:stateMachine:reports';
const service = 'arn:aws:ecs:eu-west-1:123456789012:service/prod/web';
const unresolved = (resolvesTo: PossibleTargets): UnresolvedReference => ({
  kind: 'unresolved',
  source: 'state-machines',
  referrer,
  description: 'computes its task definition',
  resolvesTo,
});
const pattern = (...parts: readonly string[]) => ({ kind: 'pattern' as const, parts });
const account = (...targets: readonly PossibleTargets[]) =>
  given(
    { api: '1-3', web: '1-3', 'web-admin': '1-2' },
    { findings: [referenceTo('service/prod/web', 'web:1'), ...targets.map(unresolved)] },
  );
const DAY = 86_400_000;

function heldBy(evidence: Evidence, rules = policy()): string[] {
  return decide(evidence, rules)
    .families.filter(({ spans }) =>
      spans.some(({ verdict }) => verdict.verdict === 'hold' && verdict.cause === 'unresolved'),
    )
    .map(({ family }) => family);
}

describe('a family to which an unresolved reference may resolve', () => {
  test.each([
    { resolvesTo: pattern('web:', ''), held: ['web'] },
    { resolvesTo: pattern('web:1', ''), held: ['web'] },
    { resolvesTo: pattern('web', ''), held: ['web', 'web-admin'] },
    { resolvesTo: pattern('web-', ''), held: ['web-admin'] },
    { resolvesTo: pattern('Web:', ''), held: [] as string[] },
    { resolvesTo: pattern('', 'i:', ''), held: ['api'] },
    { resolvesTo: pattern('', 'b', ''), held: ['web', 'web-admin'] },
    { resolvesTo: { kind: 'services', services: [service] } as const, held: ['web'] },
  ])('is held by $resolvesTo, and the other families continue', ({ resolvesTo, held }) => {
    const plan = decide(account(resolvesTo), policy());
    expect(plan.hold).toBeUndefined();
    expect(heldBy(account(resolvesTo))).toEqual(held);
    expect(plan.toDeregister.filter(({ family }) => held.includes(family))).toEqual([]);
    expect(plan.toDeregister.length).toBeGreaterThan(0);
  });

  test('shows kept and held revisions, and its ages are not requested', () => {
    const evidence = account(pattern('web:', ''));
    expect(asText(decide(evidence, policy())).filter((line) => line.startsWith('web '))).toEqual([
      'web  1  keep  referenced',
      'web  2  hold',
      'web  3  keep  newest, keep-latest',
    ]);
    expect([...candidatesWithoutAge(evidence, policy({ minAgeDays: 30 })).keys()]).toEqual(['api', 'web-admin']);
  });
});

describe('an unresolved reference to services', () => {
  const missingService = 'arn:aws:ecs:eu-west-1:123456789012:service/prod/missing';
  const to = (...services: readonly string[]) => ({ kind: 'services' as const, services });
  const missing = (evidence: Evidence, ...services: readonly string[]): Evidence => ({
    ...evidence,
    missingServices: new Set(services),
  });

  test('holds the families that these services deploy, and none for a missing service', () => {
    const evidence = account(to(service, missingService));
    expect(decide(evidence, policy()).hold?.cause).toBe('unresolved');
    expect(decide(missing(evidence, missingService), policy()).hold).toBeUndefined();
    expect(heldBy(missing(evidence, missingService))).toEqual(['web']);
    expect(targetsDeletedServices(missing(evidence, missingService))).toEqual([]);
  });

  test('holds nothing where no service exists, and is reported as left over', () => {
    const evidence = account(to(missingService));
    expect(decide(evidence, policy()).hold?.cause).toBe('unresolved');
    expect(targetsDeletedServices(evidence)).toEqual([]);
    const without = missing(evidence, missingService);
    expect(decide(without, policy()).hold).toBeUndefined();
    expect(heldBy(without)).toEqual([]);
    expect(targetsDeletedServices(without)).toEqual([unresolved(to(missingService))]);
  });

  test('holds the run where it has no service', () => {
    const evidence = missing(account(to()), missingService);
    expect(decide(evidence, policy()).hold?.cause).toBe('unresolved');
    expect(targetsDeletedServices(evidence)).toEqual([]);
  });

  test('is not left over where it is a pattern instead', () => {
    expect(targetsDeletedServices(missing(account(pattern('web:', '')), missingService))).toEqual([]);
  });

  test('holds the families of the services reading, not those of the deployment history', () => {
    const history = {
      ...referenceTo('service/prod/web', 'api:1', 'rolls back to'),
      source: 'service-deployments',
    };
    const evidence = given(
      { api: '1-3', web: '1-3' },
      { findings: [referenceTo('service/prod/web', 'web:1'), history, unresolved(to(service))] },
    );
    expect(heldBy(evidence)).toEqual(['web']);
  });

  test.each([
    { resolvesTo: pattern('web:', ''), family: 'web', expected: true },
    { resolvesTo: pattern('web:', ''), family: 'api', expected: false },
    { resolvesTo: to(service), family: 'web', expected: true },
    { resolvesTo: to(service), family: 'api', expected: false },
    // The future task definition of a missing service is not known.
    { resolvesTo: to(service, missingService), family: 'api', expected: true },
    { resolvesTo: to(), family: 'api', expected: true },
  ])('$resolvesTo can resolve to $family: $expected', ({ resolvesTo, family, expected }) => {
    const deployedBy = (one: string) => new Set(one === service ? ['web'] : []);
    expect(mayResolveTo(unresolved(resolvesTo), family, deployedBy)).toBe(expected);
  });
});

test('a family is held in any order of the inventory', () => {
  const evidence = given({ zeta: '1-2', web: '1-2', api: '1-2' }, { findings: [unresolved(pattern('ap', ''))] });
  expect(heldBy(evidence)).toEqual(['api']);
});

test('a family is held by both references that may resolve to it', () => {
  const two = [unresolved(pattern('web:', '')), { ...unresolved(pattern('we', '')), referrer: 'arn:other' }];
  const evidence = given({ web: '1-3' }, { findings: two });
  expect(decide(evidence, policy()).families[0]?.unresolved).toEqual(two);
});

test('the known parts of an unresolved reference become a reference', () => {
  const resolved = resolveReferences([unresolved(pattern('', 'b:2')), unresolved(pattern('a', 'pi'))], {
    families: ['api', 'web'],
    deployedBy: () => new Set(),
    minAgeDaysOf: () => 0,
  });
  const common = { kind: 'reference', source: 'state-machines', referrer, relation: 'starts' };
  expect(resolved).toEqual({
    any: [],
    holding: new Map(),
    references: [
      { ...common, target: { kind: 'revision', family: 'web', number: 2 }, computed: '{}b:2' },
      { ...common, target: { kind: 'floating', family: 'api' }, computed: 'a{}pi' },
    ],
  });
});

describe('the known parts of an unresolved reference', () => {
  test('keep one revision of each family that matches', () => {
    const evidence = given(
      { api: '1-3', 'my-web': '1-3', web: '1-3' },
      { findings: [unresolved(pattern('', 'web:2'))] },
    );
    const plan = decide(evidence, policy());
    expect(plan.hold).toBeUndefined();
    expect(asText(plan)).toEqual([
      'api  1-2  deregister',
      'api  3  keep  newest, keep-latest',
      'my-web  1  deregister',
      'my-web  2  keep  referenced',
      'my-web  3  keep  newest, keep-latest',
      'web  1  deregister',
      'web  2  keep  referenced',
      'web  3  keep  newest, keep-latest',
    ]);
  });

  test('keep the newest revision of a matching family where they end in letters', () => {
    const evidence = given(
      { 'shop-a-features': '1-3', 'shop-api': '1-3' },
      { findings: [unresolved(pattern('shop-', '-features'))] },
    );
    const plan = decide(evidence, policy());
    expect(asText(plan)).toEqual([
      'shop-a-features  1-2  deregister',
      'shop-a-features  3  keep  referenced, newest, keep-latest',
      'shop-api  1-2  deregister',
      'shop-api  3  keep  newest, keep-latest',
    ]);
    const [first] = plan.families;
    const kept = first?.spans.at(-1)?.verdict;
    expect(kept?.verdict === 'keep' && kept.reasons[0].text).toBe(
      'state machine reports may resolve to it (computes shop-{}-features, so the newest of its family)',
    );
  });
});

describe('a family that its referrer registers before each run', () => {
  const evidence = given(
    { api: '1-3', web: '1-3' },
    { findings: [{ ...unresolved(pattern('web:', '')), registersFirst: true as const }] },
  );

  test.each([
    { minAgeDays: 15, held: [] as string[] },
    { minAgeDays: 14, held: ['web'] },
    { minAgeDays: 0, held: ['web'] },
  ])(
    'is held as $held with minAgeDays $minAgeDays, because a redrive is possible for fourteen days',
    ({ minAgeDays, held }) => {
      const old = new Map(['api', 'web'].map((family) => [family, { oldUpto: 3, youngFrom: Infinity }]));
      const aged = { ...evidence, ages: old };
      expect(heldBy(aged, policy({ minAgeDays }))).toEqual(held);
      const plan = decide(aged, policy({ minAgeDays }));
      expect(plan.toDeregister.some(({ family }) => family === 'api')).toBe(true);
      expect(plan.toDeregister.some(({ family, number }) => family === 'web' && number === 3)).toBe(false);
      expect(plan.toDeregister.some(({ family }) => family === 'web')).toBe(held.length === 0);
    },
  );
});

describe('an unresolved reference to any family', () => {
  const usage = (coveredDays: number): Evidence['usage'] => ({
    coveredSince: asOf - coveredDays * DAY,
    coveredUntil: asOf - DAY / 48,
    lastUsed: new Map(),
  });

  test.each([
    { resolvesTo: anyReference },
    { resolvesTo: pattern('', ':', '') },
    { resolvesTo: pattern('', '2') },
    { resolvesTo: { kind: 'services', services: [] } as const },
    { resolvesTo: { kind: 'services', services: [service, `${service}-2`] } as const },
  ])('with $resolvesTo holds the run and gives a remedy', ({ resolvesTo }) => {
    const plan = decide(account(resolvesTo), policy());
    expect(plan.toDeregister).toEqual([]);
    expect(plan.hold).toMatchObject({
      cause: 'unresolved',
      problems: [{ part: 'state-machines', kind: 'unresolved', operation: `resolving what ${referrer} references` }],
    });
    expect(plan.hold?.problems[0].remedy).toContain('unresolvedReferences: report');
    expect(plan.hold?.problems[0].remedy).toContain(`without: [${referrer}]`);
  });

  test('still holds its known families where the settings accept it', () => {
    const evidence = {
      ...account({ kind: 'services', services: [service, `${service}-2`] }),
      usage: usage(30),
    };
    expect(heldBy(evidence, policy({ unresolvedReferences: 'report', usedWithinDays: 30 }))).toEqual(['web']);
  });

  test.each([
    { days: 30, covered: 30, held: false },
    { days: 30, covered: 29.9, held: true },
    { days: 30, covered: undefined, held: true },
    // No history covers the run when the rule is off.
    { days: 0, covered: 90, held: true },
  ])('is held: $held, with report and a history of $covered of $days days', ({ days, covered, held }) => {
    const evidence = {
      ...account(anyReference),
      usage: covered === undefined ? undefined : usage(covered),
    };
    const plan = decide(evidence, policy({ unresolvedReferences: 'report', usedWithinDays: days }));
    expect(plan.hold !== undefined).toBe(held);
    expect(plan.accepted.map((one) => one.referrer)).toEqual(held ? [] : [referrer]);
  });

  test('is not accepted by hold, with any history', () => {
    const evidence = { ...account(anyReference), usage: usage(90) };
    expect(decide(evidence, policy({ usedWithinDays: 30 })).hold).toBeDefined();
  });
});

// Trying each position of each hole would exceed the time limit of a test.
test('hundreds of patterns of many holes are matched against thousands of families', () => {
  const names = Array.from({ length: 20_000 }, (_, index) => `family-${index}-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa`);
  const holes = Array.from({ length: 60 }, () => 'a');
  const findings = Array.from({ length: 300 }, (_, index) => unresolved(pattern(`family-${index}`, ...holes, 'b:1')));
  const evidence = given({}, { findings: [...findings, unresolved(pattern('', ...holes, 'b:1'))] });
  const inventory = new Map(names.map((name) => [name, [{ from: 1, upto: 1 }]]));
  expect(decide({ ...evidence, inventory }, policy()).toDeregister).toEqual([]);
});
