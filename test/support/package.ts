// Packs the command line once for a test file, from a copy of the tracked files, and installs the tarball without a network.
import { execFile, execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as z from 'zod';

const root = path.resolve(import.meta.dirname, '../..');
const folders: string[] = [];

export function emptyFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'ecs-revision-pruner-package-'));
  if (folders.push(folder) === 1)
    process.once('exit', () => {
      for (const one of folders) rmSync(one, { recursive: true, force: true });
    });
  return folder;
}

/** The tracked files in a folder of their own, with the packages of this checkout. */
export function copyCheckout(): string {
  const copy = emptyFolder();
  const tracked = execFileSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8' }).split('\0');
  for (const file of tracked)
    if (file !== '' && existsSync(path.join(root, file))) {
      mkdirSync(path.dirname(path.join(copy, file)), { recursive: true });
      cpSync(path.join(root, file), path.join(copy, file));
    }
  symlinkSync(path.join(root, 'node_modules'), path.join(copy, 'node_modules'));
  return copy;
}

const packed = z.tuple([
  z.object({
    filename: z.string(),
    size: z.number(),
    files: z.array(z.object({ path: z.string(), mode: z.number() })),
  }),
]);

export function pack(checkout: string) {
  const to = emptyFolder();
  const args = ['pack', '--json', '--pack-destination', to];
  const stdout = execFileSync('npm', args, { cwd: checkout, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  const [{ filename, size, files }] = packed.parse(JSON.parse(stdout.slice(stdout.indexOf('['))));
  return { tarball: path.join(to, filename), size, files: files.map((file) => file.path).sort() };
}

/** In an empty folder, with an empty cache, so that any other download fails. @returns the folder */
export function install(tarball: string): string {
  const folder = emptyFolder();
  writeFileSync(path.join(folder, 'package.json'), '{}');
  const args = ['install', '--offline', '--cache', emptyFolder(), '--no-audit', '--no-fund', tarball];
  execFileSync('npm', args, { cwd: folder, stdio: 'pipe' });
  return folder;
}

/** The machine's own Node.js, where it is another one than that of the tests. */
export function otherNode(): string | undefined {
  const places = (process.env['PATH'] ?? '').split(path.delimiter).filter((place) => !place.includes('node_modules'));
  const nodes = places.map((place) => path.join(place, 'node')).filter((node) => existsSync(node));
  return nodes.find((node) => versionOf(node) !== process.versions.node);
}

export function versionOf(node: string): string {
  return execFileSync(node, ['-p', 'process.versions.node'], { encoding: 'utf8' }).trim();
}

export interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export function runNode(
  node: string,
  args: readonly string[],
  { cwd, env = {} }: { cwd: string; env?: NodeJS.ProcessEnv },
): Promise<Ended> {
  return new Promise((resolve) => {
    const given = { PATH: process.env['PATH'], HOME: cwd, ...env };
    execFile(node, [...args], { cwd, env: given, maxBuffer: 1e8 }, (error, out, err) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : error === null ? 0 : -1, out, err });
    });
  });
}

export const readJson = (file: string): unknown => JSON.parse(readFileSync(file, 'utf8'));
