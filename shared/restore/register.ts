// Registers one revision again. No other file calls RegisterTaskDefinition. The restore record is written before the call, so
// that a call without an answer is settled by reading instead of a second call.
import {
  type ECSClient,
  RegisterTaskDefinitionCommand,
  type RegisterTaskDefinitionCommandInput,
} from '@aws-sdk/client-ecs';
import type { Stop } from '../domain/apply-results.ts';
import { type ErrorKind, isRegistrationUnderWay, kindOf, describeError } from '../aws/errors.ts';
import { nameOf, parseReferenceTarget, type Target } from '../domain/revision.ts';
import type { RestoreRecord, RestoreRecords } from '../state/restore-records.ts';
import { compareDefinitions } from './compare.ts';
import { findCopyAbove, type Original } from './originals.ts';

export interface RegisterContext {
  readonly target: Target;
  /** Retries failed calls. */
  readonly reader: ECSClient;
  /** Never retries: a retry could register a second copy. */
  readonly writer: ECSClient;
  readonly restores: RestoreRecords;
  readonly pause: (ms: number) => Promise<void>;
}

export type RegistrationResult =
  | {
      readonly became: 'registered';
      readonly as: number;
      /** An earlier, interrupted restore had registered it. */
      readonly adopted: boolean;
    }
  /** `busy`: another registration of the family was in progress at every attempt. */
  | { readonly became: 'failed'; readonly kind: ErrorKind | 'busy'; readonly reason: string }
  /** Between two attempts, an objection came up. */
  | { readonly became: 'not reached'; readonly stop: Stop };

/** The pauses double: more attempts would wait for most of a minute. */
const THROTTLED_TRIES = 5;
const THROTTLED_PAUSE_MS = 1_000;
/** The first, and one more when no answer arrived and reading finds no copy. */
const UNANSWERED_TRIES = 2;

/** Another registration takes a second or two. With doubling pauses, six attempts bridge half a minute. */
const BUSY_TRIES = 6;
const BUSY_PAUSE_MS = 1_000;

/** @param findObjection called before each further attempt, as the caller did before the first
 *  @throws StateError; errors of the SDK while it reads */
export async function registerAgain(
  original: Original,
  input: RegisterTaskDefinitionCommandInput,
  begun: Omit<RestoreRecord, 'as' | 'revision'>,
  findObjection: () => Promise<Stop | undefined>,
  context: RegisterContext,
): Promise<RegistrationResult> {
  const { restores } = context;
  const { revision } = original;
  const findCopy = (above: number) =>
    findCopyAbove(above, original, (one) => compareDefinitions(original, one).length === 0, context);

  const known = await restores.read(revision);
  if (known !== undefined && known.as === undefined) {
    const as = await findCopy(known.above);
    if (as !== undefined) {
      await restores.write({ ...known, as });
      return { became: 'registered', as, adopted: true };
    }
  }
  await restores.write({ ...begun, revision });
  const seed = `${begun.id} ${nameOf(revision)}`;
  const answer = await callUntilSettled(input, { findCopy: () => findCopy(begun.above), findObjection, seed }, context);
  if (answer.became === 'registered') await restores.write({ ...begun, revision, as: answer.as });
  return answer;
}

async function callUntilSettled(
  input: RegisterTaskDefinitionCommandInput,
  {
    findCopy,
    findObjection,
    seed,
  }: {
    readonly findCopy: () => Promise<number | undefined>;
    readonly findObjection: () => Promise<Stop | undefined>;
    readonly seed: string;
  },
  { writer, target, pause }: RegisterContext,
): Promise<RegistrationResult> {
  let [throttled, unanswered, busy] = [0, 0, 0];
  for (;;) {
    let kind: ErrorKind | 'busy' = 'unanswered';
    let reason = 'the answer contains no revision';
    try {
      const { taskDefinition } = await writer.send(new RegisterTaskDefinitionCommand(input));
      const registered = parseReferenceTarget(taskDefinition?.taskDefinitionArn ?? '', target);
      if (registered.kind === 'revision' && registered.family === input.family)
        return { became: 'registered', as: registered.number, adopted: false };
    } catch (error) {
      kind = isRegistrationUnderWay(error) ? 'busy' : kindOf(error);
      reason = describeError(error);
    }
    if (kind === 'busy' && ++busy < BUSY_TRIES) {
      await pause(addJitter(BUSY_PAUSE_MS * 2 ** (busy - 1), `${seed} ${busy}`));
      const stop = await findObjection();
      if (stop !== undefined) return { became: 'not reached', stop };
      continue;
    }
    if (kind === 'throttled' && ++throttled < THROTTLED_TRIES) {
      await pause(THROTTLED_PAUSE_MS * 2 ** (throttled - 1));
      continue;
    }
    if (kind === 'unanswered') {
      const as = await findCopy();
      if (as !== undefined) return { became: 'registered', as, adopted: false };
      if (++unanswered < UNANSWERED_TRIES) continue;
    }
    return { became: 'failed', kind, reason };
  }
}

/** Adds up to half, so that two restores that collide once do not collide at each attempt. Deterministic for a seed. */
function addJitter(ms: number, seed: string): number {
  let hash = 0;
  for (const character of seed) hash = (Math.imul(hash, 31) + (character.codePointAt(0) ?? 0)) >>> 0;
  return ms + Math.floor((ms / 2) * ((hash % 1_000) / 1_000));
}
