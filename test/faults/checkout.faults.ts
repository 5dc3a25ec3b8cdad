// `./pruner` in a copy of the checkout: it builds its bundle where the sources have changed, and only there.
import { appendFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { copyCheckout, runNode } from '../support/package.ts';

let checkout = '';
const at = (file: string) => path.join(checkout, file);
const pruner = (...args: string[]) => runNode(at('pruner'), args, { cwd: '/tmp' });
const builtAt = () => statSync(at('dist/cli.json')).mtimeMs;

beforeAll(async () => {
  checkout = copyCheckout();
  await pruner('--version');
}, 120_000);

test('a second start builds nothing, also after a commit that only changes a document', async () => {
  const before = builtAt();
  appendFileSync(at('README.md'), '\n');
  expect(await pruner('--help')).toMatchObject({ code: 0, err: '' });
  expect(builtAt()).toBe(before);
});

test.each([
  { what: 'changed', change: () => appendFileSync(at('cli/exit.ts'), '\n') },
  { what: 'replaced by an older one', change: () => utimesSync(at('shared/domain/program.ts'), 1, 1) },
  { what: 'changed in a package', change: () => appendFileSync(at('package-lock.json'), '\n') },
  { what: 'removed from the bundle', change: () => rmSync(at('dist'), { recursive: true }) },
])('a file that is $what leads to one new build', async ({ change }) => {
  const before = builtAt();
  change();
  expect(await pruner('--version')).toMatchObject({ code: 0, err: '' });
  const after = builtAt();
  expect(after).toBeGreaterThan(before);
  expect(await pruner('--version')).toMatchObject({ code: 0 });
  expect(builtAt()).toBe(after);
});

test('sources with a mistake are no bundle: the start fails, and says where', async () => {
  writeFileSync(at('cli/exit.ts'), 'export const = 1;\n');
  const { code, err } = await pruner('--version');
  expect(code).toBe(1);
  expect(err).toContain('cli/exit.ts');
});
