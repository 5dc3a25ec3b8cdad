// The policy of one family: the first matching override gives the numbers, and any matching one protects.
import { expect, test } from 'vitest';
import { narrow } from '../../shared/settings/narrow.ts';
import { defaults } from '../../shared/settings/parse.ts';
import { globsWithoutMatch, policyOf } from '../../shared/settings/policy.ts';
import type { Settings } from '../../shared/settings/schema.ts';

const settings: Settings = {
  ...defaults,
  families: ['web*', 'batch-*', 'legacy-*'],
  keepLatest: 5,
  minAgeDays: 30,
  overrides: [
    { families: 'web-admin', keepLatest: 9 },
    { families: 'web-*', keepLatest: 2, minAgeDays: 7 },
    { families: '*-pay', protect: true },
    { families: 'batch-pay', keepLatest: 1 },
    { families: 'legacy-*', minAgeDays: 365, protect: true },
  ],
};

test.each([
  { family: 'web', says: 'no override matches', policy: { keepLatest: 5, minAgeDays: 30 } },
  { family: 'web-api', says: 'the one that matches gives both', policy: { keepLatest: 2, minAgeDays: 7 } },
  {
    family: 'web-admin',
    says: 'what the first leaves out is the default, not what the second says',
    policy: { keepLatest: 9, minAgeDays: 30 },
  },
  {
    family: 'web-pay',
    says: 'a later one protects, the first keeps giving the numbers',
    policy: { keepLatest: 2, minAgeDays: 7, protectedBy: 'families matching *-pay' },
  },
  {
    family: 'batch-pay',
    says: 'numbers that come later take no protection back, and are not reached',
    policy: { keepLatest: 5, minAgeDays: 30, protectedBy: 'families matching *-pay' },
  },
  {
    family: 'legacy-shop',
    says: 'one can give numbers and protect',
    policy: { keepLatest: 5, minAgeDays: 365, protectedBy: 'families matching legacy-*' },
  },
  {
    family: 'WEB',
    says: 'case matters, so this one is outside',
    policy: { keepLatest: 5, minAgeDays: 30, protectedBy: 'outside families web*, batch-*, legacy-*' },
  },
  {
    family: 'api-pay',
    says: 'both reasons are told',
    policy: {
      keepLatest: 5,
      minAgeDays: 30,
      protectedBy: 'families matching *-pay; outside families web*, batch-*, legacy-*',
    },
  },
])('$family: $says', ({ family, policy }) => {
  expect(policyOf(family, settings)).toEqual(policy);
});

test('a run that is for fewer families protects the others, and cannot reach past the allow-list', () => {
  const run = narrow(narrow(settings, { families: ['web-*', 'api'] }), { families: ['*-api', 'api'] });
  expect(policyOf('web-api', run).protectedBy).toBeUndefined();
  expect(policyOf('web', run).protectedBy).toBe(
    "outside this run's families web-*, api; outside this run's families *-api, api",
  );
  expect(policyOf('web-shop', run).protectedBy).toBe("outside this run's families *-api, api");
  expect(policyOf('api', run).protectedBy).toBe('outside families web*, batch-*, legacy-*');
});

test('a long allow-list is known by its beginning', () => {
  const seven = { ...defaults, families: ['a', 'b', 'c', 'd', 'e', 'f', 'g'] };
  expect(policyOf('web', seven).protectedBy).toBe('outside families a, b, c, d, e and 2 more');
});

test('a name that an object has by birth is a family like any other', () => {
  expect(policyOf('constructor', defaults)).toEqual({ keepLatest: 5, minAgeDays: 30 });
  expect(policyOf('__proto__', defaults)).toEqual({ keepLatest: 5, minAgeDays: 30 });
});

test('globs that match no family are listed by their place', () => {
  const mistyped = {
    ...defaults,
    families: ['web', 'wbe', '*'],
    overrides: [
      { families: 'web-*', keepLatest: 1 },
      { families: 'legcy-*', protect: true as const },
    ],
  };
  expect(globsWithoutMatch(['web', 'web-admin', 'legacy-a'], mistyped)).toEqual([
    'families[1] "wbe"',
    'overrides[1] "legcy-*"',
  ]);
  expect(globsWithoutMatch(['web'], narrow(defaults, { families: ['api', 'web'] }))).toEqual([
    'this run\'s families[0] "api"',
  ]);
});

test('an account without families has no finding about *', () => {
  expect(globsWithoutMatch([], defaults)).toEqual([]);
});

test('thousands of families and hundreds of globs are no work', () => {
  const many = {
    ...defaults,
    overrides: Array.from({ length: 200 }, (_, at) => ({ families: `team-${at}-*`, keepLatest: 1 })),
  };
  const began = performance.now();
  for (let at = 0; at < 5000; at++) policyOf(`team-${at % 300}-web`, many);
  expect(performance.now() - began).toBeLessThan(3000); // some 100 ms; with a compilation each time, ten seconds
});

test('asks for each family once, also when a generator yields the names', () => {
  function* names() {
    yield 'api';
    yield 'web';
  }
  expect(globsWithoutMatch(names(), { ...defaults, families: ['web', 'api', 'none'] })).toEqual(['families[2] "none"']);
});
