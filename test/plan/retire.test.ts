// Conditions for retiring a family. In each test only the tested condition keeps the family. The expected
// values are typed by hand.
import { describe, expect, test } from 'vitest';
import type { Ages, Evidence, Finding, UnresolvedReference } from '../../shared/domain/evidence.ts';
import { decide } from '../../shared/plan/decide.ts';
import { retirementObstacles, candidatesWithoutAge, retirementCandidates } from '../../shared/observe/ages-wanted.ts';
import { asText } from '../support/plan-text.ts';
import { asOf, given, referenceTo, policy, rollout, usage, used } from '../support/given.ts';

const DAY = 86_400_000;
const retires = policy({ retireFamiliesAfterDays: 90, keepLatest: 5 });
/** A family of old revisions; the newest was registered this many milliseconds before the plan. */
const agesOf = (newestMsAgo: number): Ages => ({
  oldUpto: 9,
  youngFrom: Infinity,
  newestAt: asOf - newestMsAgo,
});
const old = agesOf(400 * DAY);

function dead({
  findings = [],
  known = usage(90),
  ages = { dead: old },
  tagged = [],
  active = '1-3',
}: {
  findings?: readonly Finding[];
  known?: ReturnType<typeof usage>;
  ages?: Readonly<Record<string, Ages>>;
  tagged?: readonly string[];
  active?: string;
} = {}): Evidence {
  return given({ dead: active }, { findings, usage: known, ages, tagged });
}

const goes = ['dead  1-3  deregister'];

function plannedBy(evidence: Evidence, by = retires): string[] {
  return asText(decide(evidence, by));
}

test('deregisters all revisions of a family unused for retireFamiliesAfterDays, oldest first', () => {
  const plan = decide(dead(), retires);
  expect(asText(plan)).toEqual(goes);
  expect(plan.toDeregister.map(({ number }) => number)).toEqual([1, 2, 3]);
  expect(plan.families[0]?.isRetired).toBe(true);
  expect(plan.retiredSince).toBe(Date.parse('2026-08-26T02:30:00Z'));
});

test('retires no family with 0 days', () => {
  const plan = decide(dead(), policy({ keepLatest: 5 }));
  expect(asText(plan)).toEqual(['dead  1-2  keep  keep-latest', 'dead  3  keep  newest, keep-latest']);
  expect(plan).not.toHaveProperty('retiredSince');
  expect(plan.families[0]).not.toHaveProperty('isRetired');
  expect(retirementCandidates(dead(), policy()).size).toBe(0);
});

test('keeps the newest revision of a retired family when the cap ends the run', () => {
  const plan = decide(dead(), policy({ retireFamiliesAfterDays: 90, maxDeregistrations: 2 }));
  expect(asText(plan)).toEqual(['dead  1-2  deregister', 'dead  3  deferred']);
});

const who = 'arn:aws:states:eu-west-1:123456789012:stateMachine:m';
function computes(...parts: readonly string[]): UnresolvedReference {
  return {
    kind: 'unresolved',
    source: 'state-machines',
    referrer: who,
    description: 'computes its task definition',
    resolvesTo: { kind: 'pattern', parts },
  };
}

