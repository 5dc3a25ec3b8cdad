// Which texts mention a revision, which only look like it, and where a name begins and ends.
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { textsIn } from '../../shared/aws/answer-texts.ts';
import { mentionFinder } from '../../shared/domain/mentions.ts';
import { nameOf, rangesOf } from '../../shared/domain/revision.ts';
import { ACCOUNT, REGION } from '../support/account.ts';

const target = { account: ACCOUNT, region: REGION, partition: 'aws' };
const inventory = new Map(
  ['web', 'my-web', 'worker', 'a', '1', '__proto__', 'constructor', 'nweb'].map((family) => [
    family,
    rangesOf([1, 2, 12]),
  ]),
);
const find = mentionFinder(target, inventory);
const names = (text: string) => find(text).map(nameOf);
const arn = (name: string) => `arn:aws:ecs:eu-west-1:123456789012:task-definition/${name}`;

describe('finds a mention in', () => {
  test.each([
    ['web:1', ['web:1']],
    ['web:1 and worker:2', ['web:1', 'worker:2']],
    ['web:1,web:1;web:1', ['web:1']],
    ['a:1:2', ['a:1', '1:2']],
    ['__proto__:1 constructor:2', ['__proto__:1', 'constructor:2']],
    ['web:123', ['web:123']],
    ['run worker:2.', ['worker:2']],
    ['--task-definition=worker:2', ['worker:2']],
    ['{"taskDef":"worker:2"}', ['worker:2']],
    ['cluster/worker:2', ['worker:2']],
    [arn('worker:2'), ['worker:2']],
    [`aws ecs run-task --task-definition '${arn('worker:2')}' --count 1`, ['worker:2']],
    ['arn:aws:ecs:${AWS::Region}:${AWS::AccountId}:task-definition/worker:2', ['worker:2']],
    ['arn:aws:ecs:::task-definition/worker:2', ['worker:2']],
    ['arn:aws-cn:ecs:eu-west-1:123456789012:task-definition/worker:2', ['worker:2']],
    ['task-definition/worker:2', ['worker:2']],
    ['https://tasks.example.com/run/worker:2', ['worker:2']],
    ['task-definition%2Fworker%3A2', ['worker:2']],
    [String.raw`{\"t\":\"x\nweb:1\"}`, ['nweb:1', 'web:1']],
    [String.raw`\u0022web:1`, ['web:1']],
    ['arn:aws:lambda:eu-west-1:123456789012:function:launch,web:1', ['web:1']],
    ['arn:aws:lambda:eu-west-1:123456789012:function:launch web:1', ['web:1']],
  ])('%s: %j', (text, mentioned) => {
    expect(names(text)).toEqual(mentioned);
  });
});

describe('finds no mention in', () => {
  test.each([
    ['a longer family', 'other-web:1'],
    ['another case', 'WEB:1 Web:2'],
    ['a family without a number', 'web'],
    ['a number that continues', 'web:1a web:1-2 web:1_3'],
    ['a number that begins with a zero', 'web:01'],
    ['a family without an ACTIVE revision', 'api:1'],
    ['an ARN of another account', 'arn:aws:ecs:eu-west-1:210987654321:task-definition/web:1'],
    ['an ARN of another Region', 'arn:aws:ecs:eu-central-1:123456789012:task-definition/web:1'],
    ['a daemon task definition', 'arn:aws:ecs:eu-west-1:123456789012:daemon-task-definition/web:1'],
    ['a version of a Lambda function', 'arn:aws:lambda:eu-west-1:123456789012:function:web:1'],
    ['an image in a registry', '123456789012.dkr.ecr.eu-west-1.amazonaws.com/web:1'],
    ['an image in a folder of a registry', 'image=ghcr.io/shop/web:1'],
    ['an image of a registry with a port', 'registry.example.com:5000/web:1'],
  ])('%s: %s', (_, text) => {
    expect(names(text).filter((name) => !name.startsWith('1:'))).toEqual([]);
  });
});

test('finds an ARN regardless of the inventory, and prefers it to a short mention', () => {
  expect(find(arn('gone:7'))).toEqual([{ family: 'gone', number: 7, isShort: false }]);
  expect(find(`web:1 ${arn('web:1')} web:1`)).toEqual([{ family: 'web', number: 1, isShort: false }]);
  expect(find('web:1')).toEqual([{ family: 'web', number: 1, isShort: true }]);
});

test('finds only ARNs in the name of an image', () => {
  expect(find('web:1', { isImage: true })).toEqual([]);
  expect(find(arn('web:1'), { isImage: true })).toHaveLength(1);
});

