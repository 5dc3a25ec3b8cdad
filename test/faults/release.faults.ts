// `npm run release` twice, as a release and a later check of it run: each run bundles the code anew, which takes seconds.
import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { strFromU8, unzipSync } from 'fflate';
import { afterAll, beforeAll, expect, test } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { parseSettings } from '../../shared/settings/parse.ts';
import { filesOf } from '../deploy/files.ts';

const root = join(import.meta.dirname, '../..');
const { name, version } = manifest;
const folder = mkdtempSync(join(tmpdir(), 'ecs-revision-pruner-release-'));
const release = join(folder, 'release');

const run = (to: string, timeZone: string) =>
  promisify(execFile)(process.execPath, ['scripts/release.ts', to], {
    cwd: root,
    // No registry answers, so that a call would fail.
    env: { ...process.env, TZ: timeZone, npm_config_registry: 'http://127.0.0.1:9' },
  });

beforeAll(async () => {
  await run(release, 'UTC');
}, 300_000);

afterAll(() => {
  rmSync(folder, { recursive: true });
});

test('a release has the templates, all packages, the bill of materials and checksums of all', () => {
  expect(filesOf(release)).toEqual([
    'SHA256SUMS',
    'code-bucket.yml',
    `${name}-${version}.tgz`,
    `${name}-${version}.zip`,
    `${name}-fleet-${version}.zip`,
    'fleet.yml',
    'sbom.json',
    'template.yml',
  ]);
  const checked = execFileSync('sha256sum', ['--check', '--strict', 'SHA256SUMS'], { cwd: release, encoding: 'utf8' });
  expect(checked.match(/: OK$/gm)).toHaveLength(7);
});

test('the zip has the code with its maps, and the default settings', () => {
  const files = unzipSync(readFileSync(join(release, `${name}-${version}.zip`)));
  const names = Object.keys(files);
  const others = names.filter((file) => !/^dist\/(?:chunks\/[\w-]+|prune|preview)\.mjs(?:\.map)?$/u.test(file));
  expect(others).toEqual(['dist/settings.json']);
  expect(names).toEqual(expect.arrayContaining(['dist/prune.mjs', 'dist/prune.mjs.map', 'dist/preview.mjs']));
  const settings: unknown = JSON.parse(strFromU8(files['dist/settings.json'] ?? new Uint8Array()));
  expect(settings).toEqual(JSON.parse(JSON.stringify(parseSettings({}, 'test'))));
});

test('the zip of the hub has its code with its maps, and nothing else', () => {
  const names = Object.keys(unzipSync(readFileSync(join(release, `${name}-fleet-${version}.zip`))));
  const others = names.filter((file) => !/^dist\/fleet\/chunks\/[\w-]+\.mjs(?:\.map)?$/u.test(file));
  const entries = ['collect.mjs', 'collect.mjs.map', 'digest.mjs', 'digest.mjs.map'];
  expect(others).toEqual(entries.map((file) => `dist/fleet/${file}`));
});

test('a second release, in another time zone, has the same bytes', { timeout: 300_000 }, async () => {
  const again = join(folder, 'again');
  await run(again, 'Asia/Tokyo');
  expect(readFileSync(join(again, 'SHA256SUMS'), 'utf8')).toBe(readFileSync(join(release, 'SHA256SUMS'), 'utf8'));
});
