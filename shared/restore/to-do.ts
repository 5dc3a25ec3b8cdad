// Action items for the operator about a registration that AWS refused. What AWS says arrives without texts that could repeat the
// definition: see aws/error-text.ts.
import type { RegisterTaskDefinitionCommandInput } from '@aws-sdk/client-ecs';
import type { Stop } from '../domain/apply-results.ts';
import type { ErrorKind } from '../aws/errors.ts';
import { nameOf } from '../domain/revision.ts';
import type { Original } from './originals.ts';

export function toDo(
  { kind, said }: { readonly kind: ErrorKind | 'busy'; readonly said: string },
  original: Original,
  input: RegisterTaskDefinitionCommandInput,
  { file, region }: { readonly file: string | undefined; readonly region: string },
): { readonly said: string; readonly next: string; readonly stop?: Stop } {
  const name = nameOf(original.revision);
  // What AWS does not take of one revision says nothing about other families.
  if (kind === 'refused') return { said, next: edit(file, region) };
  if (kind === 'busy')
    return {
      said: `another registration of ${original.revision.family} was under way at every try: ${said}`,
      next: 'Run the same command again: nothing is registered twice.',
    };
  const next = nexts[kind]?.(input) ?? 'Find out why, then run it again: nothing is registered twice.';
  const by = kind === 'throttled' ? 'throttled' : 'abort';
  return { said, next, stop: { by, reason: `registering ${name} again: ${said}`, remedy: next } };
}

function edit(file: string | undefined, region: string): string {
  if (file === undefined) return 'AWS does not take this definition any more: register a changed one.';
  return `AWS does not take this definition as it was. Change what it names in ${file} (which holds the definition with its environment values, readable by you alone), register it, and remove the file: \`aws ecs register-task-definition --cli-input-json file://${file} --region ${region}\``;
}

const nexts: Readonly<Partial<Record<ErrorKind, (input: RegisterTaskDefinitionCommandInput) => string>>> = {
  denied: ({ tags = [], taskRoleArn, executionRoleArn }) => {
    const roles = [...new Set([taskRoleArn, executionRoleArn])].filter(
      (role) => role !== undefined && role !== '',
    );
    const actions = [
      'ecs:RegisterTaskDefinition',
      ...(tags.length === 0 ? [] : ['ecs:TagResource']),
      ...roles.map((role) => `iam:PassRole on ${role}`),
    ];
    return `Use credentials that are allowed ${actions.join(', ')}; AWS names the one that is missing.`;
  },
  throttled: () => "Others use the account's request quota: run it again later.",
  credentials: () => 'Renew the credentials, then run it again: nothing is registered twice.',
  unanswered: () =>
    'Whether it was registered could not be told, and nothing shows it: run it again, which looks first.',
};
