import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { defineConfig } from 'vitest/config';
import base from './vitest.config.ts';

// Runs the tests that need no sandbox: they open no port, start no process and make no bundle.
const slowModules = new Set(['esbuild', 'node:child_process', 'node:http', 'node:worker_threads']);

export default defineConfig({
  test: {
    ...base.test,
    include: globSync('test/**/*.test.ts', { cwd: import.meta.dirname }).filter((file) => isFast(file)),
  },
});

/** Follows the imports of a test file, since a test reaches the sandbox through its helpers. */
function isFast(file: string): boolean {
  const reached = new Set([path.resolve(import.meta.dirname, file)]);
  // The loop also visits the modules that it adds.
  for (const module of reached) {
    if (slowModules.has(module)) return false;
    for (const imported of readImports(module)) reached.add(imported);
  }
  return true;
}

function readImports(module: string): string[] {
  if (!module.endsWith('.ts') || !existsSync(module)) return [];
  const imports = readFileSync(module, 'utf8').matchAll(/\b(?:from|import)[ (]'([^']+)'/g);
  return [...imports].map(([, name = '']) => (name.startsWith('.') ? path.resolve(path.dirname(module), name) : name));
}
