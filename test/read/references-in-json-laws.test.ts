// Laws of what a piece of JSON names, and the forms that expressions take: a revision that is overlooked here goes while
// something starts it, and one that is imagined stays for ever.
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { matcherOf } from '../../shared/domain/pattern.ts';
import { type JsonReference, referencesInJson } from '../../shared/sources/common/references-in-json.ts';
import { arnOf } from '../../shared/domain/revision.ts';
import { describeTargets, target } from '../support/reader.ts';

const ours = 'arn:aws:ecs:eu-west-1:123456789012:task-definition/';

/** `web:4`, `web` for a family alone, `? family web`, `? families web-*`, `? any family`. */
function lines(value: unknown): string[] {
  return referencesInJson(value, target).map(line);
}

function line(named: JsonReference): string {
  if (named.kind === 'resolved')
    return named.target.kind === 'revision' ? `${named.target.family}:${named.target.number}` : named.target.family;
  return `? ${describeTargets(named.resolvesTo)}`;
}

describe('under a key that says so', () => {
  test.each([
    ['a full ARN', `${ours}web:4`, ['web:4']],
    ['a short name', 'web:4', ['web:4']],
    ['a bare family', 'web', ['web']],
    ['an ARN without a revision', `${ours}web`, ['web']],
    ['capitals', 'WEB:4', ['WEB:4']],
    ['another account', 'arn:aws:ecs:eu-west-1:210987654321:task-definition/web:4', []],
    ['another Region', 'arn:aws:ecs:eu-west-2:123456789012:task-definition/web:4', []],
    ['another partition', 'arn:aws-cn:ecs:eu-west-1:123456789012:task-definition/web:4', []],
    ['a daemon', 'arn:aws:ecs:eu-west-1:123456789012:daemon-task-definition/web:4', []],
    ['a service revision', 'arn:aws:ecs:eu-west-1:123456789012:service-revision/p/web/4', ['? any family']],
    ['something that is no number', 'web:latest', ['? family web']],
    ['nothing', '', ['? any family']],
    ['a JSONata literal', `{% '${ours}web:4' %}`, ['web:4']],
    ['JSONata alone', '{% $states.input.td %}', ['? any family']],
    ['JSONata behind a family', `${ours}web:{% $states.input.revision %}`, ['? family web']],
    ['JSONata in a family', `${ours}reports-{% $states.input.kind %}`, ['? families reports-*']],
    ['JSONata that appends a revision', `{% '${ours}web:' & $states.input.revision %}`, ['? family web']],
    ['JSONata that appends to a short name', "{% 'reports-' & $lowercase($x.kinds[0]) %}", ['? families reports-*']],
    ['JSONata that appends two literals', `{% "${ours}" & 'web:' & $string($n) %}`, ['? family web']],
    ['JSONata that appends a group', "{% 'web:' & ($late ? '4' : '5') %}", ['web:4', 'web:5']],
    ['JSONata that appends another group', "{% 'web:' & ($late ? '4' : $n) %}", ['? family web']],
    ['JSONata that could begin an ARN', "{% 'ar' & $rest %}", ['? any family']],
    ['JSONata that begins an ARN', "{% 'arn:aws:ecs:' & $region & ':123456789012:task-definition/web:4' %}", ['web:4']],
    ['JSONata for another account', "{% 'arn:aws:ecs:eu-west-1:210987654321:task-definition/web:' & $n %}", []],
    ['a function of JSONata', `{% $replace('web:4', 'web', $name) %}`, ['web:4', '? any family']],
    ['two literals in a condition', `{% $x ? '${ours}web:4' : 'api:7' %}`, ['web:4', 'api:7']],
    ['a condition behind a literal', "{% 'web:' & $n = 'web:4' ? 'a:1' : 'b:2' %}", ['a:1', 'b:2']],
    ['a literal that is changed', "{% 'web-a'.$uppercase($) %}", ['? any family']],
    ['a chain behind a literal', "{% 'web-' & $x ~> $uppercase %}", ['? any family']],
    ['a scheduler placeholder', 'web-<aws.scheduler.attempt-number>', ['? families web-*']],
    ['a template placeholder', 'web:${Revision}', ['? family web']],
  ])('%s', (_, text, named) => {
    expect(lines({ TaskDefinition: text })).toEqual(named);
    expect(lines({ a: [{ taskDefinition: text }] })).toEqual(named);
  });

  test.each([
    ['$.td', ['? any family']],
    ["States.Format('{}', $.td)", ['? any family']],
    [`States.Format('${ours}web:{}', $.rev)`, ['? family web']],
    [`States.Format('${ours}reports-{}', $.kind)`, ['? families reports-*']],
    [`States.Format('{}', '${ours}web:4')`, ['web:4']],
    ['$$.Execution.Input.td', ['? any family']],
    ['web:4', ['? families web:4*']],
  ])('JSONPath computes %s', (text, named) => {
    expect(lines({ 'TaskDefinition.$': text })).toEqual(named);
  });

  test.each(['TaskDefinition', 'taskDefinition', 'TaskDefinitionArn', 'taskDefinitionArn', 'task_definition'])(
    '%s is such a key',
    (key) => {
      expect(lines({ [key]: 'web:4' })).toEqual(['web:4']);
    },
  );

  test.each(['TaskDefinitionFamily', 'DaemonTaskDefinition', 'definition', 'Task'])('%s is none', (key) => {
    expect(lines({ [key]: 'web:4' })).toEqual([]);
  });
});

