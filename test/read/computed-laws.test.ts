// Soundness of patterns: whatever an expression comes out as is among what was said that it may resolve to. Each example
// takes a reference, cuts it anywhere, and writes its pieces in every way in which an expression can give them: so that its
// value is known without evaluating it.
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { matcherOf } from '../../shared/domain/pattern.ts';
import { partsOf, resolveAll } from '../../shared/sources/computed/computed.ts';
import { arnOf } from '../../shared/domain/revision.ts';
import { target } from '../support/reader.ts';

interface Wanted {
  readonly family: string;
  readonly number: number | undefined;
  readonly text: string;
}

/** Digits and hyphens are what may stand on either side of a cut and mean another thing. */
const aReference: fc.Arbitrary<Wanted> = fc
  .record({
    family: fc.stringMatching(/^[ab1-]{1,8}$/),
    number: fc.option(fc.integer({ min: 1, max: 2_000 }), { nil: undefined }),
    isArn: fc.boolean(),
  })
  .map(({ family, number, isArn }) => {
    const short = number === undefined ? family : `${family}:${number}`;
    const prefix = arnOf({ family: 'x', number: 1 }, target).replace('x:1', '');
    return { family, number, text: isArn ? prefix + short : short };
  });

const someCuts = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 5 });

function piecesOf(text: string, cuts: readonly number[]): string[] {
  const at = [0, ...cuts.map((cut) => Math.round(cut * text.length)).sort((a, b) => a - b)];
  return at.map((from, index) => text.slice(from, at[index + 1]));
}

function isFound(text: string, isPath: boolean, { family, number }: Wanted): boolean {
  return resolveAll(partsOf(text, isPath), target).some((one) => {
    if (one.kind === 'revision') return one.family === family && one.number === number;
    if (one.kind === 'floating') return one.family === family && number === undefined;
    const fit = matcherOf(one).fit(family);
    if (fit === undefined) return false;
    return fit.isOpen || (number === undefined ? fit.isFloating : fit.number === number);
  });
}

/** A choice for each piece, from numbers that fast-check can shrink. */
const choices = fc.array(fc.nat({ max: 999 }), { minLength: 40, maxLength: 40 });

function chooser(numbers: readonly number[]) {
  let at = 0;
  return <One>(...some: readonly One[]): One => {
    const one = some[(numbers[at++ % numbers.length] ?? 0) % some.length];
    if (one === undefined) throw new Error('there is nothing to choose from');
    return one;
  };
}
type Choose = ReturnType<typeof chooser>;

/** Looks like text to a careless reader, but is not. */
const noise = [
  '$x',
  '$states.context.Execution.Input.td',
  "$lookup({'a:1': \"b'\"}, 'c')",
  "$x[name = 'web:7'].`a'b`",
  '$f(1, (2; 3), [4])',
  "$a.b.$join(['q', 'r'])",
  "'abc'.$uppercase($)",
  "'web:1'[0]",
  "$x{'k': 'v'}",
  "$match($x, /'/)",
] as const;
const conditions = ['$c', "$x = 'web:'", "'a' & $y != 'b:1' and $z", '$not($q > 2)', "$x in ['a', 'b']"] as const;

function quoted(piece: string, choose: Choose): string {
  return choose(`'${piece}'`, `"${piece}"`, `'${piece.replace('a', '\\u0061')}'`, `"${piece.replace('/', '\\/')}"`);
}

function operand(piece: string, choose: Choose): string {
  const text = quoted(piece, choose);
  return choose(
    text,
    text,
    choose(...noise),
    `(${text})`,
    `(${choose(...conditions)} ? ${text} : ${choose("'z:1'", '$y')})`,
    `(${choose(...conditions)} ? ${choose("'z'", '$y')} : ${text})`,
    `( $v := 'z'; ${text} )`,
    joinOf(piece, choose),
    /^[1-9]\d*$/.test(piece) ? piece : text,
    `/* ' */ ${text}`,
  );
}

