// Finds the folder of this program: a checkout, or the package, which has no sources.
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ProcessContext } from './context.ts';

/** The folder of package.json, above a source file as well as above a chunk of the bundle. */
export const root = findRoot(dirname(fileURLToPath(import.meta.url)));
export const isCheckout = existsSync(join(root, 'cli', 'main.ts'));

/** npm sets npm_command for npx and for the scripts of a package.json. Without it, a shell found the command on PATH. */
export function programOf({ npm_command: npm }: ProcessContext['env'], inCheckout = isCheckout): string {
  if (inCheckout) return './pruner';
  return npm === undefined ? 'ecs-revision-pruner' : 'npx ecs-revision-pruner';
}

function findRoot(folder: string): string {
  const above = dirname(folder);
  return existsSync(join(folder, 'package.json')) || above === folder ? folder : findRoot(above);
}
