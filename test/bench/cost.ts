// The cost of one measured run, from its own process.
import * as z from 'zod';

export const costShape = z.object({
  outcome: z.string(),
  going: z.number(),
  deregistered: z.number(),
  /** Why the run was held or failed. */
  hold: z.string().optional(),
  /** By the benchmark's clock. */
  seconds: z.number(),
  peakMegabytes: z.number(),
  cpuSeconds: z.number(),
});
export type Cost = z.output<typeof costShape>;
