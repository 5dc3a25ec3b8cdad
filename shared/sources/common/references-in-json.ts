// Finds what a piece of JSON names, wherever it stands in there: state machines, the inputs of schedules and rules, AppSpecs.
// Two things are taken: whatever a key says is a task definition, in any form that ECS accepts, and every text that holds
// a task definition's ARN. What is computed at run time is returned as the pattern of what may come out.
import type { Reference } from '../../domain/evidence.ts';
import { isAnyReference, type Pattern, printPattern } from '../../domain/pattern.ts';
import { MOST_LEVELS, parseJson, TooDeep } from '../../domain/json-depth.ts';
import { parseReferenceTarget, type Target } from '../../domain/revision.ts';
import { goesOn, partsOf, resolveAll } from '../computed/computed.ts';
import type { Parts } from '../computed/reference.ts';
import { partsOfTemplate } from '../computed/template.ts';
import { Incomplete } from './incomplete.ts';

/** A reference somewhere in a value: to a revision or a family, or to what is computed. */
export type JsonReference =
  | { readonly kind: 'named'; readonly what: Reference['target']; readonly at: readonly string[] }
  | {
      readonly kind: 'unresolved';
      readonly says: string;
      readonly means: Pattern;
      readonly at: readonly string[];
      /** The text says that it is a task definition's ARN. */
      readonly isArn: boolean;
    };

/** `TaskDefinition` in Step Functions and AppSpecs, `taskDefinition` in ECS's own requests, `TaskDefinitionArn` in targets;
 *  with `.$` where JSONPath computes it. */
const KEY = /^task_?definition(_?arn)?(\.\$)?$/i;

export function isReferenceKey(key: string): boolean {
  return KEY.test(key);
}

