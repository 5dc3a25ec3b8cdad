// Finds what a piece of JSON names, wherever it stands in there: state machines, the inputs of schedules and rules, AppSpecs.
// Two things are taken: whatever a key says is a task definition, in any form that ECS accepts, and every text that holds
// a task definition's ARN. What is computed at run time is returned as what its fixed part tells.
import type { Meaning, Reference } from '../evidence.ts';
import { FAMILY_START, parseNaming, type Target } from '../revision.ts';
import { Incomplete } from './part.ts';

/** A naming somewhere in a value: a revision or a family, or what something computed could mean. */
export type Named =
  | { readonly kind: 'named'; readonly what: Reference['what']; readonly at: readonly string[] }
  | {
      readonly kind: 'unknown';
      readonly says: string;
      readonly means: Meaning;
      readonly at: readonly string[];
    };

/** Deeper than any definition that AWS accepts; a value that goes on is not understood. */
const MAX_DEPTH = 200;

/** `TaskDefinition` in Step Functions and AppSpecs, `taskDefinition` in ECS's own requests, `TaskDefinitionArn` in targets;
 *  with `.$` where JSONPath computes it. */
const KEY = /^task_?definition(_?arn)?(\.\$)?$/i;

/** Up to the first character that no ARN has, or that ends one in a text around it. */
const ARN_IN_TEXT = /arn:[\w-]+:ecs:[\w-]*:[\w-]*:task-definition\/[^\s"'\\,;<>()[\]]*/g;

/** @param value parsed JSON; a text in it that is JSON itself is read as well
 *  @throws Incomplete where it is nested too deeply to be read */
export function namingsIn(value: unknown, target: Target): Named[] {
  const found: Named[] = [];
  walk(value, [], false, target, found);
  return found;
}

function walk(
  value: unknown,
  at: readonly string[],
  isNaming: boolean,
  target: Target,
  found: Named[],
): void {
  if (at.length > MAX_DEPTH) throw new Incomplete(`it is nested deeper than ${MAX_DEPTH}`);
  if (typeof value === 'string') {
    if (isNaming) found.push(...namingOf(value, at, target));
    else found.push(...textNames(value, at, target));
  } else if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) walk(item, [...at, `${index}`], isNaming, target, found);
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, item] of Object.entries(value)) walk(item, [...at, key], KEY.test(key), target, found);
  }
}

/** What stands under a key that says it is a task definition. */
function namingOf(text: string, at: readonly string[], target: Target): Named[] {
  const isComputed = at.at(-1)?.endsWith('.$') === true || EXPRESSION.test(text);
  const what = parseNaming(text, target);
  if (isComputed || what.kind === 'unreadable') return unknown(text, fixedPart(text), at, target);
  return what.kind === 'revision' || what.kind === 'floating' ? [{ kind: 'named', what, at }] : [];
}

/** Any other text: JSON is read as JSON, and ARNs inside are taken. An ARN that goes on into an expression is computed. */
function textNames(text: string, at: readonly string[], target: Target): Named[] {
  if (!/task_?definition|:task-definition\//i.test(text)) return [];
  const inside = jsonIn(text);
  if (inside !== undefined) {
    const found: Named[] = [];
    walk(inside, [...at, 'JSON'], false, target, found);
    return found;
  }
  return Array.from(text.matchAll(ARN_IN_TEXT)).flatMap(({ 0: arn, index }) => {
    const what = parseNaming(arn, target);
    const goesOn = GOES_ON.test(text.slice(index + arn.length));
    if ((what.kind === 'revision' || what.kind === 'floating') && !goesOn)
      return [{ kind: 'named' as const, what, at }];
    if (what.kind === 'foreign' || what.kind === 'daemon') return [];
    return unknown(text, text.slice(index), at, target);
  });
}

/** An object or a list; a bare number or word in quotes is left as the text that it is. */
function jsonIn(text: string): object | undefined {
  if (!/^\s*[{[]/.test(text)) return undefined;
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null ? parsed : undefined;
  } catch {
    return undefined;
  }
}

/** JSONata in Step Functions, the placeholders of input transformers, pipes and schedules, and of templates. */
const EXPRESSION = /\{%|\{\}|<[a-zA-Z$]|\$\{/;
/** An expression, or a text put together from parts. A quote that ends a literal is followed by `&` then. */
const GOES_ON = /^(\{%|\{\}|<[a-zA-Z$]|\$\{|['"]\s*(&|,))/;

/** What a computed text certainly begins with. Of an expression that is its first literal, and only where all the rest is
 *  appended to it: what stands in the middle of a condition may never come out. */
function fixedPart(text: string): string {
  const [, format] = /^\s*States\.Format\(\s*'((?:[^'\\]|\\.)*)'/.exec(text) ?? [];
  if (format !== undefined) return format;
  const operand = String.raw`(?:'[^']*'|"[^"]*"|\$[\w.$]*(?:\([^()?:]*\))?)`;
  const sum = new RegExp(String.raw`^\s*\{%\s*(?:'([^']*)'|"([^"]*)")\s*(?:&\s*${operand}\s*)+%\}\s*$`).exec(
    text,
  );
  if (sum !== null) return `${sum[1] ?? sum[2] ?? ''}{%`;
  return text;
}

function unknown(text: string, fixed: string, at: readonly string[], target: Target): Named[] {
  const means = meaningOf(fixed, target);
  const shown = text.length > SHOWN ? `${text.slice(0, SHOWN)}...` : text;
  return means === undefined
    ? []
    : [{ kind: 'unknown', says: `computes its task definition: ${shown}`, means, at }];
}

/** A definition has up to a megabyte, a report a few lines. */
const SHOWN = 200;

/** `…:task-definition/web:{% … %}` is of the family `web`, `…/web-{% … %}` of any that begins with `web-`, and what has
 *  no fixed part of any. Nothing where another account, Region or partition is fixed. */
function meaningOf(fixed: string, target: Target): Meaning | undefined {
  const [whole, partition, region, account] =
    /^arn:([\w-]+):ecs:([\w-]+):(\d{12}):task-definition\//.exec(fixed) ?? [];
  if (
    whole !== undefined &&
    (partition !== target.partition || region !== target.region || account !== target.account)
  )
    return undefined;
  const short = fixed.slice(whole?.length ?? 0).replace(/^task-definition\//, '');
  const [family = ''] = FAMILY_START.exec(short) ?? [];
  const next = short.slice(family.length);
  if (family === '' || !/^(:|\{%|\{\}|<|\$\{|['"]|$)/.test(next)) return { kind: 'any' };
  if (next.startsWith(':') && whole === undefined && family === 'arn') return { kind: 'any' };
  return next.startsWith(':') ? { kind: 'family', family } : { kind: 'prefix', prefix: family };
}
