// The depth of JSON is measured before it is parsed, as a parser would nest it.
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { isTooDeep, parseJson, TooDeep } from '../../shared/domain/json-depth.ts';

const nested = (levels: number, open = '[', close = ']') => open.repeat(levels) + close.repeat(levels);

test('parses a thousand levels, and refuses one more', () => {
  expect(parseJson(nested(1_000))).toBeInstanceOf(Array);
  expect(() => parseJson(nested(1_001))).toThrow(TooDeep);
  expect(() => parseJson(`{"a":${nested(1_000)}}`)).toThrow('nested deeper than 1000 levels');
  // 200,000 levels would overflow the stack of a recursive function.
  expect(() => parseJson(nested(200_000, '{"a":', '}'))).toThrow(TooDeep);
  expect(() => parseJson('['.repeat(200_000))).toThrow(TooDeep);
});

test('ignores brackets in strings, which an escaped quote does not end', () => {
  expect(parseJson(JSON.stringify(['['.repeat(5_000), '"[{\\'.repeat(5_000)]))).toHaveLength(2);
  expect(() => parseJson(`["\\\\",${nested(1_000)}]`)).toThrow(TooDeep);
  expect(() => parseJson(`["\\"",${nested(1_000)}]`)).toThrow(TooDeep);
});

test('counts open brackets only', () => {
  expect(parseJson(`[${'[],'.repeat(5_000)}{}]`)).toHaveLength(5_001);
});

test('parses like JSON.parse', () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      expect(parseJson(text)).toEqual(JSON.parse(text));
      expect(isTooDeep(text)).toBe(false);
    }),
  );
});
