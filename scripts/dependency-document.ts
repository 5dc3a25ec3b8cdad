// Writes docs/dependencies.md: every direct dependency with its reason, and every package in the bundle with its licence.
import manifest from '../package.json' with { type: 'json' };
import { bundledPackages, type BundledPackage } from './bundled.ts';
import { bundleInMemory } from './build.ts';
import { bundleCliInMemory } from './build-cli.ts';
import { reasons } from './dependencies.ts';
import { locked } from './locked.ts';
import { code, table } from './markdown.ts';

export async function dependencyDocument(): Promise<string> {
  const { packages: deployed } = bundledPackages((await bundleInMemory()).metafile);
  const { packages: packed } = bundledPackages((await bundleCliInMemory()).metafile);
  const packages = [...new Map([...deployed, ...packed].map((one) => [one.folder, one])).values()].sort((a, b) =>
    a.folder < b.folder ? -1 : 1,
  );
  const lock = locked();
  const direct = Object.entries(reasons).map(([name, reason]) => {
    const folder = `node_modules/${name}`;
    const { version = '', license = '' } = lock[folder] ?? {};
    const bundles = [...(has(deployed, folder) ? ['functions'] : []), ...(has(packed, folder) ? ['command line'] : [])];
    return { isBundled: bundles.length > 0, row: [code(name), version, license, bundles.join(', '), reason] };
  });
  const rowsOf = (isBundled: boolean) => direct.filter((one) => one.isBundled === isBundled).map(({ row }) => row);
  const indirect = packages.filter(({ folder }) => !Object.hasOwn(reasons, nameOf(folder)));
  const withScripts = Object.entries(lock).filter(([, { hasInstallScript }]) => hasInstallScript);

  const head = ['package', 'version', 'licence', 'in the bundle of', 'why'];
  return [
    '# Dependencies',
    '`npm run generate` writes this file from `package.json`, `package-lock.json`, `scripts/dependencies.ts` and the bundles.',
    'There are two bundles: the code of the deployed functions, and the command line, which is the npm package. Neither ' +
      'installs another package, so `package.json` has all of them under `devDependencies`.',
    `The bundle of the functions holds ${deployed.length} packages under these licences: ` +
      `${counted(deployed.map(({ licence }) => licence))}. \`npm run sbom\` lists the same packages as CycloneDX.`,
    `The bundle of the command line holds ${packed.length}: ${counted(packed.map(({ licence }) => licence))}. ` +
      'The npm package has the text of each licence in `dist/cli/THIRD-PARTY.txt`.',
    '## In a bundle',
    table(head, rowsOf(true)),
    '## For development',
    'None of these is deployed or in the npm package.',
    table(head, rowsOf(false)),
    `These packages declare a script that runs at installation: ${withScripts.map(([folder]) => code(nameOf(folder))).join(', ')}. ` +
      `\`package.json\` permits it to ${Object.keys(manifest.allowScripts).map(code).join(', ')} alone, ` +
      'for a package manager that heeds `allowScripts`.',
    '## Also in a bundle',
    'Packages that those above bring.',
    table(
      ['package', 'version', 'licence', 'used by'],
      indirect.map(({ folder, name, version, licence }) => [code(name), version, licence, usersOf(folder, packages)]),
    ),
  ].join('\n\n');
}

function has(packages: readonly BundledPackage[], folder: string): boolean {
  return packages.some((one) => one.folder === folder);
}

function usersOf(folder: string, packages: readonly BundledPackage[]): string {
  const users = packages.filter(({ imports }) => imports.includes(folder)).map(({ name }) => code(name));
  const shown = users.slice(0, 3);
  return [...shown, ...(users.length > shown.length ? [`${users.length - shown.length} more`] : [])].join(', ');
}

/** "Apache-2.0 (37), MIT (14)", the most frequent first. */
function counted(licences: readonly string[]): string {
  return [...new Set(licences)]
    .map((name) => ({ name, count: licences.filter((one) => one === name).length }))
    .sort((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1))
    .map(({ name, count }) => `${name} (${count})`)
    .join(', ');
}

/** A nested package keeps its whole path here, so that it is never taken for the direct dependency of the same name. */
function nameOf(folder: string): string {
  return folder.replace('node_modules/', '');
}
