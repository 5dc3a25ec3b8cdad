// Yields the texts in an AWS answer that may contain a reference: values and keys at any depth, with JSON inside a text
// parsed. Texts that AWS writes about events, and patterns of events to listen for, contain none.

import { jsonOrUndefined } from '../domain/json-depth.ts';
import { words } from '../domain/objects.ts';

export interface Text {
  readonly text: string;
  /** It is the name of an image. */
  readonly isImage: boolean;
  /** The ARN of the innermost object around it that has one. */
  readonly owner: string | undefined;
}

/** Members of AWS's answers, but not of a user's JSON: AWS's own messages, event patterns, and AppSpecs. Only
 *  CodeDeploy's reader knows whether an AppSpec can still be deployed. */
const PROSE = words(
  `message reason stoppedReason statusReason rolloutStateReason StatusReason rollbackMessage ResourceStatusReason
   StackStatusReason StateReason EventPattern FilterCriteria content`,
);

const IMAGE = /image(?:[_-]?(?:ur[il]|name|tag))?$/i;

/** Members that label the value beside them: a variable, or a stack's parameter. */
const labels = ['name', 'Name', 'key', 'Key', 'ParameterKey', 'OutputKey'] as const;

interface Step {
  readonly value: unknown;
  readonly key: string;
  readonly owner: string | undefined;
  /** Written by a user. */
  readonly isUsers: boolean;
}

/** Members whose keys are a user's, not AWS's. `Parameters` is in a Batch job that a pipe submits. */
const USERS = words(
  'Variables dockerLabels options tags Tags HeaderParameters QueryStringParameters InputPathsMap Parameters',
);

export interface TextsOptions {
  /** @returns the ARN of an object that has one */
  readonly identify?: (value: object) => string | undefined;
  /** Whether a user wrote all of it. */
  readonly isUsers?: boolean;
}

export function* textsIn(answer: unknown, { identify, isUsers = false }: TextsOptions = {}): Generator<Text> {
  // A work list, since an answer may be nested deeper than the stack.
  const waiting: Step[] = [{ value: answer, key: '', owner: undefined, isUsers }];
  for (let step = waiting.pop(); step !== undefined; step = waiting.pop()) {
    const { value, key, owner } = step;
    if (typeof value === 'string') {
      const json = jsonIn(value);
      if (json === undefined) yield { text: value, isImage: isImage(key), owner };
      else waiting.push({ value: json, key, owner, isUsers: true });
    } else if (Array.isArray(value)) {
      for (let index = value.length - 1; index >= 0; index--)
        waiting.push({ value: value[index], key, owner, isUsers: step.isUsers });
    } else if (typeof value === 'object' && value !== null) {
      const isLabelled = labels.some((label) => isImage(Reflect.get(value, label)));
      const inner = identify?.(value) ?? owner;
      for (const [name, member] of Object.entries(value).toReversed()) {
        if (!step.isUsers && PROSE.has(name)) continue;
        const named = isLabelled && typeof member === 'string' ? 'image' : name;
        waiting.push({ value: member, key: named, owner: inner, isUsers: step.isUsers || USERS.has(name) });
        if (name.includes(':')) yield { text: name, isImage: false, owner: inner };
      }
    }
  }
}

function isImage(name: unknown): boolean {
  return typeof name === 'string' && IMAGE.test(name);
}

/** A text that only begins like JSON is searched as it is. */
function jsonIn(text: string): object | string | undefined {
  if (!/^\s*[{["]/.test(text)) return undefined;
  const json = jsonOrUndefined(text);
  return typeof json === 'string' || (typeof json === 'object' && json !== null) ? json : undefined;
}
