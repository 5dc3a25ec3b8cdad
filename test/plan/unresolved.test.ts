// An unresolved reference holds the families that it can resolve to. One that can resolve to any family holds the run, unless
// the settings accept it and usage covers for it. What the known parts spell is kept, and holds nothing.
import { describe, expect, test } from 'vitest';
import type { Evidence, PossibleTargets, UnresolvedReference } from '../../shared/domain/evidence.ts';
import { anyReference } from '../../shared/domain/pattern.ts';
import { decide } from '../../shared/plan/decide.ts';
import { candidatesWithoutAge } from '../../shared/observe/ages-wanted.ts';
import { mayResolveTo, targetsDeletedServices, resolveReferences } from '../../shared/plan/unresolved.ts';
import { asText } from '../support/plan-text.ts';
import { asOf, given, naming, policy } from '../support/given.ts';

const who = 'arn:aws:states:eu-west-1:123456789012:stateMachine:reports';
const service = 'arn:aws:ecs:eu-west-1:123456789012:service/prod/web';
const unknown = (means: PossibleTargets): UnresolvedReference => ({
  kind: 'unresolved',
  source: 'state-machines',
  referrer: who,
  description: 'computes its task definition',
  resolvesTo: means,
});
const pattern = (...parts: readonly string[]) => ({ kind: 'pattern' as const, parts });
const account = (...means: readonly PossibleTargets[]) =>
  given(
    { api: '1-3', web: '1-3', 'web-admin': '1-2' },
    { findings: [naming('service/prod/web', 'web:1'), ...means.map(unknown)] },
  );
const DAY = 86_400_000;

function heldBy(evidence: Evidence, rules = policy()): string[] {
  return decide(evidence, rules)
    .families.filter(({ spans }) =>
      spans.some(({ verdict }) => verdict.verdict === 'hold' && verdict.cause === 'unresolved'),
    )
    .map(({ family }) => family);
}

describe('a family that something could mean', () => {
  test.each([
    { means: pattern('web:', ''), held: ['web'] },
    { means: pattern('web:1', ''), held: ['web'] },
    { means: pattern('web', ''), held: ['web', 'web-admin'] },
    { means: pattern('web-', ''), held: ['web-admin'] },
    { means: pattern('Web:', ''), held: [] as string[] },
    { means: pattern('', 'i:', ''), held: ['api'] },
    { means: pattern('', 'b', ''), held: ['web', 'web-admin'] },
    { means: { kind: 'services', services: [service] } as const, held: ['web'] },
  ])('is held by $means, and the others go on', ({ means, held }) => {
    const plan = decide(account(means), policy());
    expect(plan.hold).toBeUndefined();
    expect(heldBy(account(means))).toEqual(held);
    expect(plan.toDeregister.filter(({ family }) => held.includes(family))).toEqual([]);
    expect(plan.toDeregister.length).toBeGreaterThan(0);
  });

  test('shows what rules keep and what is held, and its ages are not asked for', () => {
    const evidence = account(pattern('web:', ''));
    expect(asText(decide(evidence, policy())).filter((line) => line.startsWith('web '))).toEqual([
      'web  1  keep  referenced',
      'web  2  hold',
      'web  3  keep  newest, keep-latest',
    ]);
    expect([...candidatesWithoutAge(evidence, policy({ minAgeDays: 30 })).keys()]).toEqual(['api', 'web-admin']);
  });
});

