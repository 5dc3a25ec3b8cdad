// Texts that somebody else wrote: inputs of schedules and rules, definitions of state machines, AppSpecs, parameters. Their
// structure stays and what they name stays, everything else in them is replaced; and whatever comes out is read again as
// the sources read it, so that it names the same.
import { anyReference, isAnyReference, printPattern } from '../pattern.ts';
import { isNamingKey, jsonIn, type Named, namingsIn } from '../read/namings.ts';
import { Incomplete } from '../read/part.ts';
import { nameOf, type Target } from '../revision.ts';

export const REPLACED = 'redacted';

/** A task definition's ARN stays wherever it stands: it is what everything here is about, also as the value of a container's
 *  environment that a task hands on. */
export const TASK_DEFINITION_ARN = /^arn:[\w-]+:ecs:[\w-]*:\d*:task-definition\/[\w:-]+$/;

export interface Means {
  readonly target: Target;
  /** Told of each text that names something in a way which cannot be kept. */
  readonly inexact: () => void;
}

/** Of a state machine's definition: what a state is, and whom it calls. */
const STATE = /^(Task|Pass|Choice|Wait|Succeed|Fail|Parallel|Map)$/;
const CALLED = /^arn:[\w-]+:[\w-]+:[\w-]*:\d*:[\w:./+-]+$/;

/** What EventBridge fills in when it sends an input; without quotes it is no JSON, and stays none. */
const PLACEHOLDER = /^<[^<>"]+>$/;

/** @param key what the value stands under: one that says it is a task definition keeps what it is, computed or not */
export function redactedValue(value: string, key: string, means: Means): string;
export function redactedValue(value: unknown, key: string, means: Means): unknown;
export function redactedValue(value: unknown, key: string, means: Means): unknown {
  if (typeof value === 'string') {
    const isKept =
      isNamingKey(key) ||
      TASK_DEFINITION_ARN.test(value) ||
      (key === 'Type' && STATE.test(value)) ||
      (key === 'Resource' && CALLED.test(value));
    if (isKept) return value;
    return PLACEHOLDER.test(value) ? '<redacted>' : redactedText(value, means);
  }
  if (Array.isArray(value)) return value.map((item) => redactedValue(item, key, means));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, redactedValue(inner, name, means)]),
  );
}

function redactedText(text: string, means: Means): string {
  const before = namingsOf(text, means.target);
  // Nested deeper than is read: nothing in it is understood, and so it is afterwards.
  if (before === undefined) return REPLACED;
  const json = jsonIn(text);
  const redacted = json === undefined ? written(before, means.target) : rewritten(json, text, means);
  const after = namingsOf(redacted, means.target) ?? [];
  // No text is known that does not; whatever else names something one day holds what it could mean.
  if (toldBy(before) === toldBy(after)) return redacted;
  means.inexact();
  return written([ANYTHING], means.target);
}

/** A template that is JSON only but for what is left to be filled in stays none. */
function rewritten(json: object | string, text: string, means: Means): string {
  const printed = JSON.stringify(redactedValue(json, '', means));
  return isJson(text) ? printed : printed.replaceAll(/"(<[^<>"]+>)"(?!:)/g, '$1');
}

/** What is left of a text that is no JSON: a few words for each thing that it names, in the way in which it names it. */
function written(namings: readonly Named[], target: Target): string {
  const isByArn = namings.every((one) => one.kind === 'named' || one.isArn);
  const said = namings.map((one) => {
    if (one.kind === 'unknown') return writtenUnknown(one, target);
    const name = one.what.kind === 'revision' ? nameOf(one.what) : one.what.family;
    return isByArn ? arnOfName(name, target) : keyed(name);
  });
  return [REPLACED, ...new Set(said)].join(' ');
}

/** The pattern once more, with its holes as placeholders. */
function writtenUnknown({ means, isArn }: UnknownNaming, target: Target): string {
  if (isAnyReference(means)) return keyed(isArn ? '{% task-definition/ redacted %}' : '{% redacted %}');
  const [begins = ''] = means.parts;
  if (means.parts.join('') !== begins)
    return keyed(`${isArn ? 'task-definition/' : ''}${printPattern(means)}`);
  return isArn ? arnOfName(`${begins}{% redacted %}`, target) : keyed(`${begins}{% redacted %}`);
}

type UnknownNaming = Extract<Named, { kind: 'unknown' }>;

const ANYTHING: UnknownNaming = { kind: 'unknown', says: '', means: anyReference, at: [], isArn: true };

const keyed = (naming: string) => `taskDefinition: '${naming}'`;

const arnOfName = (name: string, { partition, region, account }: Target) =>
  `arn:${partition}:ecs:${region}:${account}:task-definition/${name}`;

/** Nothing where it is nested too deeply to be read. */
function namingsOf(text: string, target: Target): readonly Named[] | undefined {
  try {
    return namingsIn(text, target);
  } catch (error) {
    if (error instanceof Incomplete) return undefined;
    throw error;
  }
}

function toldBy(namings: readonly Named[]): string {
  const told = namings.map((one) =>
    one.kind === 'named' ? [one.what] : [one.means, one.isArn ? 'by ARN' : 'by key'],
  );
  return [...new Set(told.map((one) => JSON.stringify(one)))].toSorted().join('\n');
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
