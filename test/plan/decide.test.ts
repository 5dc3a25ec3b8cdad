// The decision as a whole: spans, holds, the cap, and the ages that must be read. The keep rules are tested in
// rules.test.ts, the laws for every account in laws.test.ts.
import { describe, expect, test } from 'vitest';
import { decide } from '../../shared/plan/decide.ts';
import { candidatesWithoutAge } from '../../shared/observe/ages-wanted.ts';
import { verdictsOf, withVerdict } from '../../shared/plan/verdict.ts';
import { nameOf, rangesOf } from '../../shared/domain/revision.ts';
import { asText } from '../support/plan-text.ts';
import { asOf, denied, given, referenceTo, policy, reading, rollout } from '../support/given.ts';

describe('the plan', () => {
  test('lists every reason of a revision, in the order of the rules', () => {
    const evidence = given(
      { web: '1-4' },
      {
        findings: [referenceTo('service/prod/web', 'web:4'), rollout('service/prod/web', 'web:4')],
        tagged: ['web:4'],
        ages: { web: { oldUpto: 3, youngFrom: 4 } },
      },
    );
    expect(asText(decide(evidence, policy({ minAgeDays: 30, keepLatest: 2 })))).toEqual([
      'web  1  deregister',
      'web  2  keep  keep-latest',
      'web  3  keep  keep-latest',
      'web  4  keep  referenced, in-flight, newest, keep-latest, protected, min-age',
    ]);
  });

  test('splits a span at another reason and not at a gap', () => {
    const plan = decide(given({ web: '1-3,7,9-12' }, { tagged: ['web:10'] }), policy({ keepLatest: 2 }));
    expect(asText(plan)).toEqual([
      'web  1-3,7,9  deregister',
      'web  10  keep  protected',
      'web  11  keep  keep-latest',
      'web  12  keep  newest, keep-latest',
    ]);
  });

  test('keeps separate evidence for neighbours that one service references', () => {
    const findings = [referenceTo('service/prod/web', 'web:2'), referenceTo('service/prod/web', 'web:3')];
    const plan = decide(given({ web: '1-4' }, { findings }), policy());
    for (const number of [2, 3]) {
      expect(verdictsOf(plan)({ family: 'web', number })).toMatchObject({
        reasons: [{ rule: 'referenced', by: [{ target: { family: 'web', number } }] }],
      });
    }
  });

  test('sorts families by code point and omits a family without ACTIVE revisions', () => {
    const evidence = given({ web2: '1', web: '1', 'web-2': '1', WEB: '1' });
    const inventory = new Map([...evidence.inventory, ['gone', []] as const]);
    expect(decide({ ...evidence, inventory }, policy()).families).toMatchObject([
      { family: 'WEB', newest: 1 },
      { family: 'web', newest: 1 },
      { family: 'web-2', newest: 1 },
      { family: 'web2', newest: 1 },
    ]);
  });

  test('is empty for an account without task definitions', () => {
    expect(decide(given({}), policy())).toEqual({
      asOf,
      hold: undefined,
      accepted: [],
      families: [],
      toDeregister: [],
    });
  });

  test('describes two hundred thousand revisions in a few spans', () => {
    const plan = decide(given({ web: '1-200000' }), policy({ keepLatest: 5, maxDeregistrations: 300 }));
    expect(asText(plan)).toEqual([
      'web  1-300  deregister',
      'web  301-199995  deferred',
      'web  199996-199999  keep  keep-latest',
      'web  200000  keep  newest, keep-latest',
    ]);
  });
});

describe('the cap', () => {
  const families = { api: '1-4', batch: '1-2', web: '1-6' };

  test('spreads the cap over the families in turn, oldest revision first', () => {
    expect(decide(given(families), policy()).toDeregister.map(nameOf)).toEqual([
      'api:1',
      'batch:1',
      'web:1',
      'api:2',
      'web:2',
      'api:3',
      'web:3',
      'web:4',
      'web:5',
    ]);
  });

  test.each([
    { cap: 0, selected: [] },
    { cap: 1, selected: ['api:1'] },
    { cap: 3, selected: ['api:1', 'batch:1', 'web:1'] },
    { cap: 4, selected: ['api:1', 'batch:1', 'web:1', 'api:2'] },
    { cap: 5, selected: ['api:1', 'batch:1', 'web:1', 'api:2', 'web:2'] },
  ])('selects $selected under a cap of $cap', ({ cap, selected }) => {
    expect(decide(given(families), policy({ maxDeregistrations: cap })).toDeregister.map(nameOf)).toEqual(selected);
  });

  test('defers the revisions above the cap, family by family', () => {
    const plan = decide(given(families), policy({ maxDeregistrations: 5 }));
    expect(asText(plan)).toEqual([
      'api  1-2  deregister',
      'api  3  deferred',
      'api  4  keep  newest, keep-latest',
      'batch  1  deregister',
      'batch  2  keep  newest, keep-latest',
      'web  1-2  deregister',
      'web  3-5  deferred',
      'web  6  keep  newest, keep-latest',
    ]);
    expect(withVerdict(plan, 'deferred')).toEqual([
      { family: 'api', ranges: [{ from: 3, upto: 3 }] },
      { family: 'web', ranges: [{ from: 3, upto: 5 }] },
    ]);
  });

  test('defers nothing when the candidates equal the cap', () => {
    const plan = decide(given({ web: '1-6' }), policy({ maxDeregistrations: 5 }));
    expect(withVerdict(plan, 'deferred')).toEqual([]);
    expect(withVerdict(plan, 'deregister')).toEqual([{ family: 'web', ranges: [{ from: 1, upto: 5 }] }]);
  });
});

