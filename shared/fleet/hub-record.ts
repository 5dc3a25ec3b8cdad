// The record of the hub itself, which the digest writes for the command line: which targets should report, and when one is
// silent.
import * as z from 'zod';
import type { Problem } from '../domain/problem.ts';
import type { RecordType } from '../state/codec.ts';
import { count, identifier, time, words } from '../state/fields.ts';

export interface Expected {
  /** `stack set ecs-revision-pruner` */
  readonly from: string;
  /** `123456789012/eu-west-1` */
  readonly targets: readonly string[];
  /** Whether the stack set has its parameter Paused set. */
  readonly paused: boolean;
  /** Stacks that could not be deployed, with AWS's reason. */
  readonly broken: readonly { readonly target: string; readonly reason: string }[];
}

export interface HubRecord {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly silentHours: number;
  /** Absent where no stack set says which targets exist: then each that has reported is expected for a month. */
  readonly expected: Expected | undefined;
  /** Targets of the parameter Targets, which must report as well. A pause of the stack set is not one of them. */
  readonly listed: readonly string[];
  /** Why the stacks of the stack set are not known today. */
  readonly problems: readonly Problem[];
  /** When the last digest was sent. Absent before the first one. */
  readonly sentAt: number | undefined;
}

/** More than any organization has: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html */
export const MOST_TARGETS = 100_000;

const name = z.string().max(100);
const problem = z.strictObject({ operation: words, reason: words, remedy: words });

export const hubRecord: RecordType<HubRecord> & { readonly key: string } = {
  name: 'record of the hub',
  key: 'hub.json',
  format: 1,
  schemas: {
    1: z.strictObject({
      at: time,
      silentHours: count,
      expected: z
        .strictObject({
          from: identifier,
          targets: z.array(name).max(MOST_TARGETS),
          paused: z.boolean(),
          broken: z.array(z.strictObject({ target: name, reason: words })).max(MOST_TARGETS),
        })
        .optional()
        .transform((expected) => expected),
      listed: z.array(name).max(MOST_TARGETS),
      problems: z.array(problem).max(100),
      sentAt: time.optional().transform((sentAt) => sentAt),
    }),
  },
};
