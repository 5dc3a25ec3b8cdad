// Reads one part of the account to its end or to its fault. Whatever goes wrong in here becomes a fault with AWS's words
// and the next step, never an absence: what was found until then still counts as evidence of use.
import { leaveOut } from '../../domain/paste.ts';
import { type ErrorKind, kindOf, wordsOf } from '../../aws/errors.ts';
import type { Aws } from '../../aws/connect.ts';
import { type Answer, MemberFailed, Tally } from '../../aws/tally.ts';
import { type Clock, momentOf, msSince } from '../../domain/clock.ts';
import type { Fault, Finding, Reading, Reference } from '../../domain/evidence.ts';
import { type Mention, mentionFinder } from '../../domain/mentions.ts';
import { nameOf, type Target } from '../../domain/revision.ts';
import type { SearchPlace } from '../../domain/search-place.ts';
import type { Memory } from './memory.ts';

/** What reading is done with. */
export interface Reader {
  readonly aws: Aws;
  readonly target: Target;
  readonly clock: Clock;
  /** Says when there is no time left to read on. */
  readonly outOfTime: () => boolean;
  /** Whether the settings leave out this one member, by its ARN. */
  readonly leftOut: (arn: string) => boolean;
  readonly memory: Memory;
  /** Whether a text that names a family without a revision counts: where families may be retired. */
  readonly findsFamilies?: boolean;
  /** For how many days back the settings ask what was used. */
  readonly usedWithinDays: number;
  /** Objects and parameters that are searched for mentions; none where the settings name none. */
  readonly search?: readonly SearchPlace[];
  /** Told of every answer, for a snapshot of the account. */
  readonly answered?: ((answer: Answer) => void) | undefined;
}

/** Thrown by a part that cannot be trusted to be whole, although no call has failed. */
export class Incomplete extends Error {
  override readonly name = 'Incomplete';
  /** What the operator can do, where that is known. */
  readonly next: string | undefined;

  constructor(message: string, { next, ...options }: ErrorOptions & { readonly next?: string } = {}) {
    super(message, options);
    this.next = next;
  }
}

/** Thrown by a part for which the time of a run was not enough. What it has read is remembered. */
export class TimeOver extends Incomplete {}

interface PartOptions {
  readonly part: string;
  /** The settings line that would leave it out; absent where nothing can. */
  readonly without?: string | undefined;
  /** Whether every revision that the raw answers mention counts as referenced, known field or not. */
  readonly heard: boolean;
}

export async function readPart(
  reader: Reader,
  { part, without, heard }: PartOptions,
  read: (tally: Tally) => AsyncIterable<readonly Finding[]>,
): Promise<Reading> {
  const find = heard ? mentionFinder(reader.target, reader.memory.inventory ?? new Map()) : undefined;
  const tally = new Tally({ hears: heard, find, leftOut: reader.leftOut, answered: reader.answered });
  const began = momentOf(reader.clock);
  const findings: Finding[] = [];
  const faults: Fault[] = [];
  let items = 0;
  try {
    for await (const found of read(tally)) {
      items++;
      findings.push(...found);
    }
  } catch (error) {
    faults.push(faultOf(error, part, tally, without));
  }
  if (heard) findings.push(...unreadMentions(part, tally, findings));
  const { calls, throttled } = tally;
  return { part, began, tookMs: msSince(began, reader.clock), calls, throttled, items, findings, faults };
}

/** What the raw answers mention and the typed reading did not find. */
function unreadMentions(source: string, tally: Tally, findings: readonly Finding[]): Finding[] {
  const known = new Set<string>();
  for (const finding of findings) {
    if (finding.kind === 'used') known.add(nameOf(finding.what));
    if (finding.kind === 'reference' && finding.what.kind === 'revision') known.add(nameOf(finding.what));
  }
  return [...tally.mentioned].flatMap(([name, { referrer, ...mention }]) => {
    // A definition's description has its own ARN.
    if (known.has(name) || referrer.endsWith(`:task-definition/${name}`)) return [];
    return [mentionOf(mention, { source, who: referrer })];
  });
}