const family = fc.stringMatching(/^[A-Za-z0-9_-]{1,6}$/);
const number = fc.integer({ min: 1, max: 120 });

test('finds exactly the names between characters that no name contains', () => {
  const separator = fc.constantFrom(' ', '"', ',', '=', '(', ')', '\n', ';', '|', '[', ']', '{', '}', '&', 'ü', '.');
  const word = fc.record({ family, number, before: separator, after: separator });
  fc.assert(
    fc.property(
      fc.array(word, { maxLength: 8 }),
      fc.array(fc.record({ family, number }), { minLength: 1, maxLength: 8 }),
      (words, active) => {
        const families = new Map(active.map((one) => [one.family, rangesOf([one.number])]));
        const text = words.map((one) => `${one.before}${nameOf(one)}${one.after}`).join('');
        const expected = new Set(words.filter((one) => families.has(one.family)).map(nameOf));
        expect(new Set(mentionFinder(target, families)(text).map(nameOf))).toEqual(expected);
      },
    ),
    { seed: 9, numRuns: 300 },
  );
});

test('finds no name that continues on either side', () => {
  const letter = fc.stringMatching(/^[A-Za-z0-9_-]$/);
  fc.assert(
    fc.property(family, number, letter, (one, revision, more) => {
      const finder = mentionFinder(target, new Map([[one, rangesOf([revision])]]));
      const own = nameOf({ family: one, number: revision });
      const isSame = (text: string) => finder(text).some((found) => nameOf(found) === own);
      expect(isSame(`${more}${own}`)).toBe(false);
      expect(isSame(`${own}${more}`)).toBe(false);
      expect(isSame(`"${own}"`)).toBe(true);
    }),
    { seed: 10, numRuns: 300 },
  );
});

test('finds no ARN of another Region or account', () => {
  const other = fc.tuple(fc.constantFrom('us-east-1', 'eu-west-2'), fc.constantFrom('123456789012', '210987654321'));
  fc.assert(
    fc.property(other, family, number, ([region, account], one, revision) => {
      const finder = mentionFinder(target, new Map([[one, rangesOf([revision])]]));
      expect(finder(`arn:aws:ecs:${region}:${account}:task-definition/${one}:${revision}`)).toEqual([]);
    }),
    { seed: 11, numRuns: 100 },
  );
});

test('needs work in proportion to the length of any text', () => {
  // Counts look-ups of a family, each of which is bounded. A repeated name is looked up at each place.
  const counting = (text: string) => {
    let asked = 0;
    const families = new Map(inventory);
    families.has = (key) => (asked++, inventory.has(key));
    mentionFinder(target, families)(text);
    return asked;
  };
  for (const piece of ['a:1', '/a:1', 'arn:a:b:c:1:', 'x'.repeat(255), 'a.b/web:1 '])
    expect(counting(piece.repeat(2_000))).toBeLessThanOrEqual(2.1 * Math.max(1, counting(piece.repeat(1_000))));
});

test('textsIn finds texts at any depth, even beyond the stack', () => {
  let deep: unknown = 'web:1';
  for (let level = 0; level < 200_000; level++) deep = [deep];
  expect([...textsIn({ deep })].map(({ text }) => text)).toEqual(['web:1']);
});

test('textsIn returns a text that only begins like JSON unchanged', () => {
  expect([...textsIn({ a: '{"b": web:1' })].map(({ text }) => text)).toEqual(['{"b": web:1']);
});

test('textsIn skips a member called message in an answer of AWS, and keeps it in a text of a user', () => {
  const answer = { message: 'web:1', input: JSON.stringify({ message: 'web:2' }) };
  expect([...textsIn(answer)].map(({ text }) => text)).toEqual(['web:2']);
});

test.each(['HeaderParameters', 'QueryStringParameters', 'InputPathsMap', 'Parameters', 'Variables', 'options'])(
  'textsIn keeps a key called message or reason in %s, whose keys a user chooses',
  (map) => {
    const answer = { [map]: { message: 'web:1', reason: 'web:2' } };
    expect([...textsIn(answer)].map(({ text }) => text)).toEqual(['web:1', 'web:2']);
  },
);

test.each(['message', 'StatusReason', 'rollbackMessage', 'stoppedReason'])(
  'textsIn skips AWS’s own words in %s',
  (member) => {
    expect([...textsIn({ [member]: 'web:1' })]).toEqual([]);
  },
);
