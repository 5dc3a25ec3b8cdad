// Makes the one bundle that `npm start`, the tests and `npm run deploy` all use: both functions, what they share as
// chunks, their source maps, and the settings as JSON. The same sources give the same bytes, wherever they are built, so
// that two people can compare what they deploy.
import { globSync, realpathSync, statSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build as bundle, type BuildResult, type Metafile } from 'esbuild';
import { loadSettings } from '../shared/settings/load.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = join(root, 'dist');

export interface Bundle {
  outdir: string;
  /** Paths inside outdir, sorted. */
  files: string[];
  bytes: number;
  metafile: Metafile;
}

export async function build(options: { outdir?: string; settings?: string } = {}): Promise<Bundle> {
  const outdir = resolve(options.outdir ?? dist);
  // Settings first: a mistake in pruner.yml must not leave a new bundle beside old settings.
  const settings = loadSettings(resolve(options.settings ?? join(root, 'pruner.yml')));
  const { outputFiles, metafile } = await bundleInMemory();

  const files = new Map(outputFiles.map(({ path, contents }) => [relative(dist, path), contents]));
  files.set('settings.json', Buffer.from(`${JSON.stringify(settings, null, 2)}\n`));

  // Chunks are named by their content, so those of an earlier build would stay and be deployed for ever.
  await rm(join(outdir, 'chunks'), { recursive: true, force: true });
  for (const [name, contents] of files) {
    await mkdir(dirname(join(outdir, name)), { recursive: true });
    await writeFile(join(outdir, name), contents);
  }
  const bytes = [...files.values()].reduce((sum, contents) => sum + contents.byteLength, 0);
  return { outdir, files: [...files.keys()].sort(), bytes, metafile };
}

/** The code of the bundle, and esbuild's list of the files that it took it from. It writes nothing. */
export async function bundleInMemory(): Promise<BuildResult<{ write: false; metafile: true }>> {
  return bundle({
    absWorkingDir: root,
    entryPoints: { prune: 'functions/prune.ts', preview: 'functions/preview.ts' },
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    splitting: true,
    outExtension: { '.js': '.mjs' },
    chunkNames: 'chunks/[name]-[hash]',
    // Without it esbuild takes the packages' CommonJS builds for this platform, which cannot be shaken: half as big again.
    mainFields: ['module', 'main'],
    // Its CommonJS build for Node.js requires modules at run time, which a bundle of ES modules cannot.
    alias: { yaml: join(root, 'node_modules/yaml/browser/dist/index.js') },
    minify: true,
    // Errors and log lines carry class names: `e` instead of `SettingsError` would help nobody.
    keepNames: true,
    // A stack trace at 6 a.m. has to name our lines. The sources themselves stay out: they would triple the zip.
    sourcemap: 'linked',
    sourcesContent: false,
    // Paths reach the maps and the chunks' hashes: they must not depend on where node_modules or the output really lies.
    preserveSymlinks: true,
    outdir: dist,
    write: false,
    metafile: true,
    logLevel: 'warning',
  });
}

/** The bundle as it lies there, where nothing that goes into it is younger; made anew otherwise. Folders count as well: a
 *  file that was taken away changes them. */
export async function builtLately(): Promise<{ outdir: string }> {
  const madeAt = timeOf('dist/settings.json');
  const makings = ['package-lock.json', 'package.json', 'pruner.yml', 'scripts/build.ts', 'node_modules'];
  const sources = globSync(['shared/**', 'functions/**'], { cwd: root });
  const isFresh = [...makings, ...sources].every((name) => timeOf(name) < madeAt);
  return isFresh ? { outdir: dist } : build();
}

/** 0 for what is not there. */
function timeOf(name: string): number {
  return statSync(join(root, name), { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

// import.meta.main would say it shorter, but only from Node.js 24.2 on.
if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const began = performance.now();
  const { outdir, files, bytes } = await build();
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  console.log(
    `${relative(root, outdir)}: ${files.length} files, ${Math.round(bytes / 1024)} KB, ${seconds} s`,
  );
}
