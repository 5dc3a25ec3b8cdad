// Builds the bundle for `npm start`, tests and `npm run deploy`: both functions, shared chunks, source maps, and the settings as
// JSON; and apart from it that of the hub, for `npm run deploy:fleet`. The build is reproducible on every machine.
import { globSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build as bundle, type BuildOptions, type BuildResult, type Metafile, type Plugin } from 'esbuild';
import * as z from 'zod';
import { loadSettings } from '../shared/settings/load.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = join(root, 'dist');
const hubDist = join(dist, 'fleet');

export interface Bundle {
  outdir: string;
  /** Paths inside outdir, sorted. */
  files: string[];
  bytes: number;
  metafile: Metafile;
}

export async function build(options: { outdir?: string; settings?: string } = {}): Promise<Bundle> {
  const outdir = resolve(options.outdir ?? dist);
  // Settings first: an error in pruner.yml must not leave a new bundle beside old settings.
  const settings = loadSettings(resolve(options.settings ?? join(root, 'pruner.yml')));
  const { outputFiles, metafile } = await bundleInMemory();

  const files = new Map(outputFiles.map(({ path, contents }) => [relative(dist, path), contents]));
  files.set('settings.json', Buffer.from(`${JSON.stringify(settings, null, 2)}\n`));
  return writeBundle(files, outdir, metafile);
}

/** The bundle of the hub. */
export async function buildHub(options: { outdir?: string } = {}): Promise<Bundle> {
  const { outputFiles, metafile } = await bundleHubInMemory();
  const files = new Map(outputFiles.map(({ path, contents }) => [relative(hubDist, path), contents]));
  return writeBundle(files, resolve(options.outdir ?? hubDist), metafile);
}

/** @param files by their paths inside outdir */
async function writeBundle(
  files: ReadonlyMap<string, Uint8Array>,
  outdir: string,
  metafile: Metafile,
): Promise<Bundle> {
  // Chunks have content hashes as names, so chunks of earlier builds would stay in the deployment.
  await rm(join(outdir, 'chunks'), { recursive: true, force: true });
  for (const [name, contents] of files) {
    await mkdir(dirname(join(outdir, name)), { recursive: true });
    await writeFile(join(outdir, name), contents);
  }
  const bytes = [...files.values()].reduce((sum, contents) => sum + contents.byteLength, 0);
  return { outdir, files: [...files.keys()].sort(), bytes, metafile };
}

export type InMemory = BuildResult<{ write: false; metafile: true }>;

/** The bundle and esbuild's list of source files. Writes nothing. */
export async function bundleInMemory(): Promise<InMemory> {
  return bundle({
    ...bundleOptions,
    entryPoints: { prune: 'functions/prune.ts', preview: 'functions/preview.ts' },
    target: 'node24',
    plugins: [...bundleOptions.plugins, partOfLambdaClient],
    outdir: dist,
  });
}

/** Writes nothing. A bundle of its own, so that the zip of a member has none of the hub's code. */
export async function bundleHubInMemory(): Promise<InMemory> {
  return bundle({
    ...bundleOptions,
    entryPoints: { collect: 'functions/collect.ts', digest: 'functions/digest.ts' },
    target: 'node24',
    outdir: hubDist,
  });
}

/** Of each package.json, the code and the SDK read the version. */
const versionsAlone: Plugin = {
  name: 'versions-alone',
  setup(build) {
    build.onLoad({ filter: /[/\\]package\.json$/ }, ({ path }) => {
      const { version } = z.object({ version: z.string() }).parse(JSON.parse(readFileSync(path, 'utf8')));
      return { contents: JSON.stringify({ version }), loader: 'json' };
    });
  },
};

/** The SDK of durable executions imports the whole client dynamically. Nothing else does. */
const partOfLambdaClient: Plugin = {
  name: 'part-of-lambda-client',
  setup(build) {
    build.onResolve({ filter: /^@aws-sdk\/client-lambda$/ }, ({ kind }) =>
      kind === 'dynamic-import' ? { path: join(root, 'functions/lambda-client.ts') } : undefined,
    );
  },
};

/** Of all bundles: these two, and that of the command line. */
export const bundleOptions = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  format: 'esm',
  splitting: true,
  outExtension: { '.js': '.mjs' },
  chunkNames: 'chunks/[name]-[hash]',
  // Otherwise esbuild uses CommonJS builds, which cannot be tree-shaken: the bundle would be half as big again.
  mainFields: ['module', 'main'],
  // Its CommonJS build for Node.js requires modules at run time, which a bundle of ES modules cannot.
  alias: { yaml: join(root, 'node_modules/yaml/browser/dist/index.js') },
  // The SDK imports it only in a browser, to describe that browser.
  external: ['bowser'],
  plugins: [versionsAlone],
  minify: true,
  // Errors and log lines contain class names.
  keepNames: true,
  // Stack traces need source lines. The sources themselves would triple the zip.
  sourcemap: 'linked',
  sourcesContent: false,
  // Maps and chunk hashes contain paths, which must not depend on the place of node_modules or the output.
  preserveSymlinks: true,
  write: false,
  metafile: true,
  logLevel: 'warning',
} as const satisfies BuildOptions;

/** The present bundle if all of its sources are older; otherwise a new one. Folders count too, because deleting a file changes
 *  them. */
export async function builtLately(): Promise<{ outdir: string }> {
  const madeAt = timeOf('dist/settings.json');
  const makings = ['package-lock.json', 'package.json', 'pruner.yml', 'scripts/build.ts', 'node_modules'];
  const sources = globSync(['shared/**', 'functions/**'], { cwd: root });
  const isFresh = [...makings, ...sources].every((name) => timeOf(name) < madeAt);
  return isFresh ? { outdir: dist } : build();
}

/** 0 for a missing file. */
function timeOf(name: string): number {
  return statSync(join(root, name), { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

// import.meta.main would say it shorter, but only from Node.js 24.2 on.
if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  for (const make of [build, buildHub]) {
    const began = performance.now();
    const { outdir, files, bytes } = await make();
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    console.log(`${relative(root, outdir)}: ${files.length} files, ${Math.round(bytes / 1024)} KB, ${seconds} s`);
  }
}
