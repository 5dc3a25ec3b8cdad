// `npm run sbom` as a user runs it. Each case bundles the functions anew, which takes seconds.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const sbom = (...args: string[]) =>
  spawnSync(process.execPath, ['scripts/sbom.ts', ...args], { cwd: root, encoding: 'utf8' });

test('the command writes the file that it prints, and --check refuses every other file', { timeout: 300_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'ecs-revision-pruner-sbom-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  const file = join(folder, 'new', 'sbom.json');
  expect(sbom('--check', file).status).toBe(1);
  expect(sbom(file)).toMatchObject({ status: 0, stderr: '' });
  expect(sbom('--stdout').stdout).toBe(readFileSync(file, 'utf8'));
  expect(sbom('--check', file)).toMatchObject({ status: 0, stdout: '', stderr: '' });

  writeFileSync(file, readFileSync(file, 'utf8').replace('"Apache-2.0"', '"MIT"'));
  const changed = sbom('--check', file);
  expect(changed.status).toBe(1);
  expect(changed.stderr).toMatch(/^error: \S+ is not the SBOM of the bundle that these sources make\n$/);
});
