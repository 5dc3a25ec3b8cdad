// Which names a pattern can resolve to. A run would prune a family that this overlooks while something starts it.
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isAnyReference, isMatch, joinParts, matcherOf, printPattern } from '../../shared/domain/pattern.ts';

const pattern = (text: string) => ({ kind: 'pattern' as const, parts: text.split('{}') });
const fits = (text: string, family: string) => matcherOf(pattern(text)).fit(family);
const open = { isOpen: true, isFloating: false };
const floating = { isOpen: false, isFloating: true };

describe('a pattern and a family', () => {
  test.each([
    ['web:{}', 'web', open],
    ['web:{}', 'web-admin', undefined],
    ['web:{}', 'WEB', undefined],
    ['web:1{}', 'web', open],
    ['web:1{}0', 'web', open],
    ['web:{}x', 'web', undefined],
    ['web-{}', 'web-admin', { isOpen: true, isFloating: true }],
    ['web-{}', 'web-', { isOpen: true, isFloating: true }],
    ['web-{}', 'web', undefined],
    ['web{}', 'web', { isOpen: true, isFloating: true }],
    ['shop-{}-features', 'shop-tennis-features', floating],
    ['shop-{}-features', 'shop--features', floating],
    ['shop-{}-features', 'shop-features', undefined],
    ['{}-v2', 'web-v2', floating],
    ['{}-v2', 'web-v', undefined],
    ['job-{}2', 'job-a2', { isOpen: true, isFloating: true }],
    ['job-{}2', 'job-a', open],
    ['job-{}2', 'job', undefined],
    ['job-{}-{}2', 'job-a', undefined],
    ['job-{}-{}2', 'job-a-', open],
    ['{}web:2', 'web', { isOpen: false, isFloating: false, number: 2 }],
    ['{}web:2', 'my-web', { isOpen: false, isFloating: false, number: 2 }],
    ['{}web:2', 'webs', undefined],
    ['{}:2', 'anything', { isOpen: false, isFloating: false, number: 2 }],
    ['a{}b{}c:12', 'axbxc', { isOpen: false, isFloating: false, number: 12 }],
    ['a{}b{}c:{}', 'abc', open],
    ['a{}b{}c:{}', 'acb', undefined],
    ['a{}b{}b:{}', 'abb', open],
    ['a{}b{}b:{}', 'ab', undefined],
  ])('%s and %s: %j', (text, family, fit) => {
    expect(fits(text, family)).toEqual(fit);
  });

  test.each([
    ['{}', true],
    ['{}{}', true],
    ['{}:{}', true],
    ['{}2', true],
    ['{}1{}2', true],
    ['a:b:{}', true],
    ['a:{}b:{}', true],
    ['{}:2', false],
    ['{}-{}', false],
    ['{}a', false],
    ['a{}', false],
    ['web:{}', false],
  ])('%s can resolve to any family: %s', (text, isAny) => {
    expect(isAnyReference(pattern(text))).toBe(isAny);
  });
});

test('prints a pattern as it is written', () => {
  expect(printPattern(pattern('shop-{}-features'))).toBe('shop-{}-features');
});

test('joins adjacent holes, and adjacent parts', () => {
  expect(joinParts(['a', ''], ['', 'b'], ['c'])).toEqual(['a', 'bc']);
  expect(joinParts(['', ''], ['', ''])).toEqual(['', '']);
  expect(joinParts()).toEqual(['']);
});

describe('for any pattern', () => {
  const letters = fc.stringMatching(/^[ab12-]{0,4}$/);
  const digits = fc.integer({ min: 1, max: 9_999 }).map(String);
  const cuts = fc
    .uniqueArray(fc.integer({ min: 0, max: 14 }), { maxLength: 6 })
    .map((all) => all.sort((a, b) => a - b));

  /** The known parts of a name of which every second piece is a hole. */
  function withHoles(name: string, at: readonly number[]): string[] {
    const pieces = [0, ...at].map((from, index) => name.slice(from, at[index] ?? Infinity));
    return joinParts(...pieces.map((piece, index) => (index % 2 === 0 ? [piece] : ['', ''])));
  }

  test('the pattern can resolve to the name from which its holes were cut', () => {
    fc.assert(
      fc.property(letters, letters, fc.option(digits), cuts, (head, tail, number, at) => {
        const family = `${head}x${tail}`;
        const parts = withHoles(number === null ? family : `${family}:${number}`, at);
        fc.pre(parts.length > 1);
        const fit = matcherOf({ kind: 'pattern', parts }).fit(family);
        const isCovered =
          fit !== undefined && (fit.isOpen || (number === null ? fit.isFloating : fit.number === Number(number)));
        expect(isCovered).toBe(true);
      }),
      { seed: 31, numRuns: 2_000 },
    );
  });

  test('it matches like a regular expression', () => {
    const parts = fc.array(letters, { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(parts, fc.stringMatching(/^[ab12-]{0,10}$/), (some, text) => {
        const known = joinParts(some.slice(0, 1), ...some.slice(1).map((part) => ['', part]));
        expect(isMatch(known, text)).toBe(new RegExp(`^${known.join('.*')}$`, 's').test(text));
      }),
      { seed: 32, numRuns: 2_000 },
    );
  });
});
