// What a source says, as records hold it: closed, so that a finding that loses or gains a member on the way is damage.
import * as z from 'zod';
import type { Finding, Reference } from '../domain/evidence.ts';
import { familyName, identifier, listOf, revisionFields, words } from './fields.ts';

/** A schedule's owner may write any date that JavaScript can hold. */
const anyDate = z.number().min(-8.64e15).max(8.64e15);
const revision = z.strictObject(revisionFields);
const named = { source: identifier, who: identifier };

export const reference = z.strictObject({
  kind: z.literal('reference'),
  ...named,
  use: z.enum(['runs', 'ran', 'deploys', 'rolls back to', 'starts', 'holds', 'mentions']),
  isShort: z.literal(true).exactOptional(),
  what: z.discriminatedUnion('kind', [
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

export const finding = z.discriminatedUnion('kind', [
  reference,
  z.strictObject({
    kind: z.literal('unknown'),
    ...named,
    says: words,
    means: z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('pattern'), parts: listOf(words).min(2) }),
      z.strictObject({ kind: z.literal('services'), services: listOf(identifier) }),
    ]),
    registersFirst: z.literal(true).exactOptional(),
  }),
  z.strictObject({ kind: z.literal('unchecked'), ...named, why: words, next: words.exactOptional() }),
  z.strictObject({ kind: z.literal('used'), ...named, what: revision, at: anyDate }),
  z.strictObject({ kind: z.literal('rollout'), ...named, lowest: listOf(revision) }),
  z.strictObject({ kind: z.literal('ends'), ...named, at: anyDate }),
]) satisfies z.ZodType<Finding>;
