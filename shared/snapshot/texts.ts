// Redacts users' texts: inputs of schedules and rules, definitions of state machines, AppSpecs, parameters. Their
// structure and their references stay, and the rest is replaced. The result is parsed again as the sources do, to check
// that its references are the same.
import { jsonOrUndefined } from '../domain/json-depth.ts';
import { anyReference, isAnyReference, printPattern } from '../domain/pattern.ts';
import { isReferenceKey, jsonIn, type JsonReference, referencesInJson } from '../sources/common/references-in-json.ts';
import { Incomplete } from '../sources/common/incomplete.ts';
import { nameOf, parseReferenceTarget, type Target } from '../domain/revision.ts';
import { isGrammar, redactedKeys, TASK_DEFINITION_ARN } from './grammar.ts';

export const REPLACED = 'redacted';

export interface RedactionContext {
  readonly target: Target;
  /** Called for each text whose references cannot be kept exactly. */
  readonly inexact: () => void;
  /** It is a state machine's definition, whose state names appear in reports. */
  readonly isMachine?: boolean;
}

/** The type of a state, and the call that it makes. */
const STATE = /^(Task|Pass|Choice|Wait|Succeed|Fail|Parallel|Map)$/;
const CALLED =
  /^arn:[\w-]{1,20}:states:[\w-]{0,30}:\d{0,12}:(?:aws-sdk:)?(\w{1,60}):\w{1,80}(\.sync(?::2)?|\.waitForTaskToken)?$/;

/** A value that EventBridge fills in. Without quotes the input is not JSON, and stays so. */
const PLACEHOLDER = /^<[^<>"]+>$/;

/** The longest wait that ends within a day, the limit in states/registered.ts. */
const DAY_SECONDS = 86_400;

/** @param key the value's key: under a task definition's key the references stay, computed or not */
export function redactedValue(value: string, key: string, means: RedactionContext): string;
export function redactedValue(value: unknown, key: string, means: RedactionContext): unknown;
export function redactedValue(value: unknown, key: string, means: RedactionContext): unknown {
  if (typeof value === 'string') {
    if (isReferenceKey(key)) return redactedReference(value, key, means);
    if (TASK_DEFINITION_ARN.test(value) || (key === 'Type' && STATE.test(value))) return value;
    if (key === 'QueryLanguage' && /^JSON(?:ata|Path)$/.test(value)) return value;
    if (key === 'Mode' && /^(?:INLINE|DISTRIBUTED)$/.test(value)) return value;
    const [, called, suffix = ''] = key === 'Resource' ? (CALLED.exec(value) ?? []) : [];
    if (called !== undefined) return called === 'ecs' ? value : `arn:aws:states:::lambda:invoke${suffix}`;
    return PLACEHOLDER.test(value) ? '<redacted>' : redactedText(value, means);
  }
  if (typeof value === 'number') return key === 'Seconds' && value > DAY_SECONDS ? DAY_SECONDS + 1 : 0;
  if (Array.isArray(value)) return value.map((item) => redactedValue(item, key, means));
  if (typeof value !== 'object' || value === null) return value;
  const isState = (name: string) => {
    const inner: unknown = Reflect.get(value, name);
    return typeof inner === 'object' && inner !== null && STATE.test(String(Reflect.get(inner, 'Type')));
  };
  const hasStates = means.isMachine === true && key === 'States';
  const keys = redactedKeys(Object.keys(value), (name) => isGrammar(name) || (hasStates && isState(name)));
  return Object.fromEntries(
    Object.entries(value).map(([name, inner], index) => [keys[index], redactedValue(inner, name, means)]),
  );
}

/** A reference stays as it is; of an expression only its possible results stay. */
function redactedReference(text: string, key: string, means: RedactionContext): string {
  const { target } = means;
  if (/^[\w:/-]{1,400}$/.test(text) && parseReferenceTarget(text, target).kind !== 'unreadable') return text;
  const before = referencesInJson({ [key]: text }, target);
  const isPath = key.endsWith('.$');
  const writeReferences = isPath ? asPath(before, target) : asJsonata(before, target);
  if (fingerprintOf(before) === fingerprintOf(referencesInJson({ [key]: writeReferences }, target)))
    return writeReferences;
  means.inexact();
  return isPath ? '$.redacted' : '{% $redacted %}';
}

/** `{% $redacted ? 'web:3' : 'web-' & $redacted %}` */
function asJsonata(references: readonly JsonReference[], target: Target): string {
  const said = references.map((one) => {
    if (one.kind === 'resolved') return `'${one.target.kind === 'revision' ? nameOf(one.target) : one.target.family}'`;
    const known = partsOf(one, target).flatMap((part, index) => [
      ...(index === 0 ? [] : ['$redacted']),
      ...(part === '' ? [] : [`'${part}'`]),
    ]);
    return known.join(' & ');
  });
  if (said.length === 0) return REPLACED;
  return `{% ${[...new Set(said)].reduceRight((others, one) => `$redacted ? ${one} : (${others})`)} %}`;
}

/** The known parts, after the beginning of an ARN where the text had one. */
function partsOf({ resolvesTo: means, isArn }: UnresolvedText, target: Target): readonly string[] {
  if (!isArn) return means.parts;
  const [first = '', ...rest] = means.parts;
  return [isAnyReference(means) ? 'task-definition/' : arnOfName(first, target), ...rest];
}

function asPath(references: readonly JsonReference[], target: Target): string {
  const [one, ...more] = references.filter(({ kind }) => kind === 'unresolved');
  if (one?.kind !== 'unresolved' || more.length > 0) return '$.redacted';
  const parts = partsOf(one, target);
  if (parts.join('') === '') return '$.redacted';
  return `States.Format('${parts.join('{}')}'${parts
    .slice(1)
    .map(() => ', $.redacted')
    .join('')})`;
}

function redactedText(text: string, means: RedactionContext): string {
  const before = unlessTooDeep(() => referencesInJson(text, means.target));
  // Nested too deeply to be parsed, so nothing in it is understood, and the same holds afterwards.
  if (before === undefined) return REPLACED;
  const json = unlessTooDeep(() => jsonIn(text));
  const redacted = json === undefined ? written(before, means.target) : rewriteJson(json, text, means);
  const after = unlessTooDeep(() => referencesInJson(redacted, means.target)) ?? [];
  // No known text fails here. If one does, its possible references hold the run.
  if (fingerprintOf(before) === fingerprintOf(after)) return redacted;
  means.inexact();
  return written([ANYTHING], means.target);
}

/** A template that is JSON except for its placeholders stays so. */
function rewriteJson(json: object | string, text: string, means: RedactionContext): string {
  const printed = JSON.stringify(redactedValue(json, '', means));
  return jsonOrUndefined(text) !== undefined ? printed : printed.replaceAll(/"(<[^<>"]+>)"(?!:)/g, '$1');
}

