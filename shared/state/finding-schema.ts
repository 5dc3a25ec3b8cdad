// The schema of findings in records. It is closed: a finding that loses or gains a member is damaged.
import * as z from 'zod';
import type { Finding, Reference } from '../domain/evidence.ts';
import { familyName, identifier, listOf, revisionFields, words } from './fields.ts';

/** The owner of a schedule may write any date that JavaScript has. */
const anyDate = z.number().min(-8.64e15).max(8.64e15);
const revision = z.strictObject(revisionFields);
const common = { source: identifier, referrer: identifier };

export const reference = z.strictObject({
  kind: z.literal('reference'),
  ...common,
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

export const finding = z.discriminatedUnion('kind', [
  reference,
  z.strictObject({
    kind: z.literal('unresolved'),
    ...common,
    description: words,
    resolvesTo: z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('pattern'), parts: listOf(words).min(2) }),
      z.strictObject({ kind: z.literal('services'), services: listOf(identifier) }),
    ]),
    registersFirst: z.literal(true).exactOptional(),
  }),
  z.strictObject({ kind: z.literal('unchecked'), ...common, reason: words, remedy: words.exactOptional() }),
  z.strictObject({ kind: z.literal('used'), ...common, revision, at: anyDate }),
  z.strictObject({ kind: z.literal('rollout'), ...common, lowest: listOf(revision) }),
  z.strictObject({ kind: z.literal('ends'), ...common, at: anyDate }),
]) satisfies z.ZodType<Finding>;
