// Tests which settings one run may change, and the fingerprint that identifies settings in reports.
import { expect, test } from 'vitest';
import { digest, narrow } from '../../shared/settings/narrow.ts';
import { defaults } from '../../shared/settings/parse.ts';
import { policyOf } from '../../shared/settings/policy.ts';
import type { Settings } from '../../shared/settings/schema.ts';

const settings: Settings = {
  ...defaults,
  without: ['tags'],
  overrides: [{ families: 'web', keepLatest: 9 }],
};

test('numbers replace the defaults, never those of an override', () => {
  const run = narrow(settings, {
    keepLatest: 1,
    minAgeDays: 0,
    maxDeregistrations: 7,
    share: 0.1,
    writeShare: 0.5,
  });
  expect(policyOf('web', run)).toEqual({ keepLatest: 9, minAgeDays: 0 });
  expect(policyOf('api', run)).toEqual({ keepLatest: 1, minAgeDays: 0 });
  expect(run).toMatchObject({ maxDeregistrations: 7, share: 0.1, writeShare: 0.5 });
});

test('what is left out is added to what the file leaves out, once', () => {
  const rule = 'arn:aws:events:eu-west-1:123456789012:rule/nightly';
  expect(narrow(settings, { without: ['tags', rule] }).without).toEqual(['tags', rule]);
});

test('a run that narrows nothing has the same settings', () => {
  expect(narrow(settings, {})).toEqual(settings);
  expect(narrow(settings, { keepLatest: undefined, families: undefined })).toEqual(settings);
});

test('narrowing leaves the settings of the next run alone', () => {
  const before = structuredClone(settings);
  narrow(settings, { families: ['web'], keepLatest: 1, without: ['tags'] });
  expect(settings).toEqual(before);
});

test('the fingerprint is twelve hexadecimal digits and does not depend on the order of keys', () => {
  const turned = Object.fromEntries(Object.entries(settings).toReversed());
  expect(digest(settings)).toMatch(/^[0-9a-f]{12}$/);
  expect(digest({ ...settings, ...turned })).toBe(digest(settings));
  expect(digest({ ...defaults, quotas: { tagging: { perSecond: 1, burst: 2 } } })).toBe(
    digest({ quotas: { tagging: { burst: 2, perSecond: 1 } }, ...withoutQuotas() }),
  );
});

function withoutQuotas() {
  const { quotas: _, ...rest } = defaults;
  return rest;
}

test.each([
  { change: 'a number', changed: { ...settings, keepLatest: 6 } },
  {
    change: 'the order of overrides',
    changed: { ...settings, overrides: [{ families: 'api', keepLatest: 9 }] },
  },
  { change: "the run's families", changed: narrow(settings, { families: ['web'] }) },
  { change: 'a source left out', changed: { ...settings, without: [] } },
])('the fingerprint changes with $change', ({ changed }) => {
  expect(digest(changed)).not.toBe(digest(settings));
});

test('the fingerprint of the defaults is the same on every machine', () => {
  // sha256sum of the defaults as JSON without spaces, keys in alphabetical order
  expect(digest(defaults)).toBe('a80e60b4ae48');
});
