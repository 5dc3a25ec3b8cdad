// What a source says, as records hold it: closed, so that a finding that loses or gains a member on the way is damage.
import * as z from 'zod';
import type { Finding, Reference } from '../domain/evidence.ts';
import { familyName, identifier, listOf, revisionFields, words } from './fields.ts';
import { type OldNames, renameMembers, withOldNames } from './old-names.ts';

/** A schedule's owner may write any date that JavaScript can hold. */
const anyDate = z.number().min(-8.64e15).max(8.64e15);
const revision = z.strictObject(revisionFields);
const named = { source: identifier, referrer: identifier };

const referenceNames = { who: 'referrer', use: 'relation', what: 'target' };

const referenceObject = z.strictObject({
  kind: z.literal('reference'),
  ...named,
  relation: z.enum(['runs', 'ran', 'deploys', 'rolls back to', 'starts', 'holds', 'mentions']),
  isShort: z.literal(true).exactOptional(),
  target: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('revision'), ...revisionFields }),
    z.strictObject({ kind: z.literal('floating'), family: familyName }),
  ]),
  via: listOf(words).exactOptional(),
  paused: words.exactOptional(),
  schedule: z
    .strictObject({
      expression: words,
      timeZone: words.exactOptional(),
      from: anyDate.exactOptional(),
      until: anyDate.exactOptional(),
    })
    .exactOptional(),
  computed: words.exactOptional(),
  isConsoleStack: z.literal(true).exactOptional(),
}) satisfies z.ZodType<Reference>;

export const reference = withOldNames(referenceNames, referenceObject);

const findingObject = z.discriminatedUnion('kind', [
  referenceObject,
  z.strictObject({
    kind: z.literal('unresolved'),
    ...named,
    description: words,
    resolvesTo: z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('pattern'), parts: listOf(words).min(2) }),
      z.strictObject({ kind: z.literal('services'), services: listOf(identifier) }),
    ]),
    registersFirst: z.literal(true).exactOptional(),
  }),
  z.strictObject({ kind: z.literal('unchecked'), ...named, reason: words, remedy: words.exactOptional() }),
  z.strictObject({ kind: z.literal('used'), ...named, revision, at: anyDate }),
  z.strictObject({ kind: z.literal('rollout'), ...named, lowest: listOf(revision) }),
  z.strictObject({ kind: z.literal('ends'), ...named, at: anyDate }),
]) satisfies z.ZodType<Finding>;

const namesByKind: Readonly<Record<string, OldNames>> = {
  reference: referenceNames,
  unknown: { who: 'referrer', says: 'description', means: 'resolvesTo' },
  unchecked: { who: 'referrer', why: 'reason', next: 'remedy' },
  used: { who: 'referrer', what: 'revision' },
  rollout: { who: 'referrer' },
  ends: { who: 'referrer' },
};

export const finding = z.preprocess((value) => {
  if (typeof value !== 'object' || value === null || !('kind' in value)) return value;
  const { kind } = value;
  if (typeof kind !== 'string' || !('who' in value)) return value;
  const renamed = renameMembers(namesByKind[kind] ?? {}, value);
  return kind === 'unknown' ? { ...Object(renamed), kind: 'unresolved' } : renamed;
}, findingObject);
