// One revision registered again: the only place that registers. What was begun is in the state before the call, so that a
// call whose answer nobody heard is settled by reading and never made twice.
import {
  type ECSClient,
  RegisterTaskDefinitionCommand,
  type RegisterTaskDefinitionCommandInput,
} from '@aws-sdk/client-ecs';
import type { Stop } from '../domain/apply-results.ts';
import { type ErrorKind, isRegistrationUnderWay, kindOf, describeError } from '../aws/errors.ts';
import { nameOf, parseReferenceTarget, type Target } from '../domain/revision.ts';
import type { Restore, Restores } from '../state/restores.ts';
import { differences } from './compare.ts';
import { copyAbove, type Original } from './originals.ts';

export interface RegisterContext {
  readonly target: Target;
  /** Retries by itself: for looking. */
  readonly reader: ECSClient;
  /** Never retries: for registering. */
  readonly writer: ECSClient;
  readonly restores: Restores;
  /** Waits, in milliseconds. */
  readonly pause: (ms: number) => Promise<void>;
}

export type Registered =
  | {
      readonly became: 'registered';
      readonly as: number;
      /** An earlier try had registered it, and was cut off before it could say so. */
      readonly adopted: boolean;
    }
  /** `busy`: another registration of the family was under way at every try. */
  | { readonly became: 'failed'; readonly kind: ErrorKind | 'busy'; readonly said: string }
  /** Between two tries something came up that nothing may be registered after. */
  | { readonly became: 'left'; readonly stop: Stop };

/** The fifth would wait the better part of a minute. */
const THROTTLED_TRIES = 5;
/** Doubled with each throttle. */
const THROTTLED_PAUSE_MS = 1_000;
/** The first and, when no answer came and reading shows that nothing happened, one more. */
const UNANSWERED_TRIES = 2;

/** Another registration is under way for a second or two; a pipeline that registers all the time is not waited out. */
const BUSY_TRIES = 6;
/** Doubled with each of these tries, so that six bridge half a minute. */
const BUSY_PAUSE_MS = 1_000;

/** @param objection asked before each further try: what must be true before the first must be so again
 *  @throws StateError; what the SDK throws while it reads */
export async function register(
  original: Original,
  input: RegisterTaskDefinitionCommandInput,
  begun: Omit<Restore, 'as' | 'revision'>,
  objection: () => Promise<Stop | undefined>,
  hands: RegisterContext,
): Promise<Registered> {
  const { restores } = hands;
  const { revision } = original;
  const find = (above: number) =>
    copyAbove(above, original, (one) => differences(original, one).length === 0, hands);

  const known = await restores.read(revision);
  if (known !== undefined && known.as === undefined) {
    const as = await find(known.above);
    if (as !== undefined) {
      await restores.write({ ...known, as });
      return { became: 'registered', as, adopted: true };
    }
  }
  await restores.write({ ...begun, revision });
  const seed = `${begun.id} ${nameOf(revision)}`;
  const answer = await call(input, { find: () => find(begun.above), objection, seed }, hands);
  if (answer.became === 'registered') await restores.write({ ...begun, revision, as: answer.as });
  return answer;
}

async function call(
  input: RegisterTaskDefinitionCommandInput,
  {
    find,
    objection,
    seed,
  }: {
    readonly find: () => Promise<number | undefined>;
    readonly objection: () => Promise<Stop | undefined>;
    readonly seed: string;
  },
  { writer, target, pause }: RegisterContext,
): Promise<Registered> {
  let [throttled, unanswered, busy] = [0, 0, 0];
  for (;;) {
    let kind: ErrorKind | 'busy' = 'unanswered';
    let said = 'the answer names no revision';
    try {
      const { taskDefinition } = await writer.send(new RegisterTaskDefinitionCommand(input));
      const naming = parseReferenceTarget(taskDefinition?.taskDefinitionArn ?? '', target);
      if (naming.kind === 'revision' && naming.family === input.family)
        return { became: 'registered', as: naming.number, adopted: false };
    } catch (error) {
      kind = isRegistrationUnderWay(error) ? 'busy' : kindOf(error);
      said = describeError(error);
    }
    if (kind === 'busy' && ++busy < BUSY_TRIES) {
      await pause(jittered(BUSY_PAUSE_MS * 2 ** (busy - 1), `${seed} ${busy}`));
      const stop = await objection();
      if (stop !== undefined) return { became: 'left', stop };
      continue;
    }
    if (kind === 'throttled' && ++throttled < THROTTLED_TRIES) {
      await pause(THROTTLED_PAUSE_MS * 2 ** (throttled - 1));
      continue;
    }
    if (kind === 'unanswered') {
      const as = await find();
      if (as !== undefined) return { became: 'registered', as, adopted: false };
      if (++unanswered < UNANSWERED_TRIES) continue;
    }
    return { became: 'failed', kind, said };
  }
}

/** Up to half as long again, so that two restores that met once do not meet at each try; the same for the same seed. */
function jittered(ms: number, seed: string): number {
  let hash = 0;
  for (const character of seed) hash = (Math.imul(hash, 31) + (character.codePointAt(0) ?? 0)) >>> 0;
  return ms + Math.floor((ms / 2) * ((hash % 1_000) / 1_000));
}