export function mentionOf(
  { family, number, isShort }: Mention,
  origin: Pick<Reference, 'source' | 'who' | 'via'>,
): Reference {
  const what = { kind: 'revision' as const, family, number };
  return { kind: 'reference', ...origin, use: 'mentions', what, ...(isShort ? { isShort } : {}) };
}

/** Of these nothing can be left out by its ARN: a definition, say, that a service runs. */
const ALWAYS_WHOLE = /^arn:[^:]*:ecs:(?![^:]*:[^:]*:service-deployment\/)/;

function faultOf(error: unknown, part: string, tally: Tally, without: string | undefined): Fault {
  const member = error instanceof MemberFailed ? error : undefined;
  const { service, operation, about } = member?.asked ?? tally.asked;
  const cause = member === undefined ? error : member.cause;
  const meant = kindOf(cause);
  const { kind, next } = adviceOn(cause, permissionFor(service, operation));
  // What is denied is mostly denied for all; anything else about one member is that member's own trouble.
  const isOne = member !== undefined && meant !== 'denied' && !ALWAYS_WHOLE.test(member.arn);
  const one = isOne ? leaveOut(member.arn) : without;
  return {
    part,
    kind,
    doing: `reading ${part}: ${operation}${about === undefined ? '' : ` (${about})`}`,
    said: wordsOf(cause),
    next:
      without === undefined ? next : `${next} Or leave it out, and accept what that cannot see: \`${one}\``,
  };
}

function adviceOn(cause: unknown, permission: string): Pick<Fault, 'kind' | 'next'> {
  if (cause instanceof TimeOver) return goesOn;
  if (cause instanceof Incomplete && cause.next !== undefined)
    return { kind: 'incomplete', next: cause.next };
  return advice(kindOf(cause), permission);
}

/** A member of a source is read again only where it may have changed, a definition never. */
const goesOn = {
  kind: 'incomplete',
  next: 'The next pass of this run goes on from there, or else the next run.',
} as const;

function advice(kind: ErrorKind, permission: string): Pick<Fault, 'kind' | 'next'> {
  const again = 'Run again; if it stays,';
  switch (kind) {
    case 'denied':
      return {
        kind: 'denied',
        next: `Allow ${permission} in the role or user that runs this.${besides[permission] ?? ''}`,
      };
    case 'locked':
      return {
        kind: 'denied',
        next: 'Allow kms:Decrypt on its key in the role or user that runs this, and see that the key is enabled.',
      };
    case 'credentials':
      return {
        kind: 'credentials',
        next: 'Renew the credentials, or enable the Region for the account, and run again.',
      };
    case 'throttled':
      return {
        kind: 'throttled',
        next: "Another caller uses up the account's request quota: run again at a quieter time.",
      };
    case 'unanswered':
      return { kind: 'unreachable', next: `${again} check the network path and the AWS Health Dashboard.` };
    case 'gone':
    case 'refused':
    case 'unknown':
      return { kind: 'incomplete', next: `${again} this version does not understand the answer: report it.` };
  }
}

const ofTheStage = ' The roles of a deployed stage get it by its parameter `searchResources`.';

/** What else may be missing where this is denied. */
const besides: Readonly<Record<string, string>> = {
  's3:ListBucket': ofTheStage,
  's3:GetObject': `${ofTheStage} Where a key of yours encrypts the object, allow kms:Decrypt on that key as well.`,
  'ssm:GetParametersByPath': ofTheStage,
};

/** Where an action is not named as its operation: https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html */
const actions: Readonly<Record<string, string>> = { ListObjectsV2: 'ListBucket' };

/** Where the IAM prefix is not the client's name in small letters. */
const prefixes: Readonly<Record<string, string>> = {
  CloudControl: 'cloudformation',
  EventBridge: 'events',
  ResourceGroupsTaggingAPI: 'tag',
  SFN: 'states',
};

/** `ecs:ListTasks`, `states:DescribeStateMachine` */
export function permissionFor(service: string, operation: string): string {
  return `${prefixes[service] ?? service.toLowerCase()}:${actions[operation] ?? operation}`;
}
