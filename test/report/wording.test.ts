// How other people's texts, long lines and things to paste are spelt.
import { describe, expect, test } from 'vitest';
import { shortenIds, clip, formatCount, joinList, toSentence } from '../../shared/report/text/wording.ts';
import { sanitize } from '../../shared/domain/safe-text.ts';
import { splitRemedy, wrap, wrapCommand } from '../../shared/report/text/wrap.ts';

describe('a text from outside', () => {
  test.each([
    { holds: 'nothing unusual', given: 'prod/web', reads: 'prod/web' },
    { holds: 'line breaks', given: 'web\r\nOK: all is well\n', reads: 'web OK: all is well ' },
    { holds: "Unicode's line breaks", given: 'a\u2028b\u2029c\u0085d', reads: 'a b c\\u{85}d' },
    { holds: 'a terminal escape', given: '\u001B[2Jgone', reads: '\\u{1b}[2Jgone' },
    { holds: 'a bell and a backspace', given: 'a\u0007\b', reads: 'a\\u{7}\\u{8}' },
    { holds: 'a bidi override', given: 'web\u202Egnp', reads: 'web\\u{202e}gnp' },
    { holds: 'bidi isolates', given: '\u2066a\u2069', reads: '\\u{2066}a\\u{2069}' },
    { holds: 'a zero width space', given: 'we\u200Bb', reads: 'we\\u{200b}b' },
    { holds: 'a Hangul filler', given: 'we\u3164b', reads: 'we\\u{3164}b' },
    { holds: 'half a character', given: 'a\uD83Db', reads: 'a\\u{d83d}b' },
    { holds: 'a tag character', given: 'a\u{E0041}', reads: 'a\\u{e0041}' },
    { holds: 'an accent of its own', given: 'e\u0301', reads: 'e\u0301' },
    { holds: 'piled marks', given: `e${'\u0301'.repeat(90)}x`, reads: `e${'\u0301'.repeat(4)}x` },
    { holds: 'another script', given: '漢字 🇩🇪', reads: '漢字 🇩🇪' },
  ])('with $holds is shown safely', ({ given, reads }) => {
    expect(sanitize(given)).toBe(reads);
    expect(sanitize(sanitize(given))).toBe(reads);
  });

  test('is cut between characters, with a count', () => {
    expect(clip('🇩🇪🇩🇪🇩🇪', 2)).toBe('🇩🇪🇩🇪... (4 more characters)');
    expect(clip('🇩🇪🇩🇪', 2)).toBe('🇩🇪🇩🇪');
    expect(clip(`e\u0301e\u0301e\u0301`, 1)).toBe('e\u0301... (4 more characters)');
  });
});

test.each([
  [formatCount(1, 'revision'), '1 revision'],
  [formatCount(0, 'revision'), '0 revisions'],
  [formatCount(1204, 'family'), '1,204 families'],
  [joinList([], 3), ''],
  [joinList(['a'], 3), 'a'],
  [joinList(['a', 'b', 'c'], 3), 'a, b and c'],
  [joinList(['a', 'b', 'c', 'd'], 3), 'a, b, c and 1 more'],
  [toSentence('what was read is old'), 'What was read is old.'],
  [toSentence('web:3 is named'), 'web:3 is named.'],
  [toSentence('minAgeDays is 0'), 'minAgeDays is 0.'],
  [shortenIds('task prod/5b0686d41425274283e5d56f2b89b467 runs it'), 'task prod/5b0686d4... runs it'],
])('%s', (given, typed) => {
  expect(given).toBe(typed);
});

describe('a line', () => {
  test.each([
    { what: 'that fits', text: 'one two', width: 7, lines: ['one two'] },
    { what: 'one column too long', text: 'one two', width: 6, lines: ['one', 'two'] },
    { what: 'with a long word', text: 'a bcdefghij k', width: 4, lines: ['a', 'bcdefghij', 'k'] },
    { what: 'of wide characters', text: '漢字 漢字', width: 5, lines: ['漢字', '漢字'] },
    { what: 'of nothing', text: ' ', width: 5, lines: [''] },
  ])('$what is wrapped at $width', ({ text, width, lines }) => {
    expect(wrap(text, { width })).toEqual(lines);
  });

  test('hangs under its first', () => {
    expect(wrap('one two three', { width: 9, first: '1. ', rest: '   ' })).toEqual(['1. one', '   two', '   three']);
  });
});

describe('what to do next', () => {
  test.each([
    { next: 'Look: `./pruner plan`', prose: 'Look:', paste: './pruner plan' },
    { next: 'Allow `a` or `b`: `without: [tags]`', prose: 'Allow `a` or `b`:', paste: 'without: [tags]' },
    { next: 'Raise `share`.', prose: 'Raise `share`.', paste: undefined },
    { next: 'Raise it under `quotas`', prose: 'Raise it under `quotas`', paste: undefined },
    { next: '', prose: '', paste: undefined },
  ])('$next', ({ next, prose, paste }) => {
    expect(splitRemedy(next)).toEqual({ prose, paste });
  });

  test('a command is broken between options, never between an option and its value', () => {
    expect(wrapCommand("aws ecs list-tasks --cluster 'my prod' --region eu-west-1 --no-cli-pager", 40, '  ')).toEqual([
      '  aws ecs list-tasks \\',
      "    --cluster 'my prod' \\",
      '    --region eu-west-1 --no-cli-pager',
    ]);
  });

  test('a settings line is not broken', () => {
    const line = 'without: [arn:aws:ecs:eu-west-1:123456789012:cluster/prod, tags]';
    expect(wrapCommand(line, 40, '  ')).toEqual([`  ${line}`]);
  });
});
