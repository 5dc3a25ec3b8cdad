// One canonical test for each keep rule, which fails without the rule, and the rule's boundaries. Only the tested rule
// keeps the revisions of a test.
import { describe, expect, test } from 'vitest';
import { decide } from '../../shared/plan/decide.ts';
import { ageBoundary } from '../../shared/plan/rules/rule.ts';
import { rules } from '../../shared/plan/rules/rules.ts';
import { verdictsOf } from '../../shared/plan/verdict.ts';
import { asText } from '../support/plan-text.ts';
import { asOf, given, referenceTo, policy, rollout, usage, used } from '../support/given.ts';

test('every rule has a unique name and a sentence that explains it', () => {
  expect(rules.map(({ name }) => name)).toEqual([
    'referenced',
    'in-flight',
    'newest',
    'keep-latest',
    'protected',
    'recently-used',
    'min-age',
  ]);
  for (const { description } of rules) expect(description).toMatch(/^[A-Z].+\.$/);
});

describe('referenced', () => {
  test('keeps a revision that a service references, at any age', () => {
    const evidence = given({ web: '1-9' }, { findings: [referenceTo('service/prod/web', 'web:3')] });
    expect(asText(decide(evidence, policy()))).toEqual([
      'web  1-2  deregister',
      'web  3  keep  referenced',
      'web  4-8  deregister',
      'web  9  keep  newest, keep-latest',
    ]);
  });

  test('keeps a revision for every relation', () => {
    const findings = (['runs', 'ran', 'deploys', 'rolls back to', 'starts', 'mentions'] as const).map((use, index) =>
      referenceTo(`service/prod/s${index}`, `web:${index + 1}`, use),
    );
    const plan = decide(given({ web: '1-8' }, { findings }), policy());
    expect(plan.toDeregister).toEqual([{ family: 'web', number: 7 }]);
  });

  test.each([
    { by: ['web:3'], text: 'service prod/a deploys it' },
    { by: ['web:3', 'web:3'], text: 'service prod/a deploys it, and 1 more' },
    { by: ['web:3', 'web:3', 'web:3'], text: 'service prod/a deploys it, and 2 more' },
  ])('reports $by.length referrers as: $text', ({ by, text }) => {
    const findings = by.map((name, index) => referenceTo(`service/prod/${'abc'[index]}`, name));
    const plan = decide(given({ web: '1-9' }, { findings }), policy());
    const reasons = [{ rule: 'referenced', text, by: findings }];
    expect(verdictsOf(plan)({ family: 'web', number: 3 })).toEqual({ verdict: 'keep', reasons });
  });

  test('keeps only the newest revision for a floating reference', () => {
    const evidence = given({ web: '1-4' }, { findings: [referenceTo('rule/nightly', 'web', 'starts')] });
    const plan = decide(evidence, policy());
    expect(asText(plan)).toEqual(['web  1-3  deregister', 'web  4  keep  referenced, newest, keep-latest']);
    expect(verdictsOf(plan)({ family: 'web', number: 4 })).toMatchObject({
      reasons: [{ text: 'rule nightly starts it (references the family, so its newest)' }, {}, {}],
    });
  });

  test('keeps only the exact family for a similar family name', () => {
    const families = { WEB: '1-2', web: '1-2', 'web-admin': '1-2', web2: '1-2' };
    const evidence = given(families, { findings: [referenceTo('service/prod/web', 'web:1')] });
    expect(decide(evidence, policy()).toDeregister.map(({ family }) => family)).toEqual(['WEB', 'web-admin', 'web2']);
  });

  test('ignores a reference to an INACTIVE revision or to a missing family', () => {
    const findings = [
      referenceTo('service/prod/a', 'web:7'),
      referenceTo('service/prod/b', 'gone:1'),
      referenceTo('rule/c', 'gone'),
    ];
    expect(asText(decide(given({ web: '1-2' }, { findings }), policy()))).toEqual([
      'web  1  deregister',
      'web  2  keep  newest, keep-latest',
    ]);
  });

  test('shows a referrer without an ARN unchanged', () => {
    const who = { ...referenceTo('service/prod/web', 'web:1'), referrer: 'DescribeServices' };
    const plan = decide(given({ web: '1-2' }, { findings: [who] }), policy());
    expect(plan.families[0]?.spans[0]?.verdict).toMatchObject({
      reasons: [{ text: 'DescribeServices deploys it' }],
    });
  });
});

