// Nesting is counted before JSON is parsed, and what is counted is what a parser would nest.
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { isTooDeep, parseJson, TooDeep } from '../../shared/domain/json-depth.ts';

const nested = (levels: number, open = '[', close = ']') => open.repeat(levels) + close.repeat(levels);

test('a thousand levels are parsed, one more is refused', () => {
  expect(parseJson(nested(1_000))).toBeInstanceOf(Array);
  expect(() => parseJson(nested(1_001))).toThrow(TooDeep);
  expect(() => parseJson(`{"a":${nested(1_000)}}`)).toThrow('nested deeper than 1000 levels');
  // Two hundred thousand would overflow the stack of whatever walks them.
  expect(() => parseJson(nested(200_000, '{"a":', '}'))).toThrow(TooDeep);
  expect(() => parseJson('['.repeat(200_000))).toThrow(TooDeep);
});

test('brackets in a string are no levels, and a quote that is escaped does not end it', () => {
  expect(parseJson(JSON.stringify(['['.repeat(5_000), '"[{\\'.repeat(5_000)]))).toHaveLength(2);
  expect(() => parseJson(`["\\\\",${nested(1_000)}]`)).toThrow(TooDeep);
  expect(() => parseJson(`["\\"",${nested(1_000)}]`)).toThrow(TooDeep);
});

test('brackets beside each other add no levels', () => {
  expect(parseJson(`[${'[],'.repeat(5_000)}{}]`)).toHaveLength(5_001);
});

test('whatever is parsed is what JSON.parse makes of it', () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      expect(parseJson(text)).toEqual(JSON.parse(text));
      expect(isTooDeep(text)).toBe(false);
    }),
  );
});
