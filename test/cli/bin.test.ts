// The entry of the package on a Node.js that is too old for the bundle, by a version that only its process claims.
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { expect, test } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };

const bin = path.resolve(import.meta.dirname, '../../cli/bin.mjs');

function runOn(version: string, ...args: string[]) {
  const fake = `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '${version}' } })`;
  const preload = ['--import', `data:text/javascript,${encodeURIComponent(fake)}`];
  const { status, stdout, stderr } = spawnSync(process.execPath, [...preload, bin, ...args], { encoding: 'utf8' });
  return { status, stdout, stderr };
}

test.each(['18.20.8', '19.9.0', '14.0.0'])('Node.js %s is refused in one line, as wrong usage', (version) => {
  expect(runOn(version, 'plan')).toEqual({
    status: 2,
    stdout: '',
    stderr: `error: ecs-revision-pruner needs Node.js 20 or newer, found ${version}\n`,
  });
});

test('with --detailed-exitcode an old Node.js is an error, and no plan with changes', () => {
  expect(runOn('18.20.8', 'plan', '--detailed-exitcode')).toMatchObject({ status: 1 });
});

test('the manifest and the entry agree about the oldest Node.js', () => {
  expect(manifest.engines).toEqual({ node: '>=20' });
});
