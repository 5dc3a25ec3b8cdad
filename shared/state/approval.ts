// The records of a run that asks for approval, beside its run record: the proposed plan in the form of a saved plan, and the
// question, with the id by which Lambda receives the answer. And the answer itself, which Lambda passes on as text.
import * as z from 'zod';
import type { Approval } from '../domain/approval.ts';
import type { Target } from '../domain/revision.ts';
import type { RecordType } from './codec.ts';
import { count, identifier, time, words } from './fields.ts';
import { overwriteRecord, readRecord } from './records.ts';
import { digestOfPlan, type SavedPlan, savedPlanType } from './saved-plan.ts';
import { type StateStore, StateError } from './store.ts';

const digest = z.string().regex(/^[0-9a-f]{64}$/);

/** As a run record holds it. */
export const approvalState = z.strictObject({
  plan: digest,
  revisions: count,
  askedAt: time,
  until: time,
  /** Whether the question was sent. */
  published: z.boolean(),
  answer: z
    .strictObject({
      outcome: z.enum(['approved', 'declined', 'expired', 'refused']),
      by: identifier.optional(),
      at: time.optional(),
      reason: words.optional(),
      seenAt: time,
    })
    .optional(),
});

const question = z.strictObject({
  run: identifier,
  /** https://docs.aws.amazon.com/lambda/latest/api/API_SendDurableExecutionCallbackSuccess.html */
  callbackId: z
    .string()
    .max(1024)
    .regex(/^[A-Za-z0-9+/]+={0,2}$/),
  plan: digest,
});
export type Question = Readonly<z.output<typeof question>>;

/** The digest has the key, so that a copy from another run, account or Region does not fit. */
function questionType(key: string): RecordType<Question> {
  return { name: 'question', key, format: 1, schemas: { 1: question }, maxLength: 20_000 };
}

interface RunPlace {
  readonly state: StateStore;
  readonly folder: string;
}

const keyOfQuestion = ({ folder }: Pick<RunPlace, 'folder'>) => `${folder}/question.json`;
const keyOfProposal = ({ folder }: Pick<RunPlace, 'folder'>) => `${folder}/proposal.json`;

/** Only the run that holds the lock writes these. @throws StateError */
export async function saveQuestion(place: RunPlace, value: Question): Promise<void> {
  const key = keyOfQuestion(place);
  await overwriteRecord(place.state, key, questionType(key), value);
}

/** @throws StateError */
export async function saveProposal(place: RunPlace, plan: SavedPlan): Promise<void> {
  await overwriteRecord(place.state, keyOfProposal(place), savedPlanType, plan);
}

/** The question of a run and the plan that it is about.
 *  @throws StateError where one of them is missing or damaged, or does not belong to the run */
export async function loadQuestion(
  place: RunPlace,
  id: string,
  approval: Pick<Approval, 'plan'>,
): Promise<Question & { readonly proposal: SavedPlan }> {
  const key = keyOfQuestion(place);
  const { value } = await readRecord(place.state, key, questionType(key));
  if (value === undefined) throw damaged(place, key, 'it is not there');
  if (value.run !== id || value.plan !== approval.plan) throw damaged(place, key, 'it belongs to another plan');
  return { ...value, proposal: await loadProposal(place, approval) };
}

/** @throws StateError where it is missing or damaged, or is another plan */
export async function loadProposal(place: RunPlace, approval: Pick<Approval, 'plan'>): Promise<SavedPlan> {
  const key = keyOfProposal(place);
  const { value } = await readRecord(place.state, key, savedPlanType);
  if (value === undefined) throw damaged(place, key, 'it is not there');
  if (digestOfPlan(value) !== approval.plan) throw damaged(place, key, 'it is not the plan that the run proposed');
  return value;
}

function damaged({ state }: RunPlace, key: string, reason: string): StateError {
  return new StateError('incomplete', {
    operation: `reading ${state.where}/${key}`,
    reason,
    remedy: 'Find out who changed it: only runs and operators may write there. The next run asks again.',
  });
}

const answer = z.strictObject({
  version: z.literal(1),
  answer: z.enum(['approve', 'decline']),
  run: identifier,
  account: z.string().max(12),
  region: z.string().max(40),
  plan: digest,
  by: z.string().min(1).max(2_048),
  /** A date that a record can hold. */
  at: z.iso.datetime().refine((at) => time.safeParse(Date.parse(at)).success),
});
export type Answer = Readonly<z.output<typeof answer>>;

/** Far more than an answer needs. */
const MOST_CHARACTERS = 10_000;

export function encodeAnswer(given: Omit<Answer, 'version'>): string {
  return JSON.stringify(answer.parse({ version: 1, ...given }));
}

/** @returns undefined where the text is no answer */
export function decodeAnswer(text: string): Answer | undefined {
  if (text.length > MOST_CHARACTERS) return undefined;
  try {
    return answer.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** Why an answer is not about a plan, in a phrase that names both. */
export function mismatchOfAnswer(
  given: Answer,
  { id, target, plan }: { readonly id: string; readonly target: Target; readonly plan: string },
): string | undefined {
  if (given.run !== id) return `it is for run ${given.run}, and this is run ${id}`;
  if (given.account !== target.account || given.region !== target.region)
    return `it is for account ${given.account}, ${given.region}, and this is account ${target.account}, ${target.region}`;
  return given.plan === plan ? undefined : `it is for the plan ${given.plan}, and this run proposed ${plan}`;
}
