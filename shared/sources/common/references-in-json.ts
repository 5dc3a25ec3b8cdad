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
  | { readonly kind: 'resolved'; readonly target: Reference['target']; readonly path: readonly string[] }
  | {
      readonly kind: 'unresolved';
      readonly description: string;
      readonly resolvesTo: Pattern;
      readonly path: readonly string[];
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
  collect(value, [], false, target, found);
  return found;
}

/** @param at the path to the value. Each level adds its key and takes it away again: a copy for each value would take
 *  gigabytes for a megabyte of JSON. */
function collect(
  value: unknown,
  path: string[],
  isReference: boolean,
  target: Target,
  found: JsonReference[],
): void {
  if (path.length > MOST_LEVELS) throw tooDeep();
  if (typeof value === 'string') {
    for (const one of isReference
      ? referencesUnderKey(value, path, target)
      : referencesInText(value, path, target))
      found.push({ ...one, path: one.path === path ? [...path] : one.path });
  } else if (typeof value === 'object' && value !== null) {
    const isList = Array.isArray(value);
    for (const [key, item] of Object.entries(value)) {
      path.push(key);
      collect(item, path, isList ? isReference : KEY.test(key), target, found);
      path.pop();
    }
  }
}

function tooDeep(cause?: unknown): Incomplete {
  return new Incomplete(`it is nested deeper than ${MOST_LEVELS} levels`, { cause });
}

/** What stands under a key that says it is a task definition. A revision that a computed text spells out counts as well: it
 *  may be what comes out. */
function referencesUnderKey(text: string, path: readonly string[], target: Target): JsonReference[] {
  const isPath = path.at(-1)?.endsWith('.$') === true;
  const found = computedReferences(hasArn(text), partsOf(text, isPath), path, target);
  return found.every(({ kind }) => kind === 'resolved')
    ? found
    : [...quotedRevisions(text, path, target), ...found];
}

function computedReferences(
  isArn: boolean,
  parts: readonly Parts[],
  path: readonly string[],
  target: Target,
): JsonReference[] {
  return resolveAll(parts, target).map((one): JsonReference => {
    if (one.kind !== 'pattern') return { kind: 'resolved', target: one, path };
    const known = isAnyReference(one) ? '' : `: ${printPattern(one)}`;
    return {
      kind: 'unresolved',
      description: `computes its task definition${known}`,
      resolvesTo: one,
      path: path,
      isArn,
    };
  });
}

/** Asked once a text: each time it may read all of it. */
function hasArn(text: string): boolean {
  return text.includes('task-definition/');
}

/** Not families without a number: any word in an expression could be one. */
function quotedRevisions(text: string, path: readonly string[], target: Target): JsonReference[] {
  return Array.from(text.matchAll(/'([^']*)'|"([^"]*)"/g)).flatMap(([, single, double]): JsonReference[] => {
    const parsed = parseReferenceTarget(single ?? double ?? '', target);
    return parsed.kind === 'revision' ? [{ kind: 'resolved', target: parsed, path }] : [];
  });
}

/** Any other text: JSON is read as JSON, and ARNs inside are taken. An ARN that goes on into an expression is computed. */
function referencesInText(text: string, path: readonly string[], target: Target): JsonReference[] {
  if (!/task[-_]?definition|\\u00/i.test(text)) return []; // JSON may well write `\/`, and any letter by its number
  const inside = jsonIn(text);
  if (inside !== undefined) {
    const found: JsonReference[] = [];
    collect(inside, [...path, 'JSON'], false, target, found);
    return found;
  }
  return [...referencesByKey(text, path, target), ...referencesByArn(text, path, target)];
}

/** ARNs are left to arnsIn, which sees what follows them. */
function referencesByKey(text: string, path: readonly string[], target: Target): JsonReference[] {
  const isArn = hasArn(text);
  return Array.from(text.matchAll(KEY_IN_TEXT)).flatMap(({ 0: all, 1: double, 2: single, index }) => {
    const parsed = double ?? single ?? '';
    if (parsed.includes(':task-definition/')) return [];
    const isAppended = /^\s*&/.test(text.slice(index + all.length));
    return isAppended
      ? computedReferences(isArn, [[parsed, '']], path, target)
      : referencesUnderKey(parsed, path, target);
  });
}

function referencesByArn(text: string, path: readonly string[], target: Target): JsonReference[] {
  const { partition, region, account } = target;
  return Array.from(text.matchAll(ARN_IN_TEXT)).flatMap(({ 0: all, 1: start, 2: tail = '', index }) => {
    const ours = `arn:${partition}:ecs:${region}:${account}`;
    const arnOf = (name: string) => `${start ?? ours}:task-definition/${name}`;
    const isOpen = goesOn(text.slice(index + all.length));
    // A sentence or a template may end behind it.
    const parsed = parseReferenceTarget(arnOf(isOpen ? tail : withoutFullStops(tail)), target);
    if ((parsed.kind === 'revision' || parsed.kind === 'floating') && !isOpen)
      return [{ kind: 'resolved' as const, target: parsed, path }];
    // A wildcard alone is a policy's: no naming that ECS would accept.
    if (parsed.kind === 'foreign' || tail === '*') return [];
    // Known up to where something is filled in or appended: where the ARN ends in a text is not certain.
    // Only what comes before the first placeholder is used, and no name is so long.
    const [known = ''] = partsOfTemplate(tail.slice(0, MOST_KNOWN));
    const found = computedReferences(true, [[arnOf(known), '']], path, target);
    // Of what has neither a beginning nor a family nothing says that it is a task definition at all.
    return start === undefined &&
      found.some((one) => one.kind === 'unresolved' && isAnyReference(one.resolvesTo))
      ? []
      : found;
  });
}

/** Character by character: a regular expression that ends with `$` takes time in the square of a run of stops. */
function withoutFullStops(text: string): string {
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
  return parseJsonIn(text) ?? parseJsonIn(text.replaceAll(/([:,[]\s*)(<[^<>"]+>)/g, '$1"$2"'));
}

function parseJsonIn(text: string): object | string | undefined {
  try {
    const json = parseJson(text);
    return typeof json === 'string' || (typeof json === 'object' && json !== null) ? json : undefined;
  } catch (error) {
    if (error instanceof TooDeep) throw tooDeep(error);
    return undefined;
  }
}
