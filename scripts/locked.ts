// Reads the lock files: every package that an installation of a checkout may bring, by its folder.
import { readFileSync } from 'node:fs';
import * as z from 'zod';

const lockSchema = z.looseObject({
  packages: z.record(
    z.string(),
    z.looseObject({
      version: z.string().optional(),
      license: z.string().optional(),
      integrity: z.string().optional(),
      hasInstallScript: z.boolean().optional(),
    }),
  ),
});

export type Locked = z.infer<typeof lockSchema>['packages'];

/** The folder of this project itself is the empty text. */
export function locked(): Locked {
  return { ...packagesOf('./node/package-lock.json'), ...packagesOf('../package-lock.json') };
}

function packagesOf(file: string): Locked {
  return lockSchema.parse(JSON.parse(readFileSync(new URL(file, import.meta.url), 'utf8'))).packages;
}