describe('in-flight', () => {
  test('keeps all revisions from the lowest that a deploying service references', () => {
    const evidence = given({ web: '1-9' }, { findings: [rollout('service/prod/web', 'web:5')] });
    expect(asText(decide(evidence, policy()))).toEqual([
      'web  1-4  deregister',
      'web  5-8  keep  in-flight',
      'web  9  keep  in-flight, newest, keep-latest',
    ]);
  });

  test('applies to every family that the service references, and to no other', () => {
    const findings = [rollout('service/prod/web', 'web:3', 'web-next:2')];
    const families = { web: '1-4', 'web-next': '1-3', web2: '1-2' };
    expect(asText(decide(given(families, { findings }), policy()))).toEqual([
      'web  1-2  deregister',
      'web  3  keep  in-flight',
      'web  4  keep  in-flight, newest, keep-latest',
      'web-next  1  deregister',
      'web-next  2  keep  in-flight',
      'web-next  3  keep  in-flight, newest, keep-latest',
      'web2  1  deregister',
      'web2  2  keep  newest, keep-latest',
    ]);
  });

  test('reports every deploying service with its lowest revision', () => {
    const findings = [rollout('service/prod/a', 'web:5'), rollout('service/prod/b', 'web:3')];
    const plan = decide(given({ web: '1-9' }, { findings }), policy());
    const [service, other] = [
      'arn:aws:ecs:eu-west-1:123456789012:service/prod/a',
      'arn:aws:ecs:eu-west-1:123456789012:service/prod/b',
    ];
    const reasons = (number: number) => verdictsOf(plan)({ family: 'web', number });
    expect(reasons(2)).toEqual({ verdict: 'deregister' });
    expect(reasons(3)).toEqual({
      verdict: 'keep',
      reasons: [{ rule: 'in-flight', text: 'service prod/b is in a deployment from 3 upwards', by: [other] }],
    });
    expect(reasons(5)).toEqual({
      verdict: 'keep',
      reasons: [
        {
          rule: 'in-flight',
          text: 'service prod/a is in a deployment from 5 upwards, and 1 more',
          by: [service, other],
        },
      ],
    });
  });
});

describe('newest', () => {
  test('keeps the newest ACTIVE revision even where the policy keeps none', () => {
    expect(asText(decide(given({ web: '1-2,4-7' }), policy({ keepLatest: 0 })))).toEqual([
      'web  1-2,4-6  deregister',
      'web  7  keep  newest',
    ]);
  });

  test('keeps the only revision of a family', () => {
    expect(asText(decide(given({ web: '41' }), policy({ keepLatest: 0 })))).toEqual(['web  41  keep  newest']);
  });
});

describe('keep-latest', () => {
  test('keeps the previous revisions after five registrations today', () => {
    const ages = { web: { oldUpto: 8, youngFrom: 9 } };
    const plan = decide(given({ web: '1-13' }, { ages }), policy({ minAgeDays: 30, keepLatest: 3 }));
    expect(asText(plan)).toEqual([
      'web  1-5  deregister',
      'web  6-8  keep  keep-latest',
      'web  9-10  keep  min-age',
      'web  11-12  keep  keep-latest, min-age',
      'web  13  keep  newest, keep-latest, min-age',
    ]);
    expect(verdictsOf(plan)({ family: 'web', number: 6 })).toEqual({
      verdict: 'keep',
      reasons: [{ rule: 'keep-latest', text: 'among the newest 3 registered before 25 October 2026' }],
    });
  });

  test('does not count a revision that may be young', () => {
    const planOf = (youngFrom: number) =>
      decide(
        given({ web: '1-9' }, { ages: { web: { oldUpto: 5, youngFrom } } }),
        policy({ minAgeDays: 30, keepLatest: 2 }),
      ).toDeregister.map(({ number }) => number);
    expect(planOf(6)).toEqual([1, 2, 3]);
    expect(planOf(9)).toEqual([1, 2, 3]);
  });

  test.each([
    { keepLatest: 1, expected: [1, 2, 3, 4, 7] },
    { keepLatest: 2, expected: [1, 2, 3, 4] },
    { keepLatest: 3, expected: [1, 2, 3] },
    { keepLatest: 5, expected: [1] },
    { keepLatest: 6, expected: [] },
    { keepLatest: 7, expected: [] },
  ])('ignores gaps in 1-4,7,9: deregisters $expected with keepLatest $keepLatest', ({ keepLatest, expected }) => {
    const plan = decide(given({ web: '1-4,7,9' }), policy({ keepLatest }));
    expect(plan.toDeregister.map(({ number }) => number)).toEqual(expected);
  });

  test('keeps the newest N revisions and reports N', () => {
    const plan = decide(given({ web: '1-9' }), policy({ keepLatest: 3 }));
    expect(asText(plan)).toEqual([
      'web  1-6  deregister',
      'web  7-8  keep  keep-latest',
      'web  9  keep  newest, keep-latest',
    ]);
    expect(verdictsOf(plan)({ family: 'web', number: 7 })).toEqual({
      verdict: 'keep',
      reasons: [{ rule: 'keep-latest', text: 'among the newest 3' }],
    });
  });

  test('uses the number that the settings give each family', () => {
    const families = { api: { keepLatest: 3 } };
    expect(asText(decide(given({ api: '1-4', web: '1-4' }), policy({ keepLatest: 2, families })))).toEqual([
      'api  1  deregister',
      'api  2-3  keep  keep-latest',
      'api  4  keep  newest, keep-latest',
      'web  1-2  deregister',
      'web  3  keep  keep-latest',
      'web  4  keep  newest, keep-latest',
    ]);
  });
});