describe('what is deployed to services', () => {
  const gone = 'arn:aws:ecs:eu-west-1:123456789012:service/prod/gone';
  const to = (...services: readonly string[]) => ({ kind: 'services' as const, services });
  const missing = (evidence: Evidence, ...services: readonly string[]): Evidence => ({
    ...evidence,
    missingServices: new Set(services),
  });

  test('holds what these services deploy, and nothing for those that do not exist', () => {
    const evidence = account(to(service, gone));
    expect(decide(evidence, policy()).hold?.cause).toBe('unresolved');
    expect(decide(missing(evidence, gone), policy()).hold).toBeUndefined();
    expect(heldBy(missing(evidence, gone))).toEqual(['web']);
    expect(targetsDeletedServices(missing(evidence, gone))).toEqual([]);
  });

  test('holds nothing where none of them exists, and is told as left over', () => {
    const evidence = account(to(gone));
    expect(decide(evidence, policy()).hold?.cause).toBe('unresolved');
    expect(targetsDeletedServices(evidence)).toEqual([]);
    const without = missing(evidence, gone);
    expect(decide(without, policy()).hold).toBeUndefined();
    expect(heldBy(without)).toEqual([]);
    expect(targetsDeletedServices(without)).toEqual([unknown(to(gone))]);
  });

  test('holds the run where it names no service', () => {
    const evidence = missing(account(to()), gone);
    expect(decide(evidence, policy()).hold?.cause).toBe('unresolved');
    expect(targetsDeletedServices(evidence)).toEqual([]);
  });

  test('is not left over where it is a pattern', () => {
    expect(targetsDeletedServices(missing(account(pattern('web:', '')), gone))).toEqual([]);
  });

  test('holds what the services reading says of them, and not what their history says', () => {
    const history = {
      ...naming('service/prod/web', 'api:1', 'rolls back to'),
      source: 'service-deployments',
    };
    const evidence = given(
      { api: '1-3', web: '1-3' },
      { findings: [naming('service/prod/web', 'web:1'), history, unknown(to(service))] },
    );
    expect(heldBy(evidence)).toEqual(['web']);
  });

  test.each([
    { means: pattern('web:', ''), family: 'web', could: true },
    { means: pattern('web:', ''), family: 'api', could: false },
    { means: to(service), family: 'web', could: true },
    { means: to(service), family: 'api', could: false },
    // What another service will be given is not known.
    { means: to(service, gone), family: 'api', could: true },
    { means: to(), family: 'api', could: true },
  ])('$means can resolve to $family: $could', ({ means, family, could }) => {
    const deployedBy = (one: string) => new Set(one === service ? ['web'] : []);
    expect(mayResolveTo(unknown(means), family, deployedBy)).toBe(could);
  });
});

test('a family is held in whatever order the inventory has it', () => {
  const evidence = given({ zeta: '1-2', web: '1-2', api: '1-2' }, { findings: [unknown(pattern('ap', ''))] });
  expect(heldBy(evidence)).toEqual(['api']);
});

test('a family that two things may resolve to is held by both', () => {
  const two = [unknown(pattern('web:', '')), { ...unknown(pattern('we', '')), referrer: 'arn:other' }];
  const evidence = given({ web: '1-3' }, { findings: two });
  expect(decide(evidence, policy()).families[0]?.unresolved).toEqual(two);
});

test('what the known parts spell becomes a reference of its own kind', () => {
  const resolved = resolveReferences([unknown(pattern('', 'b:2')), unknown(pattern('a', 'pi'))], {
    families: ['api', 'web'],
    deployedBy: () => new Set(),
    minAgeDaysOf: () => 0,
  });
  const common = { kind: 'reference', source: 'state-machines', referrer: who, relation: 'starts' };
  expect(resolved).toEqual({
    any: [],
    holding: new Map(),
    references: [
      { ...common, target: { kind: 'revision', family: 'web', number: 2 }, computed: '{}b:2' },
      { ...common, target: { kind: 'floating', family: 'api' }, computed: 'a{}pi' },
    ],
  });
});

