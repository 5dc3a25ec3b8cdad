// Finds the families that a state certainly runs when its task definition is the output of a `registerTaskDefinition`
// state of the same machine. It proves this on every path to the state, or returns nothing.
import { isObject } from '../../domain/objects.ts';
import { partsOf } from '../computed/computed.ts';
import type { Parts } from '../computed/reference.ts';
import {
  at as knownAt,
  intersect,
  type Json,
  type Known,
  merge,
  move,
  nothing,
  type Path,
  pathOf,
  pathOfJsonata,
  type Registered,
  waited,
  without,
} from './flow.ts';

/** Steps from state to state, each weighted with what is known there: a hand-written machine takes a few hundred. */
const MOST_WORK = 50_000;

interface Following {
  readonly beginnings: Beginnings;
  readonly left: { work: number };
}

/** The facts that hold at the start of a state, by the state's path in the definition as JSON. */
type Beginnings = Map<string, { readonly known: Known; readonly isJsonata: boolean }>;

/** @returns the task definition that a state runs; undefined where the machine does not provably register it */
export function registeredIn(
  machine: Json,
): (state: Json, at: readonly string[], given: string) => Registered | undefined {
  if (!/ecs:registerTaskDefinition"/i.test(JSON.stringify(machine))) return () => undefined;
  const beginnings: Beginnings = new Map();
  const left = { work: MOST_WORK };
  flowThrough(machine, [], nothing, isJsonata(machine, false), { beginnings, left });
  // Some of the paths prove nothing about the others.
  if (left.work < 0) return () => undefined;
  return (state, at, given) => {
    const beginning = beginnings.get(JSON.stringify(at));
    if (beginning === undefined) return undefined;
    const { known } = beginning;
    if (beginning.isJsonata) return knownAt(known, pathOfJsonata(given) ?? []);
    const path = pathOf(given);
    return path === undefined ? undefined : knownAt(filtered(known, state['InputPath']), ['input', ...path]);
  };
}

function isJsonata({ QueryLanguage }: Json, outer: boolean): boolean {
  return QueryLanguage === undefined ? outer : QueryLanguage === 'JSONata';
}

/** Follows every state from StartAt until the known facts at each start no longer change: they can only shrink. */
function flowThrough(scope: Json, at: readonly string[], known: Known, outer: boolean, following: Following): void {
  const { beginnings, left } = following;
  const states = isObject(scope['States']) ? scope['States'] : {};
  const waiting: { name: unknown; known: Known }[] = [{ name: scope['StartAt'], known }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    left.work -= 1 + sizeOf(next.known);
    if (left.work < 0) return;
    const { name } = next;
    const state = typeof name === 'string' && Object.hasOwn(states, name) ? states[name] : undefined;
    if (typeof name !== 'string' || !isObject(state)) continue;
    const path = [...at, 'States', name];
    const key = JSON.stringify(path);
    const before = beginnings.get(key)?.known;
    const met = before === undefined ? next.known : intersect(before, next.known);
    if (before !== undefined && isSame(before, met)) continue;
    const inJsonata = isJsonata(state, outer);
    beginnings.set(key, { known: met, isJsonata: inJsonata });
    intoBranches(state, path, met, inJsonata, following);
    waiting.push(...afterwards(state, met, inJsonata));
  }
}

function sizeOf(known: Known): number {
  return known.values().reduce((sum, { families }) => sum + 1 + families.length, 0);
}

function isSame(before: Known, after: Known): boolean {
  return JSON.stringify([...before]) === JSON.stringify([...after]);
}

/** Branches of Parallel begin with the state's input, items of Map with anything. Both see the variables, except
 *  children of a distributed Map. */
function intoBranches(
  state: Json,
  at: readonly string[],
  known: Known,
  inJsonata: boolean,
  following: Following,
): void {
  const variables = without(known, ['input']);
  const { Branches } = state;
  const isFiltered = ['Parameters', 'Arguments'].some((key) => state[key] !== undefined);
  const input = isFiltered || inJsonata ? (isFiltered ? variables : known) : filtered(known, state['InputPath']);
  if (Array.isArray(Branches))
    for (const [index, branch] of Branches.entries())
      if (isObject(branch)) flowThrough(branch, [...at, 'Branches', `${index}`], input, inJsonata, following);
  for (const key of ['ItemProcessor', 'Iterator']) {
    const { [key]: processor } = state;
    if (!isObject(processor)) continue;
    const config = processor['ProcessorConfig'];
    const isDistributed = isObject(config) && config['Mode'] !== 'INLINE';
    flowThrough(processor, [...at, key], isDistributed ? nothing : variables, inJsonata, following);
  }
}

/** The next states, and what is known there. */
function afterwards(state: Json, known: Known, inJsonata: boolean): { name: unknown; known: Known }[] {
  const output = inJsonata ? outputOfJsonata(state, known) : outputOfPaths(state, known);
  const after = canWait(state) ? waited(output) : output;
  return [
    { name: state['Next'], known: after },
    { name: state['Default'], known: after },
    ...objectsIn(state['Choices']).map((choice) => ({
      name: choice['Next'],
      known: afterChoice(choice, state, inJsonata ? known : after),
    })),
    ...objectsIn(state['Catch']).map((one) => ({ name: one['Next'], known: afterCatch(one, known, inJsonata) })),
  ];
}

/** A rule may have its own output and variables, in place of the state's. */
function afterChoice(choice: Json, state: Json, known: Known): Known {
  const isReplaced = [choice, state].some(({ Output }) => Output !== undefined);
  const input = isReplaced ? without(known, ['input']) : known;
  return [choice, state].reduce((rest, one) => afterAssign(one, nothing, rest), input);
}

function objectsIn(value: unknown): Json[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/** An error replaces the result. */
function afterCatch(one: Json, known: Known, inJsonata: boolean): Known {
  const path = inJsonata ? undefined : pathOf(one['ResultPath'] ?? '$');
  const input = path === undefined ? without(known, ['input']) : without(known, ['input', ...path]);
  return waited(afterAssign(one, nothing, input));
}

const REGISTERS = /^arn:[\w-]+:states:[\w-]*:\d*:aws-sdk:ecs:registerTaskDefinition$/i;

/** The result of a state's work: the registered ARN and family, or nothing known. */
function resultOf(state: Json, root: string, inJsonata: boolean): Known {
  const { Resource, Type } = state;
  if (Type !== 'Task' || typeof Resource !== 'string' || !REGISTERS.test(Resource)) return nothing;
  const given = state[inJsonata ? 'Arguments' : 'Parameters'];
  if (!isObject(given)) return nothing;
  const { Family = given['Family.$'] } = given;
  if (typeof Family !== 'string') return nothing;
  const families = partsOf(Family, given['Family'] === undefined);
  if (!families.every(isFamily)) return nothing;
  const registered = { families, mayWait: false };
  return new Map(
    ['TaskDefinitionArn', 'Family'].map((key) => [JSON.stringify([root, 'TaskDefinition', key]), registered]),
  );
}

/** It has a known part, and only characters that a family can have. */
function isFamily(parts: Parts): boolean {
  return parts.join('') !== '' && /^[\w-]*$/.test(parts.join(''));
}

/** InputPath, the state's work, ResultSelector, ResultPath into the state's input, and OutputPath. */
function outputOfPaths(state: Json, known: Known): Known {
  const variables = afterAssign(state, nothing, without(known, ['input']));
  const work = workOf(state, known);
  const result = isObject(state['ResultSelector']) ? templated(state['ResultSelector'], work) : work;
  const { ResultPath = '$' } = state;
  const isWork = /^(Task|Pass|Parallel|Map)$/.test(String(state['Type']));
  const input = move(known, ['input'], ['input']);
  if (!isWork) return merge(variables, filtered(filtered(input, state['InputPath']), state['OutputPath']));
  if (ResultPath === null) return merge(variables, filtered(input, state['OutputPath']));
  const path = pathOf(ResultPath);
  if (path === undefined) return variables;
  const into = ['input', ...path];
  const both = merge(without(input, into), move(result, ['result'], into));
  return merge(variables, filtered(both, state['OutputPath']));
}

function workOf(state: Json, known: Known): Known {
  if (state['Type'] !== 'Pass') return resultOf(state, 'result', false);
  if (state['Result'] !== undefined) return nothing;
  const input = filtered(known, state['InputPath']);
  const { Parameters } = state;
  const work = move(input, ['input'], ['result']);
  if (Parameters === undefined) return work;
  return isObject(Parameters) ? templated(Parameters, work) : nothing;
}

/** The effect of InputPath and OutputPath. */
function filtered(known: Known, given: unknown = '$'): Known {
  const variables = without(known, ['input']);
  const path = pathOf(given);
  return path === undefined ? variables : merge(variables, move(known, ['input', ...path], ['input']));
}

/** A payload template: each `key.$` with a path copies everything below the path. */
function templated(template: Json, work: Known, into: Path = ['result']): Known {
  return merge(
    ...Object.entries(template).map(([key, value]): Known => {
      if (isObject(value)) return templated(value, work, [...into, key]);
      const path = key.endsWith('.$') ? pathOf(value) : undefined;
      return path === undefined ? nothing : move(work, ['result', ...path], [...into, key.slice(0, -2)]);
    }),
  );
}

function outputOfJsonata(state: Json, known: Known): Known {
  const isWork = /^(Task|Parallel|Map)$/.test(String(state['Type']));
  const result = resultOf(state, 'result', true);
  const all = merge(known, result);
  const { Output } = state;
  const variables = afterAssign(state, all, without(known, ['input']));
  const output =
    Output === undefined ? move(all, [isWork ? 'result' : 'input'], ['input']) : computedBy(Output, all, ['input']);
  return merge(variables, output);
}

/** Objects of expressions, each of which is a path. */
function computedBy(value: unknown, all: Known, into: Path): Known {
  if (isObject(value))
    return merge(...Object.entries(value).map(([key, inner]) => computedBy(inner, all, [...into, key])));
  const path = pathOfJsonata(value);
  return path === undefined ? nothing : move(all, path, into);
}

/** Assigned variables get their values, all at once. Nothing is known about those of a JSONPath state.
 *  https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html */
function afterAssign({ Assign }: Json, all: Known, variables: Known): Known {
  if (Assign === undefined) return variables;
  if (!isObject(Assign)) return new Map([...variables].filter(([path]) => path.startsWith('["input"')));
  return Object.entries(Assign).reduce((known, [key, value]) => {
    const name = [`$${key.replace(/\.\$$/, '')}`];
    return merge(without(known, name), computedBy(value, all, name));
  }, variables);
}

/** Whether days may pass before the next state begins. A call without a wait is answered within minutes. */
function canWait({ Type, Resource, Seconds }: Json): boolean {
  if (Type === 'Pass' || Type === 'Choice') return false;
  if (Type === 'Wait') return typeof Seconds !== 'number' || Seconds > DAY_SECONDS;
  return Type !== 'Task' || typeof Resource !== 'string' || !/^arn:[\w-]+:states:::[\w-]+:[\w:-]+$/.test(Resource);
}

const DAY_SECONDS = 86_400;