describe('keeps the newest revisions of a family when', () => {
  test.each<{ what: string; evidence: Evidence; text: string }>([
    {
      what: 'its newest revision is referenced',
      evidence: dead({ findings: [referenceTo('rule/nightly', 'dead:3', 'starts')] }),
      text: 'rule nightly references it',
    },
    {
      what: 'its oldest revision is referenced',
      evidence: dead({ findings: [referenceTo('rule/nightly', 'dead:1', 'starts')] }),
      text: 'rule nightly references it',
    },
    {
      what: 'a stack holds one of its revisions',
      evidence: dead({ findings: [referenceTo('stack/s', 'dead:2', 'holds')] }),
      text: 'stack s references it',
    },
    {
      what: 'a text mentions one of its revisions',
      evidence: dead({ findings: [referenceTo('task-definition/web:7', 'dead:2', 'mentions')] }),
      text: 'task-definition web:7 references it',
    },
    {
      what: 'a floating reference resolves to it',
      evidence: dead({ findings: [referenceTo('rule/nightly', 'dead', 'starts')] }),
      text: 'rule nightly references it',
    },
    {
      what: 'a task runs one of its INACTIVE revisions',
      evidence: dead({ findings: [referenceTo('task/prod/1', 'dead:7', 'runs')] }),
      text: 'task prod/1 references it',
    },
    {
      what: 'a service is deploying it',
      evidence: dead({ findings: [rollout('service/prod/web', 'dead:7')] }),
      text: 'service prod/web is in a deployment of it',
    },
    {
      what: 'it was used on the first day that counts',
      evidence: dead({ known: usage(90, { 'dead:2': 90 }) }),
      text: 'used on 26 August 2026',
    },
    {
      what: 'one of its INACTIVE revisions was used',
      evidence: dead({ known: usage(90, { 'dead:7': 89 }) }),
      text: 'used on 27 August 2026',
    },
    {
      what: 'another source reports a use',
      evidence: dead({ findings: [used('dead:1', 60)] }),
      text: 'used on 25 September 2026',
    },
    {
      what: 'the usage history is one day too short',
      evidence: dead({ known: usage(89) }),
      text: 'usage is known since 27 August 2026',
    },
    {
      what: 'its newest revision was registered exactly at the boundary',
      evidence: dead({ ages: { dead: agesOf(90 * DAY) } }),
      text: 'its newest revision was registered on 26 August 2026',
    },
    {
      what: 'AWS does not return the age of its newest revision',
      evidence: dead({ ages: { dead: { ...old, newestAt: Infinity } } }),
      text: 'AWS does not say when its newest revision was registered',
    },
    {
      what: 'the age of its newest revision was not read',
      evidence: dead({ ages: { dead: { oldUpto: 9, youngFrom: Infinity } } }),
      text: 'the age of its newest revision was not read',
    },
  ])('$what', ({ evidence, text }) => {
    const plan = decide(evidence, retires);
    expect(plan.toDeregister).toEqual([]);
    expect(plan.families[0]).not.toHaveProperty('isRetired');
    expect(retirementObstacles(new Set(['dead']), evidence, retires).get('dead')).toMatchObject([{ text }]);
  });

  test.each([
    { what: 'a computed name may resolve to the family', parts: ['de', ''], hold: undefined },
    { what: 'a computed name may resolve to any of its revisions', parts: ['dead:', ''], hold: undefined },
    { what: 'a computed name spells one of its revisions', parts: ['', 'ad:2'], hold: undefined },
  ])('$what', ({ parts }) => {
    const plan = decide(dead({ findings: [computes(...parts)] }), retires);
    expect(plan.toDeregister).toEqual([]);
    expect(plan.families[0]).not.toHaveProperty('isRetired');
  });

  test('an accepted unresolved reference may resolve to any family', () => {
    const by = policy({ retireFamiliesAfterDays: 90, unresolvedReferences: 'report', usedWithinDays: 30 });
    expect(plannedBy(dead(), by)).toEqual(goes);
    const plan = decide(dead({ findings: [computes('', '')] }), by);
    expect(plan.hold).toBeUndefined();
    expect(asText(plan)).toEqual(['dead  1-2  deregister', 'dead  3  keep  newest, keep-latest']);
  });

  test('the usage history was not read', () => {
    const { usage: _usage, ...rest } = dead();
    const evidence = { ...rest, usage: undefined };
    expect(decide(evidence, retires).toDeregister).toEqual([]);
    expect(retirementObstacles(new Set(['dead']), evidence, retires).get('dead')).toMatchObject([
      { text: 'usage is not read' },
    ]);
  });
});

describe('the obstacles to retiring a family include', () => {
  const obstacles = (evidence: Evidence, by = retires) =>
    retirementObstacles(new Set(['dead']), evidence, by).get('dead');
  const rule = (name: string, path = 'rule/nightly') => referenceTo(path, name, 'starts');

  test.each<{ findings: readonly Finding[]; text: string }>([
    { findings: [rule('dead:1')], text: 'rule nightly references it' },
    { findings: [rule('dead:1'), rule('dead:2')], text: 'rule nightly references it' },
    { findings: [rule('dead:1'), rule('dead:2', 'rule/a')], text: 'rule nightly references it, and 1 more' },
  ])('the number of referrers: $text', ({ findings, text }) => {
    expect(obstacles(dead({ findings }))).toEqual([{ text, frees: 'nothing referenced any of its revisions' }]);
  });

  test.each<{
    what: string;
    evidence?: Evidence;
    by?: ReturnType<typeof policy>;
    text: string;
    frees: string;
  }>([
    {
      what: 'the unresolved reference that may resolve to it',
      evidence: dead({ findings: [computes('dead:', '')] }),
      text: 'state machine m may resolve to it: it computes its task definition',
      frees: 'that referenced its task definition by name, or were left out by the settings (without)',
    },
    {
      what: 'the setting that protects it',
      by: policy({ retireFamiliesAfterDays: 90, protectedBy: 'families matching dead' }),
      text: 'protected: families matching dead',
      frees: 'no setting protected it',
    },
    {
      what: 'the AWS service that registers its revisions',
      evidence: dead({ ages: { dead: { ...old, byAws: 'AWS Batch' } } }),
      text: 'it belongs to AWS Batch',
      frees: 'that AWS service did not register in it',
    },
  ])('$what', ({ evidence = dead(), by = retires, text, frees }) => {
    expect(obstacles(evidence, by)).toEqual([{ text, frees }]);
  });

  test('the age of the newest revision beside another obstacle, where it was read', () => {
    const findings = [rule('dead:1')];
    const text = (ages: Readonly<Record<string, Ages>>) => obstacles(dead({ findings, ages }))?.map((one) => one.text);
    expect(text({ dead: agesOf(30 * DAY) })).toEqual([
      'rule nightly references it',
      'its newest revision was registered on 25 October 2026',
    ]);
    expect(text({ dead: { oldUpto: 9, youngFrom: Infinity } })).toEqual(['rule nightly references it']);
    expect(text({})).toEqual(['rule nightly references it']);
  });

  test('no family that was not asked for', () => {
    const evidence = given({ dead: '1', live: '1' }, { usage: usage(90) });
    expect([...retirementObstacles(new Set(['live']), evidence, retires).keys()]).toEqual(['live']);
  });
});

