// `--html` writes a page beside the answer on standard output.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { pruner } from '../support/pruner.ts';

function makeFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'pruner-html-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

test('plan --html writes the page of the plan, and prints the plan as well', async () => {
  const cwd = makeFolder();
  const { code, out, err } = await pruner('plan --html plan.html', { world: { cwd } });
  expect(code).toBe(0);
  expect(out).toContain('web');
  expect(err).toMatch(/Wrote plan\.html \(\d+ kB\)\./);
  expect(readFileSync(path.join(cwd, 'plan.html'), 'utf8')).toContain('<summary>web</summary>');
});

test('a page that cannot be written is refused with what to do', async () => {
  const { code, err } = await pruner('plan --html none/plan.html', { world: { cwd: makeFolder() } });
  expect(code).toBe(2);
  expect(err).toContain('error: cannot write none/plan.html: ENOENT');
  expect(err).toContain('Give --html a file in a folder that exists and that you may write to.');
});

test('history --html is refused beside a run', async () => {
  const { code, err } = await pruner('history 6f1c0a52 --html history.html --state s3://kept');
  expect(code).toBe(2);
  expect(err).toContain('--html: allowed only for the list of all runs; leave out the family or run');
});