/** A text that is not JSON is reduced to a few words for each reference, in the same form. */
function written(references: readonly JsonReference[], target: Target): string {
  const isByArn = references.every((one) => one.kind === 'resolved' || one.isArn);
  const said = references.map((one) => {
    if (one.kind === 'unresolved') return writeUnresolved(one, target);
    const name = one.target.kind === 'revision' ? nameOf(one.target) : one.target.family;
    return isByArn ? arnOfName(name, target) : keyed(name);
  });
  return [REPLACED, ...new Set(said)].join(' ');
}

/** The same pattern, with placeholders as its holes. */
function writeUnresolved({ resolvesTo: means, isArn }: UnresolvedText, target: Target): string {
  if (isAnyReference(means)) return keyed(isArn ? '{% task-definition/ redacted %}' : '{% redacted %}');
  const [begins = ''] = means.parts;
  if (means.parts.join('') !== begins) return keyed(`${isArn ? 'task-definition/' : ''}${printPattern(means)}`);
  return isArn ? arnOfName(`${begins}{% redacted %}`, target) : keyed(`${begins}{% redacted %}`);
}

type UnresolvedText = Extract<JsonReference, { kind: 'unresolved' }>;

const ANYTHING: UnresolvedText = {
  kind: 'unresolved',
  description: '',
  resolvesTo: anyReference,
  path: [],
  isArn: true,
};

const keyed = (name: string) => `taskDefinition: '${name}'`;

const arnOfName = (name: string, { partition, region, account }: Target) =>
  `arn:${partition}:ecs:${region}:${account}:task-definition/${name}`;

/** @returns undefined where the text is nested too deeply */
function unlessTooDeep<Value>(parse: () => Value): Value | undefined {
  try {
    return parse();
  } catch (error) {
    if (error instanceof Incomplete) return undefined;
    throw error;
  }
}

function fingerprintOf(references: readonly JsonReference[]): string {
  const told = references.map((one) =>
    one.kind === 'resolved' ? [one.target] : [one.resolvesTo, one.isArn ? 'by ARN' : 'by key'],
  );
  return [...new Set(told.map((one) => JSON.stringify(one)))].toSorted().join('\n');
}
