// Writes docs/dependencies.md: every direct dependency with its reason, and every package in the bundle with its licence.
import manifest from '../package.json' with { type: 'json' };
import { bundledPackages, type BundledPackage } from './bundled.ts';
import { bundleInMemory } from './build.ts';
import { reasons } from './dependencies.ts';
import { locked } from './locked.ts';
import { code, table } from './markdown.ts';

export async function dependencyDocument(): Promise<string> {
  const { packages } = bundledPackages((await bundleInMemory()).metafile);
  const lock = locked();
  const runtime = Object.keys(manifest.dependencies);
  const direct = Object.entries(reasons).map(([name, reason]) => {
    const folder = `node_modules/${name}`;
    const { version = '', license = '' } = lock[folder] ?? {};
    const isBundled = packages.some((one) => one.folder === folder);
    return { name, row: [code(name), version, license, isBundled ? 'yes' : 'no', reason] };
  });
  const rowsOf = (isRuntime: boolean) =>
    direct.filter(({ name }) => runtime.includes(name) === isRuntime).map(({ row }) => row);
  const indirect = packages.filter(({ folder }) => !Object.hasOwn(reasons, nameOf(folder)));
  const withScripts = Object.entries(lock).filter(([, { hasInstallScript }]) => hasInstallScript);

  const head = ['package', 'version', 'licence', 'in the bundle', 'why'];
  return [
    '# Dependencies',
    '`npm run generate` writes this file from `package.json`, `package-lock.json`, `scripts/dependencies.ts` and the bundle.',
    `The bundle, which is the code of the deployed functions, holds ${packages.length} packages under these licences: ` +
      `${counted(packages.map(({ licence }) => licence))}. \`npm run sbom\` lists the same packages as CycloneDX. ` +
      'The text of each licence is in the package’s folder under `node_modules`.',
    '## At run time',
    'Used by the functions, the command line or both. The bundle holds what the functions use.',
    table(head, rowsOf(true)),
    '## For development',
    'None of these is deployed.',
    table(head, rowsOf(false)),
    `These packages declare a script that runs at installation: ${withScripts.map(([folder]) => code(nameOf(folder))).join(', ')}. ` +
      `\`package.json\` permits it to ${Object.keys(manifest.allowScripts).map(code).join(', ')} alone, ` +
      'for a package manager that heeds `allowScripts`.',
    '## Also in the bundle',
    'Packages that the run-time dependencies bring.',
    table(
      ['package', 'version', 'licence', 'used by'],
      indirect.map(({ folder, name, version, licence }) => [code(name), version, licence, usersOf(folder, packages)]),
    ),
  ].join('\n\n');
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
