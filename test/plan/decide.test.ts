// The decision as a whole: spans, holds, the cap, and which ages are worth asking for. What each rule keeps is in
// rules.test.ts, and what holds for every account in laws.test.ts.
import { describe, expect, test } from 'vitest';
import { decide } from '../../shared/plan/decide.ts';
import { candidatesWithoutAge } from '../../shared/observe/ages-wanted.ts';
import { verdictsOf, withVerdict } from '../../shared/plan/verdict.ts';
import { nameOf } from '../../shared/domain/revision.ts';
import { asText } from '../support/plan-text.ts';
import { asOf, denied, given, naming, policy, reading, rollout } from '../support/given.ts';

describe('spans', () => {
  test('every reason of a revision is there, in the order of the rules', () => {
    const evidence = given(
      { web: '1-4' },
      {
        findings: [naming('service/prod/web', 'web:4'), rollout('service/prod/web', 'web:4')],
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

  test('a gap does not split what shares its reasons, and another reason does', () => {
    const plan = decide(given({ web: '1-3,7,9-12' }, { tagged: ['web:10'] }), policy({ keepLatest: 2 }));
    expect(asText(plan)).toEqual([
      'web  1-3,7,9  deregister',
      'web  10  keep  protected',
      'web  11  keep  keep-latest',
      'web  12  keep  newest, keep-latest',
    ]);
  });

  test('neighbours that the same service names in the same words keep each its own evidence', () => {
    const findings = [naming('service/prod/web', 'web:2'), naming('service/prod/web', 'web:3')];
    const plan = decide(given({ web: '1-4' }, { findings }), policy());
    for (const number of [2, 3]) {
      expect(verdictsOf(plan)({ family: 'web', number })).toMatchObject({
        reasons: [{ rule: 'referenced', by: [{ target: { family: 'web', number } }] }],
      });
    }
  });

  test('families come by name in code point order, and one without ACTIVE revisions does not come', () => {
    const evidence = given({ web2: '1', web: '1', 'web-2': '1', WEB: '1' });
    const inventory = new Map([...evidence.inventory, ['gone', []] as const]);
    expect(decide({ ...evidence, inventory }, policy()).families).toMatchObject([
      { family: 'WEB', newest: 1 },
      { family: 'web', newest: 1 },
      { family: 'web-2', newest: 1 },
      { family: 'web2', newest: 1 },
    ]);
  });

  test('an account without task definitions is an empty plan', () => {
    expect(decide(given({}), policy())).toEqual({
      asOf,
      hold: undefined,
      accepted: [],
      families: [],
      toDeregister: [],
    });
  });

  test('two hundred thousand revisions are a few spans', () => {
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

  test('the oldest of each family go in turn, so that no backlog starves another', () => {
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
    { cap: 0, going: [] },
    { cap: 1, going: ['api:1'] },
    { cap: 3, going: ['api:1', 'batch:1', 'web:1'] },
    { cap: 4, going: ['api:1', 'batch:1', 'web:1', 'api:2'] },
    { cap: 5, going: ['api:1', 'batch:1', 'web:1', 'api:2', 'web:2'] },
  ])('of $cap, $going go tonight', ({ cap, going }) => {
    expect(decide(given(families), policy({ maxDeregistrations: cap })).toDeregister.map(nameOf)).toEqual(going);
  });

  test('what waits for another night says so, family by family', () => {
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

  test('exactly as many as the cap leave nothing deferred', () => {
    const plan = decide(given({ web: '1-6' }), policy({ maxDeregistrations: 5 }));
    expect(withVerdict(plan, 'deferred')).toEqual([]);
    expect(withVerdict(plan, 'deregister')).toEqual([{ family: 'web', ranges: [{ from: 1, upto: 5 }] }]);
  });
});

describe('unreadable', () => {
  test('one fault holds the whole run: what no rule keeps is held, what a rule keeps says why', () => {
    const evidence = given({ api: '1-2', web: '1-3' }, { faults: [denied], tagged: ['web:2'] });
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

  test('every fault of every part is told', () => {
    const evidence = given({ web: '1-2' }, { faults: [denied] });
    const late = { ...denied, part: 'ages' };
    const readings = [...evidence.readings, reading('ages', [], [late, late])];
    expect(decide({ ...evidence, readings }, policy()).hold?.problems).toEqual([denied, late, late]);
  });
});

describe('a verdict is found', () => {
  const plan = decide(given({ web: '1-3,5,7' }), policy());

  test.each([
    { name: 'an old one', family: 'web', number: 1, verdict: 'deregister' },
    { name: 'the last of a range', family: 'web', number: 3, verdict: 'deregister' },
    { name: 'one in its second range', family: 'web', number: 5, verdict: 'deregister' },
    { name: 'the newest', family: 'web', number: 7, verdict: 'keep' },
    { name: 'one in a gap', family: 'web', number: 4, verdict: undefined },
    { name: 'one above all', family: 'web', number: 8, verdict: undefined },
    { name: 'one of no family', family: 'WEB', number: 1, verdict: undefined },
  ])('of $name: $verdict', ({ family, number, verdict }) => {
    expect(verdictsOf(plan)({ family, number })?.verdict).toBe(verdict);
  });
});

describe('ages are worth asking for', () => {
  test('where nothing but its age keeps a revision', () => {
    const evidence = given(
      { web: '1-9', api: '1-2', off: '1-9' },
      { findings: [naming('service/prod/web', 'web:3')], tagged: ['web:4', 'api:1'] },
    );
    const families = { off: { minAgeDays: 0 } };
    expect(candidatesWithoutAge(evidence, policy({ minAgeDays: 30, keepLatest: 2, families }))).toEqual(
      new Map([['web', [1, 2, 5, 6, 7]]]),
    );
  });

  test('whatever is known of them already', () => {
    const ages = { web: { oldUpto: 3, youngFrom: 4 } };
    expect(candidatesWithoutAge(given({ web: '1-5' }, { ages }), policy({ minAgeDays: 30 }))).toEqual(
      new Map([['web', [1, 2, 3, 4]]]),
    );
  });

  test('nowhere when the rule is off', () => {
    expect(candidatesWithoutAge(given({ web: '1-5' }), policy({ minAgeDays: 0 }))).toEqual(new Map());
  });
});

describe('the newest of those that minAgeDays does not keep', () => {
  const going = (active: string, rules: Parameters<typeof policy>[0]) =>
    decide(
      given({ web: active }, { ages: { web: { oldUpto: 5, youngFrom: Infinity } } }),
      policy(rules),
    ).toDeregister.map(({ number }) => number);

  test('are counted among all where no age is asked for', () => {
    expect(going('1-9', { keepLatest: 2, minAgeDays: 0 })).toEqual([1, 2, 3, 4, 5, 6, 7]);
  });

  test.each([
    // 1 to 3 are old, so that 2 and 3 are kept; of 7 to 9 the age was not read.
    { active: '1-3,7-9', gone: [1] },
    // 1, 2 and 5 are old.
    { active: '1-2,5-6', gone: [1] },
    { active: '1-5', gone: [1, 2, 3] },
  ])('are counted up to the last that is known to be old: of $active go $gone', ({ active, gone }) => {
    expect(going(active, { keepLatest: 2, minAgeDays: 30 })).toEqual(gone);
  });
});