describe('in any other text', () => {
  test.each([
    ['an ARN', `${ours}web:4`, ['web:4']],
    ['an ARN in a sentence', `It runs ${ours}web:4.`, ['web:4']],
    ['two ARNs', `${ours}web:4,${ours}api:5`, ['web:4', 'api:5']],
    ['a short name, which may be anything', 'web:4', []],
    ['JSON', JSON.stringify({ taskDefinition: 'web:4' }), ['web:4']],
    ['JSON in JSON', JSON.stringify({ Input: JSON.stringify({ TaskDefinition: 'web:4' }) }), ['web:4']],
    ['an object of JSONata', "{% { 'TaskDefinition': 'web:4', 'Cluster': $c } %}", ['web:4']],
    ['an object of JSONata that computes', "{% { 'TaskDefinition': 'web:' & $n } %}", ['? family web']],
    ['an object of JSONata that goes on', "{% { 'TaskDefinition': 'web:4' & $n } %}", ['? families web:4*']],
    ['a template that is no JSON', '{"taskDefinition": "web:4", "n": <n>}', ['web:4']],
    ['an ARN that goes on', `{% '${ours}web-' & $x %}`, ['? families web-*']],
    ['an ARN whose beginning is computed', "{% 'arn:aws:ecs:' & $r & ':1:task-definition/web:4' %}", ['web:4']],
    ['another account', 'arn:aws:ecs:eu-west-1:210987654321:task-definition/web:4', []],
    ['a policy', '{"Resource":"arn:aws:ecs:*:*:task-definition/*"}', []],
    ['a policy of ours', `{"Resource":"${ours}*"} `, []],
    ['a policy for one family', `may run ${ours}web:*`, ['? family web']],
    ['a daemon', 'arn:aws:ecs:eu-west-1:123456789012:daemon-task-definition/web:4', []],
    ['words', 'registers a TaskDefinition, then waits', []],
  ])('%s', (_, text, named) => {
    expect(lines({ Comment: text })).toEqual(named);
    expect(lines([text])).toEqual(named);
  });
});

