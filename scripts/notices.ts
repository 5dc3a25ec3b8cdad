// Writes THIRD-PARTY.txt of the package: the licence of every npm package whose code is in the bundle of the command line, as
// these licences ask of who passes the code on. Each text stands there once.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Metafile } from 'esbuild';
import { type BundledPackage, bundledPackages } from './bundled.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

export function notices(metafile: Metafile): string {
  const { packages } = bundledPackages(metafile);
  const groups = Map.groupBy(packages, licenceText);
  const parts = [...groups].map(([text, those]) =>
    [
      ...those.map(({ name, version, licence }) => `${name} ${version} (${licence})`),
      '',
      text === '' ? standard(those) : text,
    ].join('\n'),
  );
  const head = 'The command line of ecs-revision-pruner contains code of these packages.';
  return `${[head, ...parts].join(`\n\n${'-'.repeat(80)}\n\n`)}\n`;
}

/** Licence and notice files of a package, without differences in white space. Empty where it has none. */
function licenceText({ folder }: BundledPackage): string {
  const files = readdirSync(join(root, folder)).filter((name) =>
    /^(?:licen[cs]e|notice|copying)(?:[.-]|$)/i.test(name),
  );
  return files
    .sort()
    .map((name) =>
      readFileSync(join(root, folder, name), 'utf8')
        .replaceAll('\r\n', '\n')
        .trim(),
    )
    .join('\n\n');
}

/** Some packages of AWS carry no licence file. Their licence is that of this project, whose file has its text. */
function standard(those: readonly BundledPackage[]): string {
  const other = those.find(({ licence }) => licence !== 'Apache-2.0');
  if (other !== undefined) throw new Error(`${other.name} has no licence file, and its licence is ${other.licence}`);
  return 'Licensed under the Apache License, Version 2.0: https://www.apache.org/licenses/LICENSE-2.0, and the file LICENSE.';
}
