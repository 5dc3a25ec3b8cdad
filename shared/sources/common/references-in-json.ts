// Finds references in JSON: in state machines, inputs of schedules and rules, and AppSpecs. It finds values under a
// task definition's key, in any form that ECS accepts, and task definition ARNs in any text. A value that is computed
// at run time becomes a pattern of its possible results.
import type { Reference } from '../../domain/evidence.ts';
import { isAnyReference, type Pattern, printPattern } from '../../domain/pattern.ts';
import { MOST_LEVELS, parseJson, TooDeep } from '../../domain/json-depth.ts';
import { parseReferenceTarget, type Target } from '../../domain/revision.ts';
import { goesOn, partsOf, resolveAll } from '../computed/computed.ts';
import type { Parts } from '../computed/reference.ts';
import { partsOfTemplate } from '../computed/template.ts';
import { Incomplete } from './incomplete.ts';

/** A reference inside a value. An unresolved one is computed. */
export type JsonReference =
  | { readonly kind: 'resolved'; readonly target: Reference['target']; readonly path: readonly string[] }
  | {
      readonly kind: 'unresolved';
      readonly description: string;
      readonly resolvesTo: Pattern;
      readonly path: readonly string[];
      /** The text says that it is the ARN of a task definition. */
      readonly isArn: boolean;
    };

/** `TaskDefinition` in Step Functions and AppSpecs, `taskDefinition` in ECS's requests, `TaskDefinitionArn` in
 *  targets; with `.$` where JSONPath computes it. */
const KEY = /^task_?definition(_?arn)?(\.\$)?$/i;

export function isReferenceKey(key: string): boolean {
  return KEY.test(key);
}

/** The same key in a text that is not JSON, such as JSONata or a template, with the literal after it. */
const KEY_IN_TEXT = /task_?definition(?:_?arn)?["']?\s*:\s*(?:"([^"]*)"|'([^']*)')/gi;

/** A name has at most 271 characters. */
const MOST_KNOWN = 1_000;

/** Up to the first character that cannot be in an ARN, or that ends an ARN in a text. The beginning may be computed:
 *  the rest then counts as an ARN of this account. */
const ARN_IN_TEXT = /(arn:[\w-]+:ecs:[\w-]*:[\w-]*)?:task-definition\/([^\s"'\\,;<>()[\]]*)/g;

/** @param value parsed JSON; a text in it that is JSON is parsed as well
 *  @throws Incomplete where it is nested too deeply */
export function referencesInJson(value: unknown, target: Target): JsonReference[] {
  const found: JsonReference[] = [];
  collect(value, [], false, target, found);
  return found;
}

/** @param path the path to the value. Each level pushes its key and pops it again: copies would take gigabytes for a
 *  megabyte of JSON. */
function collect(value: unknown, path: string[], isReference: boolean, target: Target, found: JsonReference[]): void {
  if (path.length > MOST_LEVELS) throw tooDeep();
  if (typeof value === 'string') {
    for (const one of isReference ? referencesUnderKey(value, path, target) : referencesInText(value, path, target))
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

/** A value under a task definition's key. A revision spelled in a computed text counts as well: it may be the
 *  result. */
function referencesUnderKey(text: string, path: readonly string[], target: Target): JsonReference[] {
  const isPath = path.at(-1)?.endsWith('.$') === true;
  const found = computedReferences(hasArn(text), partsOf(text, isPath), path, target);
  return found.every(({ kind }) => kind === 'resolved') ? found : [...quotedRevisions(text, path, target), ...found];
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

/** Called once for each text, since each call may read all of it. */
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

/** Any other text: JSON is parsed, and ARNs inside count. An ARN that continues into an expression is computed. */
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

/** Leaves ARNs to referencesByArn, which sees what follows them. */
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
    // A sentence or a template may end after it.
    const parsed = parseReferenceTarget(arnOf(isOpen ? tail : withoutFullStops(tail)), target);
    if ((parsed.kind === 'revision' || parsed.kind === 'floating') && !isOpen)
      return [{ kind: 'resolved' as const, target: parsed, path }];
    // A wildcard alone is from a policy: ECS accepts no such reference.
    if (parsed.kind === 'foreign' || tail === '*') return [];
    // Only the part before the first placeholder is known, since the end of the ARN is uncertain. No name is longer
    // than this.
    const [known = ''] = partsOfTemplate(tail.slice(0, MOST_KNOWN));
    const found = computedReferences(true, [[arnOf(known), '']], path, target);
    // Without a beginning and a family, nothing shows that it is a task definition.
    return start === undefined && found.some((one) => one.kind === 'unresolved' && isAnyReference(one.resolvesTo))
      ? []
      : found;
  });
}

/** Character by character: a regular expression that ends with `$` takes quadratic time on many full stops. */
function withoutFullStops(text: string): string {
  let end = text.length;
  while (end > 0 && '.!?}'.includes(text.charAt(end - 1))) end--;
  return text.slice(0, end);
}

/** Parses an object, a list, or a quoted text, which may contain escapes. A bare number or word stays text. An input
 *  template is parsed if it is JSON except for its placeholders (`{"id": <id>}`).
 *  @throws Incomplete where it is nested too deeply */
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
