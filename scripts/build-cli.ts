// Builds the bundle of the command line in dist/cli: for `npm pack`, and for `./pruner` in a checkout. A chunk for each command
// and each AWS client, so that a command loads only what it uses. The build is reproducible on every machine.
import { globSync, realpathSync, statSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build as bundle, type Plugin } from 'esbuild';
import { bundleOptions, type InMemory } from './build.ts';
import { notices } from './notices.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
export const cliFolder = join(root, 'dist', 'cli');

/** The bundle and esbuild's list of source files. Writes nothing. */
export async function bundleCliInMemory(): Promise<InMemory> {
  return bundle({
    ...bundleOptions,
    entryPoints: { start: 'cli/start.ts' },
    target: 'node20',
    // Kept names cost less than the calls by which keepNames would set them at each start.
    minify: false,
    minifyWhitespace: true,
    minifySyntax: true,
    keepNames: false,
    plugins: [...bundleOptions.plugins, requiredBuiltins],
    banner: {
      js: "import{createRequire as $createRequire}from'node:module';const require=$createRequire(import.meta.url);",
    },
    // THIRD-PARTY.txt has the licences in full.
    legalComments: 'none',
    outdir: cliFolder,
  });
}

/** Modules of Node.js by `require`: `import` reads every export, and among those of node:http is a whole HTTP client that is
 *  loaded only when it is read, which takes 40 ms. */
const requiredBuiltins: Plugin = {
  name: 'required-builtins',
  setup(build) {
    build.onResolve({ filter: /^[\w/:]+$/ }, ({ path, namespace }) => {
      if (!isBuiltin(path)) return undefined;
      return namespace === 'builtin' ? { path, external: true } : { path, namespace: 'builtin', sideEffects: false };
    });
    build.onLoad({ filter: /^/, namespace: 'builtin' }, ({ path }) => ({
      contents: `module.exports = require(${JSON.stringify(path)})`,
    }));
  },
};

/** @param isClean removes chunks of earlier builds. A command that is running in a checkout may still load one of them. */
export async function buildCli(isClean: boolean): Promise<{ files: string[]; bytes: number }> {
  // Before the sources are read: a file that changes meanwhile has another time in the end.
  const stats = statsOf([
    'package.json',
    'package-lock.json',
    ...globSync('scripts/*.ts', { cwd: root }),
    ...sources(),
  ]);
  const { outputFiles, metafile } = await bundleCliInMemory();
  const files = new Map(outputFiles.map(({ path, contents }) => [relative(cliFolder, path), contents]));
  files.set('THIRD-PARTY.txt', Buffer.from(notices(metafile)));

  await rm(stampFile, { force: true });
  if (isClean) await rm(cliFolder, { recursive: true, force: true });
  // The entry comes last, when all of its chunks are there.
  for (const [name, contents] of [...files].sort(([a], [b]) => Number(a === ENTRY) - Number(b === ENTRY)))
    await replaceFile(join(cliFolder, name), contents);
  const made = new Set(Object.keys(metafile.inputs));
  const relevant = Object.entries(stats).filter(([name]) => made.has(name) || !/^(?:cli|shared)\//.test(name));
  await replaceFile(stampFile, JSON.stringify(Object.fromEntries(relevant)));
  const bytes = [...files.values()].reduce((sum, contents) => sum + contents.byteLength, 0);
  return { files: [...files.keys()].sort(), bytes };
}

const ENTRY = 'start.mjs';

/** At once, since another process may read it. */
async function replaceFile(path: string, contents: string | Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const written = `${path}.${process.pid}`;
  await writeFile(written, contents);
  await rename(written, path);
}

/** The sources of the bundle, each with its time and size. scripts/checkout.mjs compares them. */
const stampFile = join(root, 'dist', 'cli.json');

function sources(): string[] {
  return globSync(['cli/**/*.ts', 'shared/**/*.ts'], { cwd: root });
}

function statsOf(names: readonly string[]): Record<string, readonly [mtimeMs: number, size: number]> {
  return Object.fromEntries(
    names.map((name) => {
      const { mtimeMs, size } = statSync(join(root, name));
      return [name.replaceAll('\\', '/'), [mtimeMs, size]] as const;
    }),
  );
}

if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const { files, bytes } = await buildCli(!process.argv.includes('--keep'));
  // Not on standard output, which npm pack ends with the name of the tarball.
  if (!process.argv.includes('--keep'))
    process.stderr.write(`${relative(root, cliFolder)}: ${files.length} files, ${Math.round(bytes / 1024)} KB\n`);
}