describe('for any revision', () => {
  const family = fc.stringMatching(/^[A-Za-z0-9_-]{1,40}$/);
  const revision = fc.record({ family, number: fc.integer({ min: 1, max: 1_000_000 }) });
  const forms = fc.constantFrom(
    (_: string, arn: string): unknown => ({ TaskDefinition: arn }),
    (named: string): unknown => ({ taskDefinition: named }),
    (_: string, arn: string): unknown => ({ Environment: [{ Value: arn }] }),
    (named: string): unknown => ({ Input: JSON.stringify({ taskDefinition: named }) }),
    (_: string, arn: string): unknown => ({ Input: `{"x": <x>, "td": "${arn}"}` }),
    (_: string, arn: string): unknown => ({ TaskDefinition: `{% '${arn}' %}` }),
    (named: string): unknown => ({ Arguments: `{% {'TaskDefinition':'${named}'} %}` }),
  );

  test('it is found in every form, alone, and at any place of the value', () => {
    const around = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { depthSize: 'small' },
        fc.constantFrom(0, null, true, 'x', 'web'),
        fc.array(tie('value'), { maxLength: 3 }),
        fc.dictionary(fc.stringMatching(/^[a-z]{1,5}$/), tie('value'), { maxKeys: 3 }),
      ),
    })).value;
    fc.assert(
      fc.property(revision, forms, around, ({ family, number }, form, other) => {
        const named = `${family}:${number}`;
        const value = { before: other, it: [form(named, arnOf({ family, number }, target))], after: other };
        expect(lines(value)).toEqual([named]);
      }),
      { seed: 7, numRuns: 300 },
    );
  });

  test('an ARN of another account, Region or partition references nothing in any form', () => {
    const elsewhere = fc.constantFrom(
      { ...target, account: '210987654321' },
      { ...target, region: 'eu-west-11' },
      { ...target, partition: 'aws-us-gov' },
    );
    fc.assert(
      fc.property(revision, forms, elsewhere, (one, form, other) => {
        const arn = arnOf(one, other);
        expect(lines(form(arn, arn))).toEqual([]);
      }),
      { seed: 8 },
    );
  });

  /** The heart of it: whatever an expression may come out as is within what it was said to mean. */
  test('what is cut anywhere and computed from there still means at least its family', () => {
    const cut = fc.double({ min: 0, max: 1, noNaN: true });
    const written = fc.constantFrom(
      (head: string) => ({ TaskDefinition: `{% '${head}' & $rest %}` }),
      (head: string) => ({ TaskDefinition: `${head}{% $rest %}` }),
      (head: string) => ({ TaskDefinition: `${head}<rest>` }),
      (head: string) => ({ 'TaskDefinition.$': `States.Format('${head}{}', $.rest)` }),
    );
    fc.assert(
      fc.property(revision, fc.boolean(), cut, written, (one, isShort, at, form) => {
        const whole = isShort ? `${one.family}:${one.number}` : arnOf(one, target);
        const found = referencesInJson(form(whole.slice(0, Math.floor(at * whole.length))), target);
        const covered = found.some((named) => {
          return named.kind === 'unresolved' && matcherOf(named.resolvesTo).fit(one.family)?.isOpen === true;
        });
        expect(covered).toBe(true);
      }),
      { seed: 9, numRuns: 1_000 },
    );
  });

  test('look-alike families are never each other', () => {
    fc.assert(
      fc.property(revision, fc.constantFrom('', '-', '_', '2', 'X'), ({ family, number }, more) => {
        const other = `${family}${more}`;
        expect(lines({ a: `${ours}${other}:${number}`, TaskDefinition: `${family.toUpperCase()}:${number}` })).toEqual([
          `${other}:${number}`,
          `${family.toUpperCase()}:${number}`,
        ]);
      }),
      { seed: 10 },
    );
  });

  test('no text makes it fail, or references a revision that it does not spell', () => {
    const piece = fc.oneof(
      fc.string({ maxLength: 5 }),
      fc.constantFrom(
        ours,
        ':task-definition/',
        'taskDefinition',
        '"',
        "'",
        ':',
        '{%',
        '%}',
        '&',
        '<x>',
        '{',
        '}',
        'web',
        '4',
        '\\',
        '\u0000',
        '💥',
      ),
    );
    const texts = fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join(''));
    fc.assert(
      fc.property(texts, fc.constantFrom('TaskDefinition', 'TaskDefinition.$', 'Comment'), (text, key) => {
        const families = referencesInJson({ [key]: text }, target).flatMap((named) =>
          named.kind === 'resolved' ? [named.target.family] : [],
        );
        expect(families.filter((family) => !text.includes(family))).toEqual([]);
      }),
      { seed: 11, numRuns: 2_000 },
    );
  });
});