/** Its items may be missing, or be several at once. */
function joinOf(piece: string, choose: Choose): string {
  const separator = choose('', '-', 'a');
  const items = separator === '' ? [piece] : piece.split(separator);
  const some: string[] = [];
  for (let at = 0; at < items.length;) {
    const several = choose(1, 1, 2);
    const taken = items.slice(at, at + several);
    const text = several === 1 ? choose(quoted(taken[0] ?? '', choose), '$x') : '$several';
    some.push(...choose<string[]>([], [], ['$missing']), text);
    at += several;
  }
  const given = separator === '' ? choose('', ", ''") : `, ${choose(`'${separator}'`, '$separator')}`;
  return `$join([${some.join(', ')}]${given})`;
}

function jsonata(pieces: readonly string[], choose: Choose): string {
  const sum = pieces.map((piece) => operand(piece, choose)).join(choose(' & ', '&', ' /* & */ & '));
  const condition = choose(...conditions);
  return choose(
    sum,
    sum,
    `(${sum})`,
    `${condition} ? ${sum} : 'z:9'`,
    `${condition} ? 'z:9' : ${sum}`,
    `${condition} ? 'z:9' : $d ? ${sum} : 'y'`,
    `${condition} ? $d ? ${sum} : 'y' : 'z:9'`,
    `$c ? 'y' : 'z' & $e ? ${sum} : 'x'`,
  );
}

describe('the value of an expression is among what it may resolve to', () => {
  test('in JSONata', () => {
    fc.assert(
      fc.property(aReference, someCuts, choices, (wanted, cuts, numbers) => {
        const expression = jsonata(piecesOf(wanted.text, cuts), chooser(numbers));
        expect([expression, isFound(`{% ${expression} %}`, false, wanted)]).toEqual([expression, true]);
      }),
      { seed: 41, numRuns: 3_000 },
    );
  });

  test('in JSONata that makes something else of its literals', () => {
    const changed = fc.constantFrom(
      (text: string) => `$uppercase(${text})`,
      (text: string) => `${text} ~> $replace('a', 'b')`,
      (text: string) => `(${text})[0]`,
      (text: string) => `$x := ${text} & $y; $x`,
      (text: string) => `($join := $f; $join([${text}]))`,
      (text: string) => `${text} + 1`,
      (text: string) => `-${text}`,
      (text: string) => `${text} = $x`,
      (text: string) => `${text} ?: $x`,
      (text: string) => `${text} ?? $x`,
      (text: string) => `${text} or $x`,
      (text: string) => `$c ? ${text}`,
      (text: string) => `{'a': ${text}}.b`,
      (text: string) => `function($a) { ${text} }($b)`,
      (text: string) => `${text} / 2`,
      (text: string) => `$x.(${text})`,
      (text: string) => `${text} ^(a)`,
      (text: string) => `| ${text} | {} |`,
      (text: string) => `${text} )`,
      (text: string) => `${text} 'x`,
      (text: string) => `${text} & '\\q'`,
    );
    fc.assert(
      fc.property(aReference, aReference, changed, (wanted, other, change) => {
        const expression = change(`'${other.text}'`);
        const isKept = expression.endsWith("& '\\q'") && !wanted.text.startsWith(other.text);
        fc.pre(!isKept);
        expect([expression, isFound(`{% ${expression} %}`, false, wanted)]).toEqual([expression, true]);
      }),
      { seed: 42, numRuns: 1_000 },
    );
  });

  test('in States.Format', () => {
    const given = (piece: string, choose: Choose): string =>
      choose(
        '$.x',
        '$$.Execution.Name',
        `'${piece}'`,
        /^[1-9]\d*$/.test(piece) ? piece : '$.y',
        `States.Format('{}', '${piece}')`,
        `States.Format('${piece}{}', $.empty)`,
        "States.ArrayGetItem(States.Array('a', 'b:1'), 0)",
      );
    fc.assert(
      fc.property(aReference, someCuts, choices, (wanted, cuts, numbers) => {
        const choose = chooser(numbers);
        const some: string[] = [];
        const template = piecesOf(wanted.text, cuts)
          .map((piece) => {
            if (choose(true, false)) return piece;
            some.push(given(piece, choose));
            return '{}';
          })
          .join('');
        const text = `States.Format(${[`'${template}'`, ...some].join(', ')})`;
        expect([text, isFound(text, true, wanted)]).toEqual([text, true]);
      }),
      { seed: 43, numRuns: 2_000 },
    );
  });

  test('in a template', () => {
    const placeholders = [
      '<x>',
      '<aws.scheduler.execution-id>',
      '<$.body.name>',
      '${Name}',
      '{}',
      '{% $x %}',
      '<$.a["b>c"]>',
      '${a["}"]}',
    ];
    fc.assert(
      fc.property(aReference, someCuts, choices, (wanted, cuts, numbers) => {
        const choose = chooser(numbers);
        const pieces = piecesOf(wanted.text, cuts);
        const text = pieces.map((piece) => choose(piece, choose(...placeholders))).join('');
        expect([text, isFound(text, false, wanted)]).toEqual([text, true]);
      }),
      { seed: 44, numRuns: 2_000 },
    );
  });
});