test.each(['runs', 'ran', 'deploys', 'rolls back to'] as const)(
  'keeps a family when a referrer %s one of its INACTIVE revisions',
  (use) => {
    expect(decide(dead({ findings: [referenceTo('service/prod/web', 'dead:7', use)] }), retires).toDeregister).toEqual(
      [],
    );
  },
);

test('retires a family when a short name references its INACTIVE revision', () => {
  const short = { ...referenceTo('object/x', 'dead:7', 'runs'), isShort: true as const };
  expect(plannedBy(dead({ findings: [short] }))).toEqual(goes);
});

test('does not request the age of the newest revision of a family that cannot retire', () => {
  const evidence = given(
    { live: '1-3' },
    { findings: [referenceTo('rule/nightly', 'live', 'starts')], usage: usage(90) },
  );
  expect(retirementCandidates(evidence, policy({ retireFamiliesAfterDays: 90 })).size).toBe(0);
});

describe('the keep rules still apply in a retired family', () => {
  test.each<{ what: string; evidence?: Evidence; by?: ReturnType<typeof policy>; planned: string[] }>([
    {
      what: 'a family outside the allow-list',
      by: policy({ retireFamiliesAfterDays: 90, protectedBy: 'outside families web-*' }),
      planned: ['dead  1-2  keep  protected', 'dead  3  keep  newest, keep-latest, protected'],
    },
    {
      what: 'a protecting tag',
      evidence: dead({ tagged: ['dead:3'] }),
      planned: ['dead  1-2  deregister', 'dead  3  keep  protected'],
    },
    {
      what: 'a longer minAgeDays',
      evidence: dead({ ages: { dead: { oldUpto: 1, youngFrom: 2, newestAt: asOf - 91 * DAY } } }),
      by: policy({ retireFamiliesAfterDays: 90, minAgeDays: 365 }),
      planned: ['dead  1  deregister', 'dead  2-3  keep  min-age'],
    },
    {
      what: 'a longer usedWithinDays',
      evidence: dead({ known: usage(400, { 'dead:2': 200 }) }),
      by: policy({ retireFamiliesAfterDays: 90, usedWithinDays: 300 }),
      planned: ['dead  1  deregister', 'dead  2  keep  recently-used', 'dead  3  deregister'],
    },
  ])('$what', ({ evidence = dead(), by = retires, planned }) => {
    expect(asText(decide(evidence, by))).toEqual(planned);
  });

  test('never retire a family in which an AWS service registers', () => {
    const evidence = dead({ ages: { dead: { ...old, byAws: 'AWS Batch' } } });
    const plan = decide(evidence, retires);
    expect(plan.toDeregister).toEqual([]);
    expect(plan.families[0]).not.toHaveProperty('isRetired');
  });
});

test('retires a family when a rule starts only its INACTIVE revision', () => {
  expect(plannedBy(dead({ findings: [referenceTo('rule/nightly', 'dead:7', 'starts')] }))).toEqual(goes);
});

test('retires a family that was last used on the day before the boundary', () => {
  expect(plannedBy(dead({ known: usage(100, { 'dead:2': 91 }) }))).toEqual(goes);
});

test('accepts a history that lacks the two hours which CloudTrail does not return', () => {
  const since = (hours: number) => ({ ...usage(90), coveredSince: asOf - 90 * DAY + hours * 3_600_000 });
  expect(plannedBy(dead({ known: since(2) }))).toEqual(goes);
  expect(decide(dead({ known: since(2.01) }), retires).toDeregister).toEqual([]);
});

test('requests the age of the newest revision only where nothing else keeps the family', () => {
  const evidence = given(
    { dead: '1-3', live: '1-2', tagged: '4' },
    { findings: [referenceTo('rule/nightly', 'live', 'starts')], usage: usage(90), tagged: ['tagged:4'] },
  );
  expect(retirementCandidates(evidence, retires)).toEqual(new Map([['dead', { newest: 3, frees: 3 }]]));
  expect(retirementCandidates({ ...evidence, usage: usage(80) }, retires).size).toBe(0);
});

test('applies minAgeDays to every revision of a retired family', () => {
  const by = policy({ retireFamiliesAfterDays: 90, minAgeDays: 30, keepLatest: 5 });
  expect(candidatesWithoutAge(dead(), by)).toEqual(new Map([['dead', [{ from: 1, upto: 3 }]]]));
  expect(candidatesWithoutAge(dead({ ages: {} }), by)).toEqual(new Map());
});

test('retires a family independently of another family with the same prefix', () => {
  const evidence = given(
    { dead: '1', 'dead-2': '1' },
    {
      findings: [referenceTo('rule/nightly', 'dead-2', 'starts')],
      usage: usage(90),
      ages: { dead: old, 'dead-2': old },
    },
  );
  expect(decide(evidence, retires).toDeregister).toEqual([{ family: 'dead', number: 1 }]);
});
