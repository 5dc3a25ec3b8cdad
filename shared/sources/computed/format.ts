// Finds the known parts of a JSONPath value: a path is a hole, and `States.Format` fills in a text.
// https://docs.aws.amazon.com/step-functions/latest/dg/intrinsic-functions.html
import { joinParts } from '../../domain/pattern.ts';
import { hole, type Parts } from './reference.ts';

/** @param text the value of a key that ends with `.$` */
export function partsOfPath(text: string): Parts {
  const isComputed = /^\s*(?:\$|States\.)/.test(text);
  // AWS accepts nothing else here: only its beginning is known.
  if (!isComputed) return joinParts([text], hole);
  const read = readArgument(text.trim());
  return read?.rest === '' ? read.parts : hole;
}

interface Read {
  readonly parts: Parts;
  readonly rest: string;
}

/** Deeper than the ten levels that AWS allows. */
const MAX_DEPTH = 20;

/** One argument of a function, up to the comma or bracket after it; undefined where its end is uncertain. */
function readArgument(text: string, depth = 0): Read | undefined {
  if (text.startsWith("'")) return readQuoted(text);
  const [number] = /^(?:0|[1-9]\d{0,14})(?=\s*[,)])/.exec(text) ?? [];
  if (number !== undefined) return { parts: [number], rest: text.slice(number.length) };
  const [call] = /^States\.\w+\s*\(/.exec(text) ?? [];
  if (call !== undefined) return depth > MAX_DEPTH ? undefined : readCall(call, text, depth);
  // A path. One with quotes or a filter's brackets may contain anything.
  const [path] = /^(?:\$[\w.$[\]*@-]*|true|false|null|-?\d[\d.eE+-]*)/.exec(text) ?? [];
  return path === undefined ? undefined : { parts: hole, rest: text.slice(path.length) };
}

function readCall(call: string, text: string, depth: number): Read | undefined {
  const given: Parts[] = [];
  let rest = text.slice(call.length).trimStart();
  const isFormat = /^States\.Format\b/.test(call);
  const template = isFormat && rest.startsWith("'") ? rest : undefined;
  while (!rest.startsWith(')')) {
    const read = readArgument(rest, depth + 1);
    if (read === undefined) return undefined;
    given.push(read.parts);
    rest = read.rest.trimStart();
    if (rest.startsWith(',')) rest = rest.slice(1).trimStart();
    else if (!rest.startsWith(')')) return undefined;
  }
  const parts = template === undefined ? hole : filledIn(template, given.slice(1));
  return { parts, rest: rest.slice(1).trimStart() };
}

/** A quoted text, in which `\` precedes quotes, braces and itself. */
function readQuoted(text: string): Read | undefined {
  const [all, inside = ''] = /^'((?:[^'\\]|\\.)*)'/s.exec(text) ?? [];
  if (all === undefined) return undefined;
  const plain = unescaped(inside);
  return { parts: plain === undefined ? hole : [plain], rest: text.slice(all.length) };
}

/** @returns undefined on an escape that AWS does not know */
function unescaped(text: string): string | undefined {
  return /\\(?!['{}\\])/.test(text.replaceAll(/\\\\/g, '')) ? undefined : text.replaceAll(/\\(['{}\\])/g, '$1');
}

/** Each `{}` is the next argument. Where the counts differ AWS refuses to run it, so each is a hole. */
function filledIn(template: string, given: readonly Parts[]): Parts {
  const [, inside = ''] = /^'((?:[^'\\]|\\.)*)'/s.exec(template) ?? [];
  const texts: string[] = [''];
  for (const [token] of inside.matchAll(/\\.|\{\}|[^]/gs)) {
    if (token === '{}') texts.push('');
    // A lone brace or another escape: the text after it is uncertain.
    else if (/^[{}\\]$/.test(token) || /^\\[^'{}\\]/.test(token)) return joinParts(...between(texts), hole);
    else texts.push((texts.pop() ?? '') + token.replace(/^\\/, ''));
  }
  return joinParts(...between(texts, texts.length - 1 === given.length ? given : []));
}

function between(texts: readonly string[], given: readonly Parts[] = []): Parts[] {
  return texts.flatMap((text, index) => (index === 0 ? [[text]] : [given[index - 1] ?? hole, [text]]));
}
