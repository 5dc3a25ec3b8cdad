// Parsing must be exact: after a mistake here, a run would deregister a revision that is in use.
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  arnOf,
  byName,
  nameOf,
  numbersIn,
  parseReferenceTarget,
  printRanges,
  rangesOf,
  sizeOf,
} from '../../shared/domain/revision.ts';

const target = { account: '123456789012', region: 'eu-west-1', partition: 'aws' };
const ours = 'arn:aws:ecs:eu-west-1:123456789012:';
const longest = 'a'.repeat(255);

describe('parsing', () => {
  test.each([
    { text: `${ours}task-definition/web:42`, family: 'web', number: 42 },
    { text: 'web:42', family: 'web', number: 42 },
    { text: 'WEB:42', family: 'WEB', number: 42 },
    { text: 'web-admin:42', family: 'web-admin', number: 42 },
    { text: 'web_admin2:1', family: 'web_admin2', number: 1 },
    { text: '7:7', family: '7', number: 7 },
    { text: '-:1', family: '-', number: 1 },
    { text: 'arn:1', family: 'arn', number: 1 },
    { text: 'constructor:1', family: 'constructor', number: 1 },
    { text: `${longest}:1`, family: longest, number: 1 },
    { text: `${ours}task-definition/${longest}:1`, family: longest, number: 1 },
    { text: 'web:1000000', family: 'web', number: 1_000_000 },
    { text: 'web:999999999999999', family: 'web', number: 999_999_999_999_999 },
  ])('reads $text as a revision', ({ text, family, number }) => {
    expect(parseReferenceTarget(text, target)).toEqual({ kind: 'revision', family, number });
  });

  test.each(['web', 'WEB', 'web-admin', '42', longest, `${ours}task-definition/web`])(
    'reads %s as a family without a revision',
    (text) => {
      const family = text.replace(/^.*\//, '');
      expect(parseReferenceTarget(text, target)).toEqual({ kind: 'floating', family });
    },
  );

  test.each([
    ['another account', 'arn:aws:ecs:eu-west-1:210987654321:task-definition/web:42'],
    ['another Region', 'arn:aws:ecs:eu-west-2:123456789012:task-definition/web:42'],
    ['another partition', 'arn:aws-cn:ecs:eu-west-1:123456789012:task-definition/web:42'],
    ['another account, without a revision', 'arn:aws:ecs:eu-west-1:210987654321:task-definition/web'],
    ['a Region that merely begins like ours', 'arn:aws:ecs:eu-west-11:123456789012:task-definition/web:42'],
    ['a Region in capitals', 'arn:aws:ecs:EU-WEST-1:123456789012:task-definition/web:42'],
  ])('reads %s as foreign', (_, text) => {
    expect(parseReferenceTarget(text, target)).toEqual({ kind: 'foreign' });
  });

  test.each([`${ours}daemon-task-definition/web:42`, `${ours}daemon-task-definition/web`])(
    'reads %s as a daemon task definition',
    (text) => {
      expect(parseReferenceTarget(text, target)).toEqual({ kind: 'daemon' });
    },
  );

  test.each([
    ['a service revision, which ends in a number too', `${ours}service-revision/prod/web/4980306466373577095`],
    ['a service deployment', `${ours}service-deployment/prod/web/ej0dtQUhBhgIjaLfN9BY8`],
    ['a service', `${ours}service/prod/web`],
    ['a task', `${ours}task/prod/0123456789abcdef0123456789abcdef`],
    ["another service's task definition", 'arn:aws:batch:eu-west-1:123456789012:task-definition/web:42'],
    ['an ARN without an account', 'arn:aws:ecs:eu-west-1::task-definition/web:42'],
    ['an ARN without a Region', 'arn:aws:ecs::123456789012:task-definition/web:42'],
    ['an ARN in capitals', `ARN:aws:ecs:eu-west-1:123456789012:task-definition/web:42`],
    ['an ARN in a longer text', ` ${ours}task-definition/web:42`],
    ['an ARN with a line break behind it', `${ours}task-definition/web:42\n`],
    ['an ARN with a path', `${ours}task-definition/team/web:42`],
    ['two numbers', 'web:42:43'],
    ['two numbers in an ARN', `${ours}task-definition/web:42:43`],
    ['a wildcard', `${ours}task-definition/web:*`],
    ['an expression', '${TaskDefinition}'],
    ['a JSONata expression', '{% $states.input.revision %}'],
    ['nothing', ''],
    ['no family', ':42'],
    ['no number', 'web:'],
    ['no family in an ARN', `${ours}task-definition/:42`],
    ['nothing in an ARN', `${ours}task-definition/`],
    ['revision 0', 'web:0'],
    ['a leading zero', 'web:042'],
    ['a sign', 'web:+42'],
    ['a negative number', 'web:-42'],
    ['a fraction', 'web:42.0'],
    ['an exponent', 'web:4e2'],
    ['a hexadecimal number', 'web:0x2a'],
    ['digits of another script', 'web:４２'],
    ['a space before the number', 'web: 42'],
    ['a space behind the number', 'web:42 '],
    ['a line break behind the number', 'web:42\n'],
    ['a line break behind the family', 'web\n'],
    ['a null character', 'we\u0000b:42'],
    ['a letter with an accent', 'wéb:42'],
    ['a dot', 'web.admin:42'],
    ['latest', 'web:latest'],
    ['a family of 256 characters', `a${longest}`],
    ['a family of 256 characters with a number', `a${longest}:1`],
    ['a number that no integer holds exactly', 'web:9007199254740993'],
    ['a huge number', `web:${'9'.repeat(400)}`],
    ['a foreign ARN that cannot be read', 'arn:aws:ecs:eu-west-2:123456789012:task-definition/web:*'],
  ])('refuses %s', (_, text) => {
    expect(parseReferenceTarget(text, target)).toEqual({ kind: 'unreadable' });
  });

  test('reads a revision back from its ARN or name, and from no other target', () => {
    const families = fc.stringMatching(/^[A-Za-z0-9_-]{1,255}$/);
    const revisions = fc.record({ family: families, number: fc.integer({ min: 1, max: 1_000_000_000 }) });
    const others = fc.constantFrom(
      { ...target, account: '123456789013' },
      { ...target, region: 'us-east-1' },
      { ...target, partition: 'aws-us-gov' },
    );
    fc.assert(
      fc.property(revisions, others, (revision, other) => {
        const named = { kind: 'revision', ...revision };
        expect(parseReferenceTarget(nameOf(revision), target)).toEqual(named);
        expect(parseReferenceTarget(arnOf(revision, target), target)).toEqual(named);
        expect(parseReferenceTarget(arnOf(revision, target), other)).toEqual({ kind: 'foreign' });
        expect(parseReferenceTarget(revision.family, target)).toEqual({
          kind: 'floating',
          family: revision.family,
        });
      }),
      { seed: 1 },
    );
  });

  test('prints a revision as the text that it was read from', () => {
    const texts = fc.oneof(
      fc.string(),
      fc.string({ unit: fc.constantFrom('a', '1', '0', ':', '/', '\n', '\u0000', 'é') }),
      fc
        .tuple(fc.stringMatching(/^[a-z:_-]{0,5}$/), fc.stringMatching(/^[0-9:.e+-]{0,5}$/))
        .map((two) => two.join(':')),
    );
    const before = fc.constantFrom('', `${ours}task-definition/`);
    fc.assert(
      fc.property(before, texts, (prefix, text) => {
        const naming = parseReferenceTarget(`${prefix}${text}`, target);
        const printed = {
          revision: () => ('number' in naming ? nameOf(naming) : ''),
          floating: () => ('family' in naming ? naming.family : ''),
          unreadable: () => text,
          foreign: () => 'never ours',
          daemon: () => 'never a daemon',
        }[naming.kind]();
        expect(printed).toBe(text);
      }),
      { seed: 2, numRuns: 300 },
    );
  });
});

describe('ranges', () => {
  test.each([
    { numbers: [], printed: [] },
    { numbers: [7], printed: ['7'] },
    { numbers: [1, 2, 3, 4, 5, 6], printed: ['1-6'] },
    { numbers: [6, 8], printed: ['6', '8'] },
    { numbers: [6, 7, 8], printed: ['6-8'] },
    { numbers: [10, 9, 2, 1], printed: ['1-2', '9-10'] },
    { numbers: [3, 3, 3, 4, 4], printed: ['3-4'] },
    { numbers: [100, 20, 3], printed: ['3', '20', '100'] },
  ])('print $numbers as $printed', ({ numbers, printed }) => {
    expect(printRanges(rangesOf(numbers))).toEqual(printed);
  });

  test('contain the same numbers as a set, ascending and disjoint', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 60 })), (numbers) => {
        const ranges = rangesOf(numbers);
        const set = [...new Set(numbers)].sort((a, b) => a - b);
        expect([...numbersIn(ranges)]).toEqual(set);
        expect(sizeOf(ranges)).toBe(set.length);
        for (const [index, { from, upto }] of ranges.entries()) {
          expect(from).toBeLessThanOrEqual(upto);
          expect(from).toBeGreaterThan((ranges[index - 1]?.upto ?? -1) + 1);
        }
      }),
      { seed: 3 },
    );
  });

  test('hold a million revisions in one range', () => {
    const ranges = rangesOf(Array.from({ length: 1_000_000 }, (_, index) => 1_000_000 - index));
    expect(ranges).toEqual([{ from: 1, upto: 1_000_000 }]);
    expect(sizeOf(ranges)).toBe(1_000_000);
  });
});

test('orders names by code point: digits and capitals before small letters, a dash before a digit', () => {
  expect(['web2', 'web', 'api', 'web-2', 'WEB', '9'].sort(byName)).toEqual(['9', 'WEB', 'api', 'web', 'web-2', 'web2']);
});
