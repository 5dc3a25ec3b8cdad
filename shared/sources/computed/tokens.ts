// Splits a JSONata expression into tokens, as far as needed to tell its literals from the rest.
// https://docs.jsonata.org/overview
export interface Token {
  readonly is: 'text' | 'number' | 'name' | 'sign';
  /** The content of a text; undefined on an unknown escape. */
  readonly value: string | undefined;
}

const SPACE = /^(?:\s|\/\*[^]*?\*\/)+/;
const TEXT = /^(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")/s;
const NUMBER = /^(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/;
const NAME = /^(?:[\p{L}_$][\p{L}\p{N}_$]*|`[^`]*`)/u;
const SIGN = /^(?:~>|:=|\?:|\?\?|!=|<=|>=|\*\*|\.\.|[.[\]{}()@#;:?+\-*%|=<>^&,!~])/;

/** @returns undefined where the limits of a text are uncertain: beside a slash, which may begin a regular expression
 *  that contains quotes */
export function tokensOf(expression: string): Token[] | undefined {
  const tokens: Token[] = [];
  let rest = expression;
  for (;;) {
    rest = rest.replace(SPACE, '');
    if (rest === '') return tokens;
    const text = TEXT.exec(rest);
    const [is, all] = text === null ? other(rest) : (['text', text[0]] as const);
    if (all === undefined) return undefined;
    tokens.push({ is, value: is === 'text' ? unescaped(text?.[1] ?? text?.[2] ?? '') : all });
    rest = rest.slice(all.length);
  }
}

function other(rest: string): readonly [Token['is'], string | undefined] {
  const [number] = NUMBER.exec(rest) ?? [];
  if (number !== undefined) return ['number', number];
  const [name] = NAME.exec(rest) ?? [];
  return name === undefined ? ['sign', SIGN.exec(rest)?.[0]] : ['name', name];
}

/** With JSON's escapes. */
function unescaped(text: string): string | undefined {
  if (/\\(?!["\\/]|u[0-9a-fA-F]{4})/.test(text.replaceAll('\\\\', ''))) return undefined;
  return text.replaceAll(/\\(?:u(.{4})|(.))/g, (_, code?: string, character = '') =>
    code === undefined ? String(character) : String.fromCharCode(Number.parseInt(code, 16)),
  );
}
