// Counts the calls of one part of a run, remembers the current call for an error message, and collects the revisions
// that raw answers mention, also in fields that the packaged SDK does not know.
import { AsyncLocalStorage } from 'node:async_hooks';
import { digestOf, type FindMentions, type Mention } from '../domain/mentions.ts';
import { nameOf } from '../domain/revision.ts';
import { scopedArn } from '../domain/scoped-arn.ts';
import { textsIn } from './answer-texts.ts';

/** The last call, for a possible error. */
export interface Asked {
  /** The name of the SDK client: `ECS`, `Scheduler`, `SFN`. */
  readonly service: string;
  readonly operation: string;
  /** The cluster, service, family, bucket or path in its input. */
  readonly about: string | undefined;
}

interface Member {
  readonly arn: string;
  /** The revisions that the raw answers about it mention, by name. */
  readonly mentioned: Map<string, Mention>;
  /** Digests of the families that they would mention, had these an ACTIVE revision. */
  readonly missed: Set<number>;
  asked: Asked;
}

/** Mentions in the raw answers about one member. */
export type MemberMentions = Pick<Readonly<Member>, 'mentioned' | 'missed'>;

/** An error while one member of a source was read, with the call. */
export class MemberFailed extends Error {
  override readonly name = 'MemberFailed';
  readonly asked: Asked;
  readonly arn: string;
  constructor(asked: Asked, arn: string, cause: unknown) {
    super(`${asked.operation} about ${arn}`, { cause });
    this.asked = asked;
    this.arn = arn;
  }
}

/** A successful call: the SDK's input and output. */
export interface Answer {
  readonly operation: string;
  readonly input: object;
  readonly output: object;
}

/** Members of AWS's answers with the ARN of their object. */
const identities = ['serviceArn', 'taskArn', 'taskSetArn', 'StackId', 'FunctionArn', 'ARN'] as const;

function identify(value: object): string | undefined {
  const own = identities.map((name): unknown => Reflect.get(value, name));
  const arn = own.find((one) => typeof one === 'string') ?? ruleArnOf(value);
  const cluster: unknown = Reflect.get(value, 'clusterArn');
  return arn === undefined ? undefined : scopedArn(arn, typeof cluster === 'string' ? cluster : undefined);
}

/** Only a rule's own ARN counts: the ARN of its target is that of another resource. */
function ruleArnOf(value: object): string | undefined {
  const arn: unknown = Reflect.get(value, 'Arn');
  return typeof arn === 'string' && /^arn:[^:]+:events:[^:]*:[^:]*:rule\//.test(arn) ? arn : undefined;
}

/** The progress of one part of a run. */
export interface CallProgress {
  /** Attempts so far. */
  readonly calls: number;
  /** How far it has read, as `31 of 40 days`. */
  readonly reached?: string | undefined;
  /** The pace that the request quota allows, where the next call waits for it. */
  readonly waits?: { readonly ms: number; readonly perSecond: number } | undefined;
}

export interface TallyOptions {
  /** Whether raw answers are searched; true by default. */
  readonly isSearched?: boolean;
  /** Finds mentions in a text of an answer. Absent for a listing of revisions, which contains all of them and no
   *  reference. */
  readonly find?: FindMentions | undefined;
  /** Whether the settings leave out this referrer, by its ARN. Another one may mention the same revision. */
  readonly leftOut?: (arn: string) => boolean;
  /** Receives every answer. */
  readonly answered?: ((answer: Answer) => void) | undefined;
  /** Called before each attempt, and before it waits for its turn. */
  readonly onCall?: ((progress: CallProgress) => void) | undefined;
}

export class Tally {
  readonly byOperation = new Map<string, number>();
  throttled = 0;
  /** How far the part has read, for the progress. */
  reached: string | undefined;
  asked: Asked = { service: 'ECS', operation: 'nothing', about: undefined };
  readonly #member = new AsyncLocalStorage<Member>();
  readonly #find: FindMentions | undefined;
  readonly #leftOut: (arn: string) => boolean;
  /** The revisions that the raw answers mention, each with the ARN of its referrer or the operation that answered. */
  readonly mentioned = new Map<string, Mention & { readonly referrer: string }>();
  readonly answered: TallyOptions['answered'];
  readonly #onCall: TallyOptions['onCall'];

  readonly isSearched: boolean;

  constructor({ isSearched = true, find, leftOut = () => false, answered, onCall }: TallyOptions = {}) {
    this.isSearched = isSearched;
    this.#find = find;
    this.#leftOut = leftOut;
    this.answered = answered;
    this.#onCall = onCall;
  }

  get calls(): number {
    return [...this.byOperation.values()].reduce((sum, count) => sum + count, 0);
  }

  /** Called once for each command, before its first attempt. */
  beginCommand(service: string, operation: string, input: object): void {
    const about = ['cluster', 'familyPrefix', 'taskDefinition', 'Bucket', 'Path'].map((key): unknown =>
      Reflect.get(input, key),
    );
    const text = about.find((value): value is string => typeof value === 'string');
    const member = this.#member.getStore();
    this.asked = { service, operation, about: member?.arn ?? text };
    if (member !== undefined) member.asked = this.asked;
  }

  /** Attributes all calls and answers inside to this member, also while others are read concurrently.
   *  @throws MemberFailed around any error, so that the problem shows the member */
  async about<T>(arn: string, read: () => Promise<T>): Promise<{ readonly result: T } & MemberMentions> {
    const asked = { ...this.asked, about: arn };
    const member: Member = { arn, mentioned: new Map(), missed: new Set(), asked };
    const around = this.#member.getStore();
    try {
      const { mentioned, missed } = member;
      return { result: await this.#member.run(member, read), mentioned, missed };
    } catch (cause) {
      // A part of a member with its own ARN, such as a version, has thrown it already.
      if (cause instanceof MemberFailed) throw cause;
      throw new MemberFailed(member.asked, arn, cause);
    } finally {
      if (around !== undefined) around.asked = member.asked;
    }
  }

  /** Called at each attempt, retries too: each takes a token from the account's bucket. */
  countAttempt(operation: string): void {
    this.byOperation.set(operation, (this.byOperation.get(operation) ?? 0) + 1);
    this.#onCall?.({ calls: this.calls, reached: this.reached });
  }

  /** Called before an attempt waits for its turn. */
  wait(waits: NonNullable<CallProgress['waits']>): void {
    this.#onCall?.({ calls: this.calls, reached: this.reached, waits });
  }

  /** Collects the mentions in an answer, except in AWS's texts about events. */
  search(answer: unknown): void {
    const find = this.#find;
    if (find === undefined) return;
    const member = this.#member.getStore();
    const missed = member && ((family: string) => void member.missed.add(digestOf(family)));
    for (const { text, isImage, owner } of textsIn(answer, { identify }))
      for (const mention of find(text, { isImage, missed })) {
        const name = nameOf(mention);
        const referrer = owner ?? member?.arn ?? this.asked.operation;
        if (!this.#leftOut(referrer)) note(this.mentioned, name, { ...mention, referrer });
        if (member !== undefined) note(member.mentioned, name, mention);
      }
  }
}

/** Keeps the first one, but prefers one with a whole ARN. */
function note<One extends Mention>(mentioned: Map<string, One>, name: string, one: One): void {
  const known = mentioned.get(name);
  if (known === undefined || (known.isShort && !one.isShort)) mentioned.set(name, one);
}
