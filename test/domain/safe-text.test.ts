// Every printed text loses the characters that a terminal, a mail program or a log reader would act on.
import { expect, test } from 'vitest';
import { LONGEST, safe, safeLines, safeMember, safeText } from '../../shared/domain/safe-text.ts';

const hostile = 'a\u001B[2J\u202Eb\u200B\nc\u2028d\u0007';
const shown = 'a\\u{1b}[2J\\u{202e}b\\u{200b} c d\\u{7}';

test('makes texts safe at any depth, in lists, maps, sets and keys', () => {
  const value = {
    [hostile]: [hostile, { deep: [hostile] }],
    map: new Map([[hostile, { inner: hostile }]]),
    set: new Set([hostile]),
  };
  expect(safe(value)).toEqual({
    [shown]: [shown, { deep: [shown] }],
    map: new Map([[shown, { inner: shown }]]),
    set: new Set([shown]),
  });
  expect(safe(hostile)).toBe(shown);
});

test('shares safe parts, so that a large plan is not copied', () => {
  const plan = { families: [{ family: 'web', ranges: [[1, 2]] }], asOf: 1, at: new Date(0), none: undefined };
  expect(safe(plan)).toBe(plan);
  const report = { plan, who: hostile };
  const made = safe(report);
  expect(made).toEqual({ plan, who: shown });
  expect(made.plan).toBe(plan);
  expect(safe(report)).toBe(made);
  expect(safe(made)).toBe(made);
});

test('bounds a text, and states how much was omitted', () => {
  expect(safeText('x'.repeat(LONGEST))).toHaveLength(LONGEST);
  expect(safeText('x'.repeat(LONGEST + 7))).toBe(`${'x'.repeat(LONGEST)}... (7 more characters)`);
  expect(safe([{ text: 'x'.repeat(1_000_000) }])[0]?.text.length).toBeLessThan(LONGEST + 40);
});

test('keeps the lines of an error, each of them safe', () => {
  expect(safeLines('one\r\n  two\u001B[2J\nthree\u202E\n')).toBe('one\n  two\\u{1b}[2J\nthree\\u{202e}\n');
});

test('makes every member of a log line safe, and keeps the lines of a stack', () => {
  const line = JSON.stringify({ [hostile]: 1, error: { message: hostile, stack: `E: a\u202E\n    at b` } }, safeMember);
  expect(JSON.parse(line)).toMatchObject({ error: { message: shown, stack: 'E: a\\u{202e}\n    at b' } });
});
