// `npm run sbom`: writes the software bill of materials of the bundle to out/sbom.json, or to the path that is given.
// `--stdout` prints it instead. `--check` writes nothing, and ends with 1 where the file differs from the bundle.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { bundledPackages } from './bundled.ts';
import { bundleInMemory } from './build.ts';
import { cyclonedx } from './cyclonedx.ts';

const { values, positionals } = parseArgs({
  options: { stdout: { type: 'boolean' }, check: { type: 'boolean' } },
  allowPositionals: true,
});
const root = fileURLToPath(new URL('..', import.meta.url));
const file = resolve(positionals[0] ?? `${root}out/sbom.json`);
const { metafile } = await bundleInMemory();
const bundled = bundledPackages(metafile);
const text = cyclonedx(bundled);

if (values.stdout) process.stdout.write(text);
else if (values.check) check();
else {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  console.log(`${relative(root, file)}: ${bundled.packages.length} packages`);
}

function check(): void {
  if (existsSync(file) && readFileSync(file, 'utf8') === text) return;
  console.error(`error: ${relative(root, file)} is not the SBOM of the bundle that these sources make`);
  process.exitCode = 1;
}