describe('a plan with read problems', () => {
  test('one problem holds the whole run, and kept revisions still have their reasons', () => {
    const evidence = given({ api: '1-2', web: '1-3' }, { problems: [denied], tagged: ['web:2'] });
    const plan = decide(evidence, policy());
    expect(plan.hold).toEqual({ cause: 'unreadable', problems: [denied] });
    expect(plan.toDeregister).toEqual([]);
    expect(asText(plan)).toEqual([
      'api  1  hold',
      'api  2  keep  newest, keep-latest',
      'web  1  hold',
      'web  2  keep  protected',
      'web  3  keep  newest, keep-latest',
    ]);
    expect(verdictsOf(plan)({ family: 'web', number: 1 })).toEqual({ verdict: 'hold', cause: 'unreadable' });
  });

  test('every problem of every part is reported', () => {
    const evidence = given({ web: '1-2' }, { problems: [denied] });
    const late = { ...denied, part: 'ages' };
    const readings = [...evidence.readings, reading('ages', [], [late, late])];
    expect(decide({ ...evidence, readings }, policy()).hold?.problems).toEqual([denied, late, late]);
  });
});

describe('verdictsOf', () => {
  const plan = decide(given({ web: '1-3,5,7' }), policy());

  test.each([
    { name: 'an old revision', family: 'web', number: 1, verdict: 'deregister' },
    { name: 'the last revision of a range', family: 'web', number: 3, verdict: 'deregister' },
    { name: 'a revision in the second range', family: 'web', number: 5, verdict: 'deregister' },
    { name: 'the newest revision', family: 'web', number: 7, verdict: 'keep' },
    { name: 'a number in a gap', family: 'web', number: 4, verdict: undefined },
    { name: 'a number above all revisions', family: 'web', number: 8, verdict: undefined },
    { name: 'a revision of a family that does not exist', family: 'WEB', number: 1, verdict: undefined },
  ])('returns $verdict for $name', ({ family, number, verdict }) => {
    expect(verdictsOf(plan)({ family, number })?.verdict).toBe(verdict);
  });
});

describe('ages are requested', () => {
  test('for a revision that only its age can keep', () => {
    const evidence = given(
      { web: '1-9', api: '1-2', off: '1-9' },
      { findings: [referenceTo('service/prod/web', 'web:3')], tagged: ['web:4', 'api:1'] },
    );
    const families = { off: { minAgeDays: 0 } };
    expect(candidatesWithoutAge(evidence, policy({ minAgeDays: 30, keepLatest: 2, families }))).toEqual(
      new Map([['web', rangesOf([1, 2, 5, 6, 7])]]),
    );
  });

  test('even where some are already known', () => {
    const ages = { web: { oldUpto: 3, youngFrom: 4 } };
    expect(candidatesWithoutAge(given({ web: '1-5' }, { ages }), policy({ minAgeDays: 30 }))).toEqual(
      new Map([['web', rangesOf([1, 2, 3, 4])]]),
    );
  });

  test('for no revision when minAgeDays is 0', () => {
    expect(candidatesWithoutAge(given({ web: '1-5' }), policy({ minAgeDays: 0 }))).toEqual(new Map());
  });
});

describe('keepLatest', () => {
  const deregistered = (active: string, rules: Parameters<typeof policy>[0]) =>
    decide(
      given({ web: active }, { ages: { web: { oldUpto: 5, youngFrom: Infinity } } }),
      policy(rules),
    ).toDeregister.map(({ number }) => number);

  test('counts among all revisions where minAgeDays is 0', () => {
    expect(deregistered('1-9', { keepLatest: 2, minAgeDays: 0 })).toEqual([1, 2, 3, 4, 5, 6, 7]);
  });

  test.each([
    // 1 to 3 are old, so 2 and 3 are kept; the ages of 7 to 9 were not read.
    { active: '1-3,7-9', expected: [1] },
    // 1, 2 and 5 are old.
    { active: '1-2,5-6', expected: [1] },
    { active: '1-5', expected: [1, 2, 3] },
  ])('counts up to the last revision known to be old: deregisters $expected of $active', ({ active, expected }) => {
    expect(deregistered(active, { keepLatest: 2, minAgeDays: 30 })).toEqual(expected);
  });
});