/** The same key in a text that is no JSON, with the literal that follows it: an object of JSONata, a template. */
const KEY_IN_TEXT = /task_?definition(?:_?arn)?["']?\s*:\s*(?:"([^"]*)"|'([^']*)')/gi;

/** A name has 271 characters at most. */
const MOST_KNOWN = 1_000;

/** Up to the first character that no ARN has, or that ends one in a text around it. The beginning may have been computed:
 *  what is left of it is taken for ours then. */
const ARN_IN_TEXT = /(arn:[\w-]+:ecs:[\w-]*:[\w-]*)?:task-definition\/([^\s"'\\,;<>()[\]]*)/g;

/** @param value parsed JSON; a text in it that is JSON itself is read as well
 *  @throws Incomplete where it is nested too deeply to be read */
export function referencesInJson(value: unknown, target: Target): JsonReference[] {
  const found: JsonReference[] = [];
  walk(value, [], false, target, found);
  return found;
}

/** @param at the path to the value. Each level adds its key and takes it away again: a copy for each value would take
 *  gigabytes for a megabyte of JSON. */
function walk(value: unknown, at: string[], isNaming: boolean, target: Target, found: JsonReference[]): void {
  if (at.length > MOST_LEVELS) throw tooDeep();
  if (typeof value === 'string') {
    for (const one of isNaming ? namingOf(value, at, target) : textNames(value, at, target))
      found.push({ ...one, at: one.at === at ? [...at] : one.at });
  } else if (typeof value === 'object' && value !== null) {
    const isList = Array.isArray(value);
    for (const [key, item] of Object.entries(value)) {
      at.push(key);
      walk(item, at, isList ? isNaming : KEY.test(key), target, found);
      at.pop();
    }
  }
}

function tooDeep(cause?: unknown): Incomplete {
  return new Incomplete(`it is nested deeper than ${MOST_LEVELS} levels`, { cause });
}

/** What stands under a key that says it is a task definition. A revision that a computed text spells out counts as well: it
 *  may be what comes out. */
function namingOf(text: string, at: readonly string[], target: Target): JsonReference[] {
  const isPath = at.at(-1)?.endsWith('.$') === true;
  const found = computed(saysArn(text), partsOf(text, isPath), at, target);
  return found.every(({ kind }) => kind === 'named') ? found : [...literalsIn(text, at, target), ...found];
}

function computed(
  isArn: boolean,
  parts: readonly Parts[],
  at: readonly string[],
  target: Target,
): JsonReference[] {
  return resolveAll(parts, target).map((one): JsonReference => {
    if (one.kind !== 'pattern') return { kind: 'named', what: one, at };
    const known = isAnyReference(one) ? '' : `: ${printPattern(one)}`;
    return { kind: 'unresolved', says: `computes its task definition${known}`, means: one, at, isArn };
  });
}

/** Asked once a text: each time it may read all of it. */
function saysArn(text: string): boolean {
  return text.includes('task-definition/');
}

/** Not families without a number: any word in an expression could be one. */
function literalsIn(text: string, at: readonly string[], target: Target): JsonReference[] {
  return Array.from(text.matchAll(/'([^']*)'|"([^"]*)"/g)).flatMap(([, single, double]): JsonReference[] => {
    const what = parseReferenceTarget(single ?? double ?? '', target);
    return what.kind === 'revision' ? [{ kind: 'named', what, at }] : [];
  });
}

/** Any other text: JSON is read as JSON, and ARNs inside are taken. An ARN that goes on into an expression is computed. */
function textNames(text: string, at: readonly string[], target: Target): JsonReference[] {
  if (!/task[-_]?definition|\\u00/i.test(text)) return []; // JSON may well write `\/`, and any letter by its number
  const inside = jsonIn(text);
  if (inside !== undefined) {
    const found: JsonReference[] = [];
    walk(inside, [...at, 'JSON'], false, target, found);
    return found;
  }
  return [...keysIn(text, at, target), ...arnsIn(text, at, target)];
}

/** ARNs are left to arnsIn, which sees what follows them. */
function keysIn(text: string, at: readonly string[], target: Target): JsonReference[] {
  const isArn = saysArn(text);
  return Array.from(text.matchAll(KEY_IN_TEXT)).flatMap(({ 0: all, 1: double, 2: single, index }) => {
    const naming = double ?? single ?? '';
    if (naming.includes(':task-definition/')) return [];
    const isAppended = /^\s*&/.test(text.slice(index + all.length));
    return isAppended ? computed(isArn, [[naming, '']], at, target) : namingOf(naming, at, target);
  });
}

function arnsIn(text: string, at: readonly string[], target: Target): JsonReference[] {
  const { partition, region, account } = target;
  return Array.from(text.matchAll(ARN_IN_TEXT)).flatMap(({ 0: all, 1: start, 2: tail = '', index }) => {
    const ours = `arn:${partition}:ecs:${region}:${account}`;
    const arnOf = (name: string) => `${start ?? ours}:task-definition/${name}`;
    const isOpen = goesOn(text.slice(index + all.length));
    // A sentence or a template may end behind it.
    const what = parseReferenceTarget(arnOf(isOpen ? tail : withoutStops(tail)), target);
    if ((what.kind === 'revision' || what.kind === 'floating') && !isOpen)
      return [{ kind: 'named' as const, what, at }];
    // A wildcard alone is a policy's: no naming that ECS would accept.
    if (what.kind === 'foreign' || tail === '*') return [];
    // Known up to where something is filled in or appended: where the ARN ends in a text is not certain.
    // Only what comes before the first placeholder is used, and no name is so long.
    const [known = ''] = partsOfTemplate(tail.slice(0, MOST_KNOWN));
    const found = computed(true, [[arnOf(known), '']], at, target);
    // Of what has neither a beginning nor a family nothing says that it is a task definition at all.
    return start === undefined && found.some((one) => one.kind === 'unresolved' && isAnyReference(one.means))
      ? []
      : found;
  });
}

/** Character by character: a regular expression that ends with `$` takes time in the square of a run of stops. */
function withoutStops(text: string): string {
  let end = text.length;
  while (end > 0 && '.!?}'.includes(text.charAt(end - 1))) end--;
  return text.slice(0, end);
}

/** An object, a list, or a text in quotes, which may write its letters in other ways; a bare number or word is left as
 *  the text that it is. An input template that is JSON but for what it leaves to be filled in (`{"id": <id>}`) is read as
 *  JSON as well.
 *  @throws Incomplete where it is nested too deeply to be read */
export function jsonIn(text: string): object | string | undefined {
  if (!/^\s*[{["]/.test(text)) return undefined;
  return parsed(text) ?? parsed(text.replaceAll(/([:,[]\s*)(<[^<>"]+>)/g, '$1"$2"'));
}

function parsed(text: string): object | string | undefined {
  try {
    const json = parseJson(text);
    return typeof json === 'string' || (typeof json === 'object' && json !== null) ? json : undefined;
  } catch (error) {
    if (error instanceof TooDeep) throw tooDeep(error);
    return undefined;
  }
}
