// Reads the event of a run as a hub receives it: of this version, an earlier one, or a later one, of which it takes what it
// knows. Another account wrote it, so everything in it is bounded.
import * as z from 'zod';
import { isAccountAlias } from '../../domain/account-alias.ts';
import type { Night } from '../../domain/night.ts';
import { LATEST_MS } from '../../domain/time.ts';
import { count as anyCount, time as isoTime } from './parts.ts';

/** No account has so many revisions. Sums over all targets stay exact. */
const count = anyCount.max(1_000_000_000);
const short = z.string().max(200);
/** As much as an event holds. */
const long = z.string().max(200_000);
/** A record holds no date outside these bounds. */
const time = isoTime.transform((text) => Date.parse(text)).pipe(z.number().min(0).max(LATEST_MS));

const night = z
  .object({ id: short, began: time, active: count, deregistered: count, waiting: count, outcome: short })
  .transform(({ began, ...others }): Night => ({ beganAt: began, ...others }));

const target = z.object({
  account: z.string().regex(/^\d{12}$/),
  /** https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-regions.html */
  region: z.string().regex(/^[a-z]{2,5}(?:-[a-z]{2,12}){1,3}-\d{1,2}$/),
  partition: z.string().regex(/^aws[a-z-]{0,20}$/),
});

const received = z.object({
  version: z.int().min(1).max(1_000),
  tool: z.object({ version: short }),
  run: z.object({ id: short, began: time, seconds: z.number().min(0).max(10_000_000), dryRun: z.boolean() }),
  target,
  // Another text could look like the name of another target.
  alias: z
    .string()
    .nullable()
    .transform((alias) => (alias !== null && isAccountAlias(alias) ? alias : null)),
  outcome: z.string().regex(/^[A-Z]{1,20}$/),
  needsAction: z.boolean(),
  verdict: long,
  counts: z.object({ active: count, planned: count, deregistered: count, failed: count }),
  backlog: z.object({ revisions: count, nights: count, atLeast: z.boolean() }),
  attention: z.array(z.object({ problem: long, remedy: long })).max(5_000),
  moreAttention: count,
  report: z.string().max(2_000).nullable(),
  // Version 1 had none.
  trend: z.array(night).max(100).default([]),
});

/** How a run of a target has ended, as its event says. */
export type RunEnd = z.output<typeof received>;

/** @returns nothing where it is not an event of a run of any version */
export function parseRunEvent(detail: unknown): RunEnd | undefined {
  const parsed = received.safeParse(detail);
  return parsed.success ? parsed.data : undefined;
}
