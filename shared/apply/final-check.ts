// The final check: describes a revision and lists its family just before the call that deregisters it.
// The plan is minutes old by then, and must still be true of the revision itself.
import type { ECSClient } from '@aws-sdk/client-ecs';
import { nameOf, type Revision } from '../domain/revision.ts';
import { protectingTag } from '../domain/protect-tag.ts';
import { awsRegistrar, registrarGlob } from '../domain/registrar.ts';
import { ageBoundary, day } from '../plan/rules/rule.ts';
import { describe, isArnOf, type RawDefinition } from '../aws/describe.ts';
import { type CheckOptions, familyBlocker, retiredFamilyBlocker } from './family-check.ts';
import { registrable } from '../aws/registrable.ts';
import { unknownMembers } from '../aws/unknown-members.ts';

export type FinalCheck =
  | { readonly is: 'as decided'; readonly seen: Seen }
  /** INACTIVE, or being deleted: someone else was first. */
  | { readonly is: 'already inactive' }
  | { readonly is: 'skipped'; readonly reason: string };

/** The definition and tags that the final check read, which the journal stores. */
export interface Seen {
  readonly definition: RawDefinition;
  readonly tags: readonly { readonly key: string; readonly value: string }[];
}

/** @throws what the SDK throws, and where an answer describes or lists nothing */
export async function checkOnceMore(ecs: ECSClient, revision: Revision, options: CheckOptions): Promise<FinalCheck> {
  const check = await checkRevision(ecs, revision, options);
  if (check.is !== 'as decided') return check;
  const decided = options.retired?.get(revision.family);
  const reason =
    decided === undefined
      ? await familyBlocker(ecs, revision, options)
      : await retiredFamilyBlocker(ecs, revision, decided, options);
  return reason === undefined ? check : { is: 'skipped', reason };
}

async function checkRevision(
  ecs: ECSClient,
  revision: Revision,
  { policy, target, asOf, retired }: CheckOptions,
): Promise<FinalCheck> {
  const { output, raw } = await describe(ecs, nameOf(revision));
  const { taskDefinition, tags = [] } = output;
  if (taskDefinition === undefined) throw new Error('the answer describes nothing');
  if (!isArnOf(taskDefinition.taskDefinitionArn, revision, target))
    return skip(`the answer describes ${taskDefinition.taskDefinitionArn ?? 'something without ARN'}`);
  // Compared as text, since a later AWS may answer with a status that the SDK's type does not list.
  const status: string = taskDefinition.status ?? 'missing';
  if (status === 'INACTIVE' || status === 'DELETE_IN_PROGRESS') return { is: 'already inactive' };
  if (status !== 'ACTIVE') return skip(`its status is ${status}`);
  const tag = protectingTag(policy.protectTags, tags);
  if (tag !== undefined) return skip(`tagged ${tag}`);
  const registrar =
    awsRegistrar(taskDefinition.registeredBy) ?? registrarGlob(taskDefinition.registeredBy, policy.protectRegisteredBy);
  if (registrar !== undefined) return skip(`registered by ${registrar}`);
  if (raw === undefined) return skip('its definition could not be read as AWS sent it');
  const [unknown] = unknownMembers(raw);
  if (unknown !== undefined) return skip(`this version does not know its member ${unknown}`);
  const made = registrable(raw, tags);
  if ('leftover' in made) return skip(`its ${made.leftover} could not be registered again`);
  const minAgeDays = Math.max(
    policy.of(revision.family).minAgeDays,
    // A family is retired only if all its revisions are that old.
    retired?.has(revision.family) === true ? policy.retireFamiliesAfterDays : 0,
  );
  const boundary = ageBoundary(asOf, minAgeDays);
  // The SDK makes NaN of a date beyond JavaScript's range.
  const registeredAt = taskDefinition.registeredAt?.getTime() ?? NaN;
  if (minAgeDays > 0 && Number.isNaN(registeredAt)) return skip('its age could not be read');
  if (minAgeDays > 0 && registeredAt >= boundary) return skip(`registered since ${day(boundary)}`);
  return {
    is: 'as decided',
    seen: { definition: raw, tags: tags.map(({ key = '', value = '' }) => ({ key, value })) },
  };
}

function skip(reason: string): FinalCheck {
  return { is: 'skipped', reason };
}
