// `npm run release`: writes release/, the files of a release, offline. The same sources make the same bytes.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Zippable, zipSync } from 'fflate';
import manifest from '../package.json' with { type: 'json' };
import { parseSettings } from '../shared/settings/parse.ts';
import { bundleHubInMemory, bundleInMemory, type InMemory } from './build.ts';
import { bundledPackages } from './bundled.ts';
import { cyclonedx } from './cyclonedx.ts';
import { releaseTemplate } from './release-template.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const { name, version } = manifest;

/** MS-DOS time, the only one in a zip, begins here. fflate reads it in the time zone of the machine. */
const epoch = new Date(1980, 0, 1);
/** `-rw-r--r--` of a regular file, in the upper half of the attributes. Lambda runs the code under another user. */
const readable = { os: 3, attrs: 0o100644 << 16 };

/** By their names in a release. */
const templates = [
  ['template.yml', 'infra/template.yml'],
  ['fleet.yml', 'infra/fleet/template.yml'],
  ['code-bucket.yml', 'infra/fleet/code-bucket.yml'],
] as const;

/** @returns the names of the files, sorted */
export async function makeRelease(folder: string): Promise<string[]> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const write = (file: string, content: string | Uint8Array) => {
    writeFileSync(resolve(folder, file), content);
  };

  const { outputFiles, metafile } = await bundleInMemory();
  write(`${name}-${version}.zip`, zipOf([...codeOf(outputFiles), ['dist/settings.json', defaultSettings()]]));
  const hub = await bundleHubInMemory();
  write(`${name}-fleet-${version}.zip`, zipOf(codeOf(hub.outputFiles)));
  write('sbom.json', cyclonedx(bundledPackages(metafile)));
  for (const [file, source] of templates)
    write(file, releaseTemplate(readFileSync(resolve(root, source), 'utf8'), version, source));
  packCommandLine(folder);

  const files = readdirSync(folder).sort();
  write('SHA256SUMS', files.map((file) => `${sha256(resolve(folder, file))}  ${file}\n`).join(''));
  return ['SHA256SUMS', ...files];
}

function codeOf(files: InMemory['outputFiles']) {
  return files.map(({ path, contents }) => [relative(root, path), contents] as const);
}

/** The defaults, not those of pruner.yml: the parameter Settings of a stack sets others. */
function defaultSettings(): Uint8Array {
  return Buffer.from(`${JSON.stringify(parseSettings({}, 'the defaults'), null, 2)}\n`);
}

function zipOf(files: readonly (readonly [string, Uint8Array])[]): Uint8Array {
  const sorted = files.toSorted(([one], [other]) => (one < other ? -1 : 1));
  const entries: Zippable = Object.fromEntries(sorted.map(([path, content]) => [path, [content, readable]]));
  return zipSync(entries, { level: 9, mtime: epoch });
}

/** npm writes a tarball whose entries all have the same time. */
function packCommandLine(folder: string): void {
  execFileSync('npm', ['pack', '--silent', '--offline', '--pack-destination', folder], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

function sha256(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}

if (import.meta.main) {
  const folder = resolve(process.argv[2] ?? resolve(root, 'release'));
  for (const file of await makeRelease(folder)) {
    const kilobytes = Math.ceil(readFileSync(resolve(folder, file)).length / 1000);
    console.log(`${relative(root, resolve(folder, file))}: ${kilobytes} KB`);
  }
}
