// Finds the references in a state machine's definition: every text that is a task definition, at any depth, and every
// state that starts something in ECS under a computed name. Pure.
// https://states-language.net and https://docs.aws.amazon.com/step-functions/latest/dg/connect-ecs.html
import { isObject } from '../../domain/objects.ts';
import type { Finding, UnresolvedReference } from '../../domain/evidence.ts';
import type { Target } from '../../domain/revision.ts';
import { parseJson, TooDeep } from '../../domain/json-depth.ts';
import { anyReference, isAnyReference, joinParts } from '../../domain/pattern.ts';
import { type JsonReference, referencesInJson } from '../common/references-in-json.ts';
import { Incomplete } from '../common/incomplete.ts';
import type { Json } from './flow.ts';
import { registeredIn } from './registered.ts';

export interface Definition {
  readonly definition: string | undefined;
  /** The machine. */
  readonly referrer: string;
  /** Which of its definitions this is: empty for the current one, or `version 3`. */
  readonly via: readonly string[];
}

/** @throws Incomplete where the definition cannot be read, since its references cannot be seen */
export function definitionReferences({ definition, referrer, via }: Definition, target: Target): Finding[] {
  const machine = parseDefinition(definition, via);
  const starting = statesIn(machine);
  const startedAt = new Map(starting.map(({ at, state }) => [at.join('\n'), state]));
  const registered = registeredIn(machine);
  const references = [...referencesInJson(machine, target), ...starting.flatMap(fromInput)];
  const found = new Map<string, Finding>();
  for (const parsed of references) {
    const state = placeOf(parsed.path, machine);
    // A computed value outside ECS starts nothing here, unless its fixed part shows a task definition. A state that
    // receives it and starts it is computed itself.
    if (parsed.kind === 'unresolved' && isAnyReference(parsed.resolvesTo) && !state.startsInEcs) continue;
    const steps = state.name === undefined ? via : [...via, `state ${state.name}`];
    const families = parsed.kind === 'unresolved' ? familiesRun(parsed, startedAt, registered) : undefined;
    const findings = families?.map((one) => ({ ...findingOf(one, referrer, steps), ...one.flags })) ?? [
      findingOf(parsed, referrer, steps),
    ];
    for (const finding of findings) found.set(JSON.stringify(finding), finding);
  }
  return [...found.values()];
}

type UnresolvedInState = Extract<JsonReference, { kind: 'unresolved' }>;

/** The families of a state that runs what its machine has just registered: a revision that is not known yet. */
function familiesRun(
  parsed: UnresolvedInState,
  startedAt: ReadonlyMap<string, Json>,
  registered: ReturnType<typeof registeredIn>,
): (UnresolvedInState & { readonly flags: Pick<UnresolvedReference, 'registersFirst'> })[] | undefined {
  const { path } = parsed;
  const [parameters, key = ''] = path.slice(-2);
  if (!/^(Parameters|Arguments)$/.test(parameters ?? '') || !/^TaskDefinition(\.\$)?$/.test(key)) return undefined;
  const state = startedAt.get(path.slice(0, -2).join('\n'));
  const given = state?.[parameters ?? ''];
  const text = isObject(given) ? given[key] : undefined;
  if (state === undefined || typeof text !== 'string') return undefined;
  const known = registered(state, path.slice(0, -2), text);
  return known?.families.map((parts) => ({
    ...parsed,
    description: `runs a revision that it registers as ${parts.join('{}')}`,
    resolvesTo: { kind: 'pattern' as const, parts: joinParts(parts, [':', '']) },
    flags: known.mayWait ? {} : { registersFirst: true as const },
  }));
}

function parseDefinition(definition: string | undefined, via: readonly string[]): Json {
  const which = via.length === 0 ? 'its definition' : `the definition of ${via.join(', ')}`;
  let machine: unknown;
  try {
    machine = parseJson(definition ?? '');
  } catch (cause) {
    const why = cause instanceof TooDeep ? cause.message : 'not JSON';
    // Without its cause, which quotes the definition.
    throw new Incomplete(`${which} is ${why}`);
  }
  // Only METADATA_ONLY, of all that AWS accepts, gives an object without states.
  if (!isObject(machine) || !isObject(machine['States']))
    throw new Incomplete(`${which} came without states: it is encrypted, or hidden from this role`);
  return machine;
}

function findingOf(parsed: JsonReference, referrer: string, via: readonly string[]): Finding {
  const source = 'state-machines';
  if (parsed.kind === 'resolved')
    return { kind: 'reference', source, referrer, relation: 'starts', target: parsed.target, via };
  const says = via.length === 0 ? parsed.description : `${parsed.description} (${via.join(', ')})`;
  return { kind: 'unresolved', source, referrer, description: says, resolvesTo: parsed.resolvesTo };
}

interface Place {
  /** The innermost state around it; names are unique in a definition. */
  readonly name: string | undefined;
  readonly startsInEcs: boolean;
}

function placeOf(at: readonly string[], machine: Json): Place {
  let place: Place = { name: undefined, startsInEcs: false };
  let value: unknown = machine;
  for (const [index, step] of at.entries()) {
    if (typeof value !== 'object' || value === null) break;
    value = Reflect.get(value, step);
    // Everything inside a state that starts something belongs to that state, even if it looks like a state.
    if (place.startsInEcs || at[index - 1] !== 'States' || !isObject(value)) continue;
    const starts = startsInEcs(value);
    if (starts || typeof value['Type'] === 'string') place = { name: step, startsInEcs: starts };
  }
  return place;
}

/** The optimised integration in each of its forms, and ECS's actions by the SDK integration, except those known to
 *  start nothing: a new action may.
 *  https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html */
function startsInEcs({ Resource }: Json): boolean {
  const [, action] =
    /^arn:[\w-]+:states:[\w-]*:\d*:(?:aws-sdk:)?ecs:(\w+)/i.exec(typeof Resource === 'string' ? Resource : '') ?? [];
  return action !== undefined && !HARMLESS.test(action);
}

const HARMLESS =
  /^(associate|continue|delete|deregister|describe|discover|execute|get|list|put|register|stop|submit|tag|untag)/i;

/** Every state that starts something in ECS, at any nesting: in Parallel's branches, Map's item processor, its older
 *  iterator, and whatever AWS may add. */
function statesIn(machine: Json) {
  const found: { readonly state: Json; readonly at: readonly string[] }[] = [];
  const at: string[] = [];
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    if (at.at(-2) === 'States' && isObject(value) && startsInEcs(value)) found.push({ state: value, at: [...at] });
    for (const [key, inner] of Object.entries(value)) {
      at.push(key);
      visit(inner);
      at.pop();
    }
  };
  visit(machine);
  return found;
}

/** A state whose parameters all come from one expression, or from its input, has its task definition there. Literals
 *  in the expression are found with all other texts. */
function fromInput({ state, at }: ReturnType<typeof statesIn>[number]): JsonReference[] {
  const { Arguments: given = state['Parameters'] } = state;
  if (isObject(given)) return [];
  const says =
    typeof given === 'string'
      ? 'computes all its parameters'
      : 'receives all its parameters, including its task definition, from its input';
  return [{ kind: 'unresolved', description: says, resolvesTo: anyReference, path: at, isArn: false }];
}
