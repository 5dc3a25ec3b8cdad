// Reads package-lock.json: every package that an installation may bring, by its folder.
import { readFileSync } from 'node:fs';
import * as z from 'zod';

const lockSchema = z.looseObject({
  packages: z.record(
    z.string(),
    z.looseObject({
      version: z.string(),
      license: z.string().optional(),
      integrity: z.string().optional(),
      hasInstallScript: z.boolean().optional(),
    }),
  ),
});

export type Locked = z.infer<typeof lockSchema>['packages'];

/** The folder of this project itself is the empty text. */
export function locked(): Locked {
  const text = readFileSync(new URL('../package-lock.json', import.meta.url), 'utf8');
  return lockSchema.parse(JSON.parse(text)).packages;
}