describe('protected', () => {
  test('keeps a tagged revision and deregisters its neighbours', () => {
    const evidence = given({ web: '1-5', WEB: '1-5' }, { tagged: ['web:2', 'web:5'] });
    const plan = decide(evidence, policy());
    expect(asText(plan)).toEqual([
      'WEB  1-4  deregister',
      'WEB  5  keep  newest, keep-latest',
      'web  1  deregister',
      'web  2  keep  protected',
      'web  3-4  deregister',
      'web  5  keep  newest, keep-latest, protected',
    ]);
    expect(verdictsOf(plan)({ family: 'web', number: 2 })).toEqual({
      verdict: 'keep',
      reasons: [{ rule: 'protected', text: 'tagged keep' }],
    });
  });

  test('keeps every revision of a protected family and reports the setting', () => {
    const families = { legacy: { protectedBy: 'families matching legacy*' } };
    const plan = decide(given({ legacy: '1-3', web: '1-3' }), policy({ families }));
    expect(asText(plan)).toEqual([
      'legacy  1-2  keep  protected',
      'legacy  3  keep  newest, keep-latest, protected',
      'web  1-2  deregister',
      'web  3  keep  newest, keep-latest',
    ]);
    expect(verdictsOf(plan)({ family: 'legacy', number: 1 })).toEqual({
      verdict: 'keep',
      reasons: [{ rule: 'protected', text: 'families matching legacy*' }],
    });
  });
});

describe('recently-used', () => {
  const within30 = policy({ usedWithinDays: 30 });
  const planOf = (more: Parameters<typeof given>[1], days = within30) =>
    asText(decide(given({ web: '1-5' }, more), days));
  const goes = 'web  1-4  deregister';
  const newest = 'web  5  keep  newest, keep-latest';

  test('keeps a revision that was used within the days', () => {
    expect(planOf({ usage: usage(40, { 'web:2': 3 }) })).toEqual([
      'web  1  deregister',
      'web  2  keep  recently-used',
      'web  3-4  deregister',
      newest,
    ]);
  });

  test.each([
    { ago: 'just now', daysAgo: 0, kept: true },
    { ago: 'thirty days', daysAgo: 30, kept: true }, // the boundary itself still protects
    { ago: 'a millisecond more', daysAgo: 30 + 1 / 86_400_000, kept: false },
  ])('decides on a revision that was used $ago ago: kept is $kept', ({ daysAgo, kept }) => {
    expect(planOf({ usage: usage(40, { 'web:2': daysAgo }) })).toHaveLength(kept ? 4 : 2);
    expect(planOf({ findings: [used('web:2', daysAgo)] })).toHaveLength(kept ? 4 : 2);
  });

  test('uses the latest of two sources', () => {
    for (const [history, source] of [
      [3, 40],
      [40, 3],
    ] as const)
      expect(planOf({ usage: usage(50, { 'web:2': history }), findings: [used('web:2', source)] })).toHaveLength(4);
    expect(planOf({ usage: usage(50, { 'web:2': 40 }), findings: [used('web:2', 31)] })).toEqual([goes, newest]);
  });

  test('keeps every revision until the history covers the days', () => {
    const evidence = given({ web: '1-5' }, { usage: usage(12, { 'web:2': 3 }) });
    const plan = decide(evidence, within30);
    expect(asText(plan)).toEqual([
      'web  1  keep  recently-used',
      'web  2  keep  recently-used',
      'web  3-4  keep  recently-used',
      'web  5  keep  newest, keep-latest, recently-used',
    ]);
    const saysOf = (number: number) => {
      const verdict = verdictsOf(plan)({ family: 'web', number });
      return verdict?.verdict === 'keep' ? verdict.reasons[0].text : undefined;
    };
    expect([1, 2].map(saysOf)).toEqual(['usage known since 12 November 2026', 'used since 25 October 2026']);
  });

  test.each([
    { since: 'exactly the days', daysAgo: 30, lines: 2 },
    { since: 'a millisecond less', daysAgo: 30 - 1 / 86_400_000, lines: 2, kept: true },
  ])('decides on a history that is covered since $since', ({ daysAgo, kept = false }) => {
    const plan = planOf({ usage: usage(daysAgo) });
    expect(plan[0]).toBe(kept ? 'web  1-4  keep  recently-used' : goes);
  });

  test('keeps a revision for another source when usage is left out', () => {
    expect(planOf({})).toEqual([goes, newest]);
    expect(planOf({ findings: [used('web:1', 3)] })[0]).toBe('web  1  keep  recently-used');
  });

  test('is off with 0 days', () => {
    expect(planOf({ usage: usage(0, { 'web:2': 1 }), findings: [used('web:3', 1)] }, policy())).toEqual([goes, newest]);
  });

  test('reads no use for a family that is called constructor', () => {
    const evidence = given({ constructor: '1-3' }, { usage: usage(40) });
    expect(asText(decide(evidence, within30))[0]).toBe('constructor  1-2  deregister');
  });
});