describe('what the known parts spell', () => {
  test('is one revision of each family that fits, and is kept', () => {
    const evidence = given({ api: '1-3', 'my-web': '1-3', web: '1-3' }, { findings: [unknown(pattern('', 'web:2'))] });
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

  test('is a family alone where it ends in letters: its newest revision is kept, and says why', () => {
    const evidence = given(
      { 'shop-a-features': '1-3', 'shop-api': '1-3' },
      { findings: [unknown(pattern('shop-', '-features'))] },
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

describe('what is registered by who runs it', () => {
  const evidence = given(
    { api: '1-3', web: '1-3' },
    { findings: [{ ...unknown(pattern('web:', '')), registersFirst: true as const }] },
  );

  test.each([
    { minAgeDays: 15, held: [] as string[] },
    { minAgeDays: 14, held: ['web'] },
    { minAgeDays: 0, held: ['web'] },
  ])('holds $held with minAgeDays $minAgeDays: a redrive runs it for fourteen days', ({ minAgeDays, held }) => {
    const old = new Map(['api', 'web'].map((family) => [family, { oldUpto: 3, youngFrom: Infinity }]));
    const aged = { ...evidence, ages: old };
    expect(heldBy(aged, policy({ minAgeDays }))).toEqual(held);
    const plan = decide(aged, policy({ minAgeDays }));
    expect(plan.toDeregister.some(({ family }) => family === 'api')).toBe(true);
    expect(plan.toDeregister.some(({ family, number }) => family === 'web' && number === 3)).toBe(false);
    expect(plan.toDeregister.some(({ family }) => family === 'web')).toBe(held.length === 0);
  });
});

describe('what could mean any family', () => {
  const usage = (coveredDays: number): Evidence['usage'] => ({
    coveredSince: asOf - coveredDays * DAY,
    coveredUntil: asOf - DAY / 48,
    lastUsed: new Map(),
  });

  test.each([
    { means: anyReference },
    { means: pattern('', ':', '') },
    { means: pattern('', '2') },
    { means: { kind: 'services', services: [] } as const },
    { means: { kind: 'services', services: [service, `${service}-2`] } as const },
  ])('$means holds the run, and says how to mend it', ({ means }) => {
    const plan = decide(account(means), policy());
    expect(plan.toDeregister).toEqual([]);
    expect(plan.hold).toMatchObject({
      cause: 'unresolved',
      problems: [{ part: 'state-machines', kind: 'unresolved', operation: `resolving what ${who} references` }],
    });
    expect(plan.hold?.problems[0].remedy).toContain('unresolvedReferences: report');
    expect(plan.hold?.problems[0].remedy).toContain(`without: [${who}]`);
  });

  test('still holds the families that it certainly concerns where it is accepted', () => {
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
    // Without the rule nothing covers.
    { days: 0, covered: 90, held: true },
  ])('is accepted by report with $covered of $days days known: held is $held', ({ days, covered, held }) => {
    const evidence = {
      ...account(anyReference),
      usage: covered === undefined ? undefined : usage(covered),
    };
    const plan = decide(evidence, policy({ unresolvedReferences: 'report', usedWithinDays: days }));
    expect(plan.hold !== undefined).toBe(held);
    expect(plan.accepted.map((one) => one.referrer)).toEqual(held ? [] : [who]);
  });

  test('is not accepted by hold, however much is known', () => {
    const evidence = { ...account(anyReference), usage: usage(90) };
    expect(decide(evidence, policy({ usedWithinDays: 30 })).hold).toBeDefined();
  });
});

// Trying each place of each hole would not end within the time limit of a test.
test('hundreds of patterns of many holes are matched against thousands of families', () => {
  const names = Array.from({ length: 20_000 }, (_, index) => `family-${index}-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa`);
  const holes = Array.from({ length: 60 }, () => 'a');
  const findings = Array.from({ length: 300 }, (_, index) => unknown(pattern(`family-${index}`, ...holes, 'b:1')));
  const evidence = given({}, { findings: [...findings, unknown(pattern('', ...holes, 'b:1'))] });
  const inventory = new Map(names.map((name) => [name, [{ from: 1, upto: 1 }]]));
  expect(decide({ ...evidence, inventory }, policy()).toDeregister).toEqual([]);
});
