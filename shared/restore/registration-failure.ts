// Explains to the operator why a registration failed. AWS's message arrives without texts that could quote the definition:
// see aws/error-text.ts.
import type { RegisterTaskDefinitionCommandInput } from '@aws-sdk/client-ecs';
import type { Stop } from '../domain/apply-results.ts';
import type { ErrorKind } from '../aws/errors.ts';
import { nameOf } from '../domain/revision.ts';
import type { Original } from './originals.ts';

const AGAIN = 'nothing is registered twice.';

/** `stop` is set where the restore must not go on with other families. */
export function explainFailure(
  { kind, reason }: { readonly kind: ErrorKind | 'busy'; readonly reason: string },
  { revision }: Pick<Original, 'revision'>,
  input: RegisterTaskDefinitionCommandInput,
  { file, region }: { readonly file: string | undefined; readonly region: string },
): { readonly reason: string; readonly remedy: string; readonly stop?: Stop } {
  if (kind === 'refused') return { reason, remedy: describeEdit(file, region) };
  if (kind === 'busy')
    return {
      reason: `another registration of ${revision.family} was in progress at every attempt: ${reason}`,
      remedy: `Run the same command again: ${AGAIN}`,
    };
  const remedy = remedies[kind]?.(input) ?? `Find the cause, then run it again: ${AGAIN}`;
  const by = kind === 'throttled' ? 'throttled' : 'abort';
  return { reason, remedy, stop: { by, reason: `registering ${nameOf(revision)} again: ${reason}`, remedy } };
}

function describeEdit(file: string | undefined, region: string): string {
  if (file === undefined) return 'AWS no longer accepts this definition: register a changed one.';
  return `AWS no longer accepts this definition. Edit ${file} (it contains the definition with its environment values, and only you can read it), register it, and delete the file: \`aws ecs register-task-definition --cli-input-json file://${file} --region ${region}\``;
}

const remedies: Readonly<Partial<Record<ErrorKind, (input: RegisterTaskDefinitionCommandInput) => string>>> = {
  denied: ({ tags = [], taskRoleArn, executionRoleArn }) => {
    const roles = [...new Set([taskRoleArn, executionRoleArn])].filter((role) => role !== undefined && role !== '');
    const actions = [
      'ecs:RegisterTaskDefinition',
      ...(tags.length === 0 ? [] : ['ecs:TagResource']),
      ...roles.map((role) => `iam:PassRole on ${role}`),
    ];
    return `Use credentials that allow ${actions.join(', ')}. AWS's message says which of them is missing.`;
  },
  throttled: () => "Other callers use the account's request quota: run it again later.",
  credentials: () => `Renew the credentials, then run it again: ${AGAIN}`,
  unanswered: () =>
    'AWS did not answer, and no copy was found: run it again. It looks for a copy before it registers one.',
};