describe('min-age', () => {
  const minAgeDays = 30;

  test('keeps revisions that are young or of unknown age', () => {
    const ages = { web: { oldUpto: 3, youngFrom: 6 } };
    const plan = decide(given({ web: '1-9' }, { ages }), policy({ minAgeDays }));
    expect(asText(plan)).toEqual([
      'web  1-2  deregister',
      'web  3  keep  keep-latest',
      'web  4-5  keep  min-age',
      'web  6-8  keep  min-age',
      'web  9  keep  newest, keep-latest, min-age',
    ]);
    const text = (number: number) => verdictsOf(plan)({ family: 'web', number });
    expect(text(5)).toEqual({
      verdict: 'keep',
      reasons: [{ rule: 'min-age', text: 'age not read, so it counts as young', unread: true }],
    });
    expect(text(6)).toEqual({
      verdict: 'keep',
      reasons: [{ rule: 'min-age', text: 'registered since 25 October 2026' }],
    });
  });

  test.each([
    { known: 'nothing', ages: undefined, expected: [] },
    { known: 'that none is old', ages: { oldUpto: 0, youngFrom: 1 }, expected: [] },
    { known: 'that none is known to be old', ages: { oldUpto: 0, youngFrom: Infinity }, expected: [] },
    { known: 'that 1 is old', ages: { oldUpto: 1, youngFrom: 2 }, expected: [] },
    { known: 'that 2 is old and 4 young', ages: { oldUpto: 2, youngFrom: 4 }, expected: [1] },
    { known: 'that 3 is old', ages: { oldUpto: 3, youngFrom: Infinity }, expected: [1, 2] },
    { known: 'that all are old', ages: { oldUpto: 4, youngFrom: Infinity }, expected: [1, 2, 3] },
  ])('deregisters $expected of 1-4 when it knows $known', ({ ages, expected }) => {
    const evidence = given({ web: '1-4' }, ages === undefined ? {} : { ages: { web: ages } });
    expect(decide(evidence, policy({ minAgeDays })).toDeregister.map(({ number }) => number)).toEqual(expected);
  });

  test('counts thirty days as thirty times twenty-four hours', () => {
    expect(new Date(ageBoundary(asOf, 30)).toISOString()).toBe('2026-10-25T02:30:00.000Z');
  });

  test('is off with 0 days, and no age is a reason', () => {
    const ages = { web: { oldUpto: 0, youngFrom: 1 } };
    expect(asText(decide(given({ web: '1-3' }, { ages }), policy({ minAgeDays: 0 })))).toEqual([
      'web  1-2  deregister',
      'web  3  keep  newest, keep-latest',
    ]);
  });

  test('uses the days that the settings give each family', () => {
    const ages = { api: { oldUpto: 0, youngFrom: 1 }, web: { oldUpto: 0, youngFrom: 1 } };
    const families = { api: { minAgeDays: 90 }, web: { minAgeDays: 0 } };
    const plan = decide(given({ api: '1-2', web: '1-2' }, { ages }), policy({ minAgeDays, families }));
    expect(plan.toDeregister).toEqual([{ family: 'web', number: 1 }]);
    expect(plan.families[0]?.spans[0]?.verdict).toMatchObject({
      reasons: [{ text: 'registered since 26 August 2026' }],
    });
  });
});

test('keeps no recently used revision when usedWithinDays is 0', () => {
  const evidence = given({ web: '1-2' }, { usage: usage(-1, { 'web:1': 0 }) });
  expect(decide(evidence, policy({ usedWithinDays: 0 })).toDeregister).toEqual([{ family: 'web', number: 1 }]);
});