/** The patterns to which one of these may resolve, as they are printed. */
function patterns(text: string, isPath = true): string[] {
  return resolveAll(partsOf(text, isPath), target).map((one) => {
    if (one.kind === 'pattern') return one.parts.join('{}');
    return one.kind === 'revision' ? `${one.family}:${one.number}` : one.family;
  });
}

describe('what is known is used', () => {
  const ours = 'arn:aws:ecs:eu-west-1:123456789012:task-definition/';
  test.each([
    ["States.Format('arn:aws:ecs:{}:{}:task-definition/web:2', $.region, $.account)", ['web:2']],
    ["States.Format('arn:aws:ecs:us-east-2:{}:task-definition/web:2', $.account)", []],
    ["States.Format('arn:aws:ecs:{}:999999999999:task-definition/web:{}', $.region, $.n)", []],
    ["States.Format('arn:aws:ecs:{}:{}:task-definition/web', $.region, $.account)", ['web']],
    ["States.Format('arn:aws:ecs:{}:{}:task-definition/{}', $.a, $.b, $.c)", ['{}']],
    ["States.Format('arn:aws:ecs:{}', $.a)", ['{}']],
    ["States.Format('arn:aws:ecs:us-east-2:{}', $.a)", []],
    ["States.Format('{}:task-definition/web:{}', $.a, $.b)", ['web:{}']],
    ["States.Format('{}/web:2', $.a)", ['web:2']],
    ["States.Format('{}daemon-task-definition/web:2', $.a)", []],
    ["States.Format('shop-{}-features', $.sport)", ['shop-{}-features']],
    ["States.Format('shop-{}-{}', $.sport, 'features')", ['shop-{}-features']],
    ["States.Format('web:{}', 7)", ['web:7']],
    ["States.Format('{}:{}', $.family, $.revision)", ['{}']],
    ["States.Format('{}-worker', States.Format('{}-{}', $.a, 'eu'))", ['{}-eu-worker']],
    // A hole may hold the beginning of an ARN up to a hyphen of its Region, so that anything may follow.
    ["States.Format('{}-{}', $.a, $.b)", ['{}']],
    ["States.Format('{}-{}-worker', $.a, $.b)", ['{}-worker']],
    ["States.Format('it\\'s\\{{}\\}', $.a)", ['{}']],
    ["States.Format('web-{}', $.a, $.b)", ['web-{}']],
    ["States.Format('web-{', $.a)", ['web-{}']],
    ["States.Format('web-\\n{}:2', $.a)", ['web-{}']],
    ["States.Format('web:{}', $.a['b'])", ['{}']],
    ["States.Format('web-{}-{}', 'a')", ['web-{}-{}']],
    ["States.Format($.template, 'web:2')", ['{}']],
    ['States.ArrayGetItem($.all, 0)', ['{}']],
    ['$.taskDefinition', ['{}']],
    ['$$.Execution.Input.taskDefinition', ['{}']],
  ])('JSONPath: %s is %j', (text, expected) => {
    expect(patterns(text)).toEqual(expected);
  });

  test.each([
    ["'web-' & $x & '-v2'", ['web-{}-v2']],
    [`'${ours}web:' & $n`, ['web:{}']],
    ["'arn:aws:ecs:' & $r & ':' & $a & ':task-definition/web:2'", ['web:2']],
    ["$join(['arn', 'aws', 'ecs', $r, $a, 'task-definition/web:2'], ':')", ['web:2']],
    ["$join(['shop', $sport, 'features'], '-')", ['shop{}features']],
    ["$join(['shop-', 'a'])", ['shop-a']],
    ["$join(['shop', 'a'], $s)", ['shop{}a']],
    ["$join($list, '-')", ['{}']],
    ["$dev ? 'web:1' : 'web:2'", ['web:1', 'web:2']],
    ["$dev ? 'web:1' : $other", ['{}']],
    ["$dev ? 'web-' & $x & 'b' : 'api'", ['web-{}b', 'api']],
    ["$a ? $b ? 'x' : 'y' : 'z:9'", ['x', 'y', 'z:9']],
    ["'web-' & $f(/a/)", ['{}']],
    ["'web-\\q' & $x", ['{}']],
    [`'${'a'.repeat(272)}' & $x`, ['{}']],
    ["'a' & 'b' & 7", ['ab7']],
    ['7', ['{}']],
    ['$states.context.Execution.Input.td', ['{}']],
    ["$prefix & 'web:2'", ['{}web:2']],
  ])('JSONata: %s is %j', (text, expected) => {
    expect(patterns(`{% ${text} %}`, false)).toEqual(expected);
  });

  test.each([
    ['web-<x>-v2', ['web-{}-v2']],
    ['web:<aws.scheduler.attempt-number>', ['web:{}']],
    ['<$.body.family>:3', ['{}:3']],
    ['arn:${AWS::Partition}:ecs:${AWS::Region}:${AWS::AccountId}:task-definition/web:2', ['web:2']],
    ['web-<$.a["b"]>-v2', ['web-{}']],
    ['web-<a', ['web-{}']],
    ["web-{% $x & '%}-b' %}", ['web-{}']],
    ['arn:latest', ['{}']],
    ['concat(web, x)', ['{}']],
    ['web-{{env}}:2', ['{}']],
    ['%env%-web', ['{}']],
  ])('a template: %s is %j', (text, expected) => {
    expect(patterns(text, false)).toEqual(expected);
  });
});

test.each([
  ['quotes', "'".repeat(9_900)],
  ['brackets', '('.repeat(9_900)],
  ['closed brackets', `${'('.repeat(4_900)}'a'${')'.repeat(4_900)}`],
  ['conditions', "$a ? 'b' : ".repeat(800)],
  ['sums', `'a'${" & $x & 'a'".repeat(900)}`],
  ['comments', '/*'.repeat(4_900)],
  ['placeholders', '<x>'.repeat(3_300)],
  ['all of these', '<x>'.repeat(1_000_000)],
  ['openings', '<'.repeat(9_900)],
  ['escapes', `'${'\\'.repeat(9_900)}`],
])('a long text of %s is read to its end', (_, text) => {
  for (const isPath of [true, false])
    for (const form of [text, `{% ${text} %}`, `States.Format('${text}', $.a)`, `States.Format(${text})`])
      resolveAll(partsOf(form, isPath), target);
  // Code that is not linear here does not end within the time limit of a test.
  expect(resolveAll(partsOf(text, true), target)).toBeDefined();
});
