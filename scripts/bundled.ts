// Lists the npm packages whose code is in the bundle, by esbuild's own account of it, package-lock.json and the package.json
// of each. Anything that does not agree stops it, so that no package is listed with the wrong version or without a hash.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Metafile } from 'esbuild';
import * as z from 'zod';
import { type Locked, locked } from './locked.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

export interface BundledPackage {
  /** Such as node_modules/strip-ansi/node_modules/ansi-regex: the bundle may hold two versions of a package. */
  readonly folder: string;
  readonly name: string;
  readonly version: string;
  /** An SPDX identifier. */
  readonly licence: string;
  /** The SHA-512 of the package's archive at the registry, in hexadecimal. */
  readonly sha512: string;
  /** The folders of the packages in the bundle that its code imports, sorted. */
  readonly imports: readonly string[];
}

export interface Bundled {
  /** Sorted by folder. */
  readonly packages: readonly BundledPackage[];
  /** The folders of the packages that this project's own code imports, sorted. */
  readonly imports: readonly string[];
}

export function bundledPackages(metafile: Metafile): Bundled {
  const files = Object.values(metafile.outputs).flatMap(({ inputs }) =>
    Object.entries(inputs).flatMap(([file, { bytesInOutput }]) => (bytesInOutput > 0 ? [file] : [])),
  );
  const imported = new Map<string, Set<string>>(files.map((file) => [folderOf(file), new Set()]));
  // A file that only passes on what others export has no bytes in the bundle, but it tells who imports whom.
  for (const [file, { imports }] of Object.entries(metafile.inputs))
    for (const { path } of imports) imported.get(folderOf(file))?.add(folderOf(path));
  const importsOf = (folder: string) =>
    [...(imported.get(folder) ?? [])]
      .filter((other) => other !== folder && other !== OWN && imported.has(other))
      .sort();

  const lock = locked();
  const folders = [...imported.keys()].filter((folder) => folder !== OWN).sort();
  return {
    packages: folders.map((folder) => ({
      ...identityOf(folder, manifestOf(folder), lock[folder]),
      imports: importsOf(folder),
    })),
    imports: importsOf(OWN),
  };
}

/** This project's own code lies in no package's folder. */
const OWN = '';

function folderOf(file: string): string {
  return /^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(file)?.[0] ?? OWN;
}

const manifestSchema = z.looseObject({ name: z.string(), version: z.string(), license: z.string() });

/**
 * @param manifest the package.json in the folder
 * @param entry what package-lock.json has for the folder
 */
export function identityOf(
  folder: string,
  manifest: unknown,
  entry: Locked[string] | undefined,
): Omit<BundledPackage, 'imports'> {
  const { name, version, license } = manifestSchema.parse(manifest);
  if (entry?.version !== version)
    throw new Error(
      `${folder} holds version ${version}, but package-lock.json has ${entry?.version ?? 'none'}: run npm ci`,
    );
  const [, sha512] = /^sha512-(\S+)$/.exec(entry.integrity ?? '') ?? [];
  if (sha512 === undefined) throw new Error(`package-lock.json has no SHA-512 of ${folder}: run npm install`);
  return {
    folder,
    name,
    version,
    licence: license,
    sha512: Buffer.from(sha512, 'base64').toString('hex'),
  };
}

function manifestOf(folder: string): unknown {
  return JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
}
