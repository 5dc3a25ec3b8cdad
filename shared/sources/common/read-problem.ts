// Turns an error of a reader into a problem for the report: the call, AWS's own words, and what the operator can do.
import { type ErrorKind, kindOf, describeError, whereDenied } from '../../aws/errors.ts';
import { MemberFailed, type Tally } from '../../aws/tally.ts';
import { leaveOut } from '../../domain/paste.ts';
import type { ReadProblem } from '../../domain/problem.ts';
import { permissionFor } from '../permissions.ts';
import { endpointsFor } from '../vpc-endpoints.ts';
import { Incomplete, TimeOver } from './incomplete.ts';

/** Resources of ECS cannot be left out one by one, such as a task definition that a service runs. Service
 *  deployments can. */
const NEVER_LEFT_OUT = /^arn:[^:]*:ecs:(?![^:]*:[^:]*:service-deployment\/)/;

/** @param without the settings line that leaves out the whole part */
export function readProblem(error: unknown, part: string, tally: Tally, without: string | undefined): ReadProblem {
  const member = error instanceof MemberFailed ? error : undefined;
  const { service, operation, about } = member?.asked ?? tally.asked;
  const cause = member === undefined ? error : member.cause;
  const { kind, remedy } = adviceOn(cause, permissionFor(service, operation));
  // A denied call is usually denied for all members. Any other error about a member concerns it alone.
  const isAboutMember = member !== undefined && kindOf(cause) !== 'denied' && !NEVER_LEFT_OUT.test(member.arn);
  const setting = isAboutMember ? leaveOut(member.arn) : without;
  return {
    part,
    kind,
    operation: `reading ${part}: ${operation}${about === undefined ? '' : ` (${about})`}`,
    reason: describeError(cause),
    remedy:
      without === undefined
        ? remedy
        : `${remedy} Or leave it out, and accept that its references are not seen: \`${setting}\``,
  };
}

type Advice = Pick<ReadProblem, 'kind' | 'remedy'>;

function adviceOn(cause: unknown, permission: string): Advice {
  if (cause instanceof TimeOver)
    return { kind: 'incomplete', remedy: 'The next pass of this run continues from there, or else the next run.' };
  if (cause instanceof Incomplete && cause.remedy !== undefined) return { kind: 'incomplete', remedy: cause.remedy };
  const kind = kindOf(cause);
  if (kind === 'unanswered') return { ...advice[kind], remedy: `${advice[kind].remedy} ${endpointsFor(permission)}` };
  if (kind !== 'denied') return advice[kind];
  return { kind, remedy: `Allow ${permission} in ${whereDenied(cause)}.${alsoNeeded[permission] ?? ''}` };
}

const AGAIN = 'Run again. If the problem persists,';
const unclear: Advice = {
  kind: 'incomplete',
  remedy: `${AGAIN} this version does not understand the answer: report it.`,
};
const advice: Readonly<Record<Exclude<ErrorKind, 'denied'>, Advice>> = {
  locked: {
    kind: 'denied',
    remedy: 'Allow kms:Decrypt on its key in the role or user that runs this, and check that the key is enabled.',
  },
  credentials: {
    kind: 'credentials',
    remedy: 'Renew the credentials, or enable the Region for the account, and run again.',
  },
  throttled: {
    kind: 'throttled',
    remedy: "Another caller uses up the account's request quota: run again at a quieter time.",
  },
  unanswered: {
    kind: 'unreachable',
    remedy: `${AGAIN} check the network path and the AWS Health Dashboard.`,
  },
  gone: unclear,
  refused: unclear,
  unknown: unclear,
};

const stageParameter = ' A deployed stage grants it to its roles by the parameter `SearchResourceArns`.';

/** Permissions that may also be missing when one is denied. */
const alsoNeeded: Readonly<Record<string, string>> = {
  's3:ListBucket': stageParameter,
  's3:GetObject': `${stageParameter} If a customer managed key encrypts the object, allow kms:Decrypt on that key as well.`,
  'ssm:GetParametersByPath': stageParameter,
};
