import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import * as lambdaClient from '../../functions/lambda-client.ts';
import { build, buildHub, type Bundle } from '../../scripts/build.ts';
import { bundleOnce, hubBundleOnce } from '../support/bundle.ts';
import { filesOf } from './files.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folders: string[] = [];
function emptyFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'ecs-revision-pruner-build-'));
  folders.push(folder);
  return folder;
}
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});
const textOf = (bundle: Bundle, file: string) => readFileSync(join(bundle.outdir, file), 'utf8');

/** The file and its static imports. */
function closureOf(bundle: Bundle, file: string, known: string[] = []): string[] {
  if (known.includes(file)) return known;
  known.push(file);
  const imported = textOf(bundle, file).matchAll(/(?:\bfrom|\bimport)\s*"(\.[^"]+)"/gu);
  for (const [, from = ''] of imported) closureOf(bundle, join(file, '..', from), known);
  return known;
}

describe('the bundle', () => {
  let first: Bundle;
  let second: Bundle;
  beforeAll(async () => {
    first = await bundleOnce();
    const outdir = join(emptyFolder(), 'deeper', 'still');
    mkdirSync(join(outdir, 'chunks'), { recursive: true });
    writeFileSync(join(outdir, 'chunks', 'chunk-OLD.mjs'), '');
    second = await build({ outdir });
  }, 60_000);

  test('has both functions, their maps, the settings and chunks only', () => {
    const others = first.files.filter((file) => !file.startsWith('chunks/'));
    expect(others).toEqual(['preview.mjs', 'preview.mjs.map', 'prune.mjs', 'prune.mjs.map', 'settings.json']);
    expect(others.length).toBeLessThan(first.files.length);
    expect(filesOf(first.outdir)).toEqual(first.files);
  });

  test('has the same bytes wherever it is built', () => {
    expect(second.files).toEqual(first.files);
    expect(first.files.filter((file) => textOf(second, file) !== textOf(first, file))).toEqual([]);
  });

  test('keeps no chunk of an earlier build', () => {
    expect(filesOf(second.outdir)).toEqual(second.files);
  });

  test('exports both handlers without other packages', () => {
    const modules = ['prune', 'preview'].map((name) => `import(${JSON.stringify(`${first.outdir}/${name}.mjs`)})`);
    const script = `for (const m of await Promise.all([${modules.join()}])) console.log(typeof m.handler)`;
    const args = ['--input-type=module', '--eval', script];
    expect(execFileSync(process.execPath, args, { encoding: 'utf8' })).toBe('function\nfunction\n');
  });

  test('imports nothing but its own files and Node.js', () => {
    const code = first.files.filter((file) => file.endsWith('.mjs')).map((file) => textOf(first, file));
    const imported = code.flatMap((text) =>
      [...text.matchAll(/(?:\bfrom|\bimport\(|\bimport)\s*"([^"]+)"/gu)].map(([, from]) => String(from)),
    );
    const foreign = imported.filter((from) => !/^\.\.?\//u.test(from) && !isBuiltin(from));
    // The SDK asks for it, and does without, only where a request is signed for several Regions at once: none of ours.
    expect([...new Set(foreign)]).toEqual(['@aws-sdk/signature-v4-crt']);
    expect(code.join('\n')).not.toContain('Dynamic require of');
  });

  test('loads the durable execution code only in prune, and the Lambda client nowhere', () => {
    const sdk = 'StepInterruptedError';
    const client = '/durable-executions/';
    const has = (files: readonly string[], what: string) =>
      files.some((file) => file.endsWith('.mjs') && textOf(first, file).includes(what));
    expect(has(first.files, client)).toBe(true);
    expect(has(closureOf(first, 'prune.mjs'), sdk)).toBe(true);
    expect(has(closureOf(first, 'preview.mjs'), sdk)).toBe(false);
    expect(has(closureOf(first, 'prune.mjs'), client)).toBe(false);
  });

  test('loads the SDK and the schemas only after the start of prune', () => {
    const atStart = closureOf(first, 'prune.mjs').flatMap((file) =>
      Object.keys(first.metafile.outputs[`dist/${file}`]?.inputs ?? {}),
    );
    expect(atStart).toContain('functions/handler.ts');
    expect(atStart.filter((file) => /^node_modules\/(?:zod|@aws-sdk|@smithy)\//u.test(file))).toEqual([]);
  });

  test('has every part of the Lambda client that the durable execution code uses', () => {
    const sdk = readFileSync(join(root, 'node_modules/@aws/durable-execution-sdk-js/dist/index.mjs'), 'utf8');
    const used = [...sdk.matchAll(/\bmodule\.([A-Z]\w+)/gu)].map(([, name]) => String(name));
    expect(Object.keys(lambdaClient)).toEqual([...new Set(used)].sort());
  });

  test('contains no path of the machine that built it', () => {
    expect(first.files.filter((file) => textOf(first, file).includes(root))).toEqual([]);
  });

  test('maps lines to the sources of this checkout without their content', () => {
    const maps = first.files.filter((file) => file.endsWith('.map'));
    const sources = maps.flatMap((file) => {
      const map = z.looseObject({ sources: z.array(z.string()) }).parse(JSON.parse(textOf(first, file)));
      expect(map).not.toHaveProperty('sourcesContent');
      return map.sources.map((source) => join('dist', file, '..', source));
    });
    expect(sources).toContain('functions/prune.ts');
    const ours = /^(functions\/|shared\/|node_modules\/|package\.json$)/u;
    expect(sources.filter((source) => !ours.test(source))).toEqual([]);
  });

  test('keeps the names of classes, for errors and log lines', () => {
    const code = first.files.filter((file) => file.endsWith('.mjs')).map((file) => textOf(first, file));
    expect(code.join('\n')).toMatch(/static\{\w+\(this,"\w+"\)\}/u);
  });

  test('is small enough to start fast', () => {
    // Code and maps of the SDK with a client for each source, which is loaded only when its source is read, zod, Powertools,
    // and what draws the page, which is loaded when a report is stored.
    expect(first.bytes).toBeLessThan(4_900_000);
  });
});

describe('the bundle of the hub', () => {
  let hub: Bundle;
  let member: Bundle;
  beforeAll(async () => {
    [hub, member] = await Promise.all([hubBundleOnce(), bundleOnce()]);
  }, 60_000);
  const sourcesOf = ({ metafile }: Bundle) =>
    Object.values(metafile.outputs).flatMap(({ inputs }) =>
      Object.keys(inputs).filter((file) => (inputs[file]?.bytesInOutput ?? 0) > 0),
    );

  test('has both functions, their maps and chunks only, with the same bytes wherever it is built', async () => {
    const others = hub.files.filter((file) => !file.startsWith('chunks/'));
    expect(others).toEqual(['collect.mjs', 'collect.mjs.map', 'digest.mjs', 'digest.mjs.map']);
    const again = await buildHub({ outdir: join(emptyFolder(), 'deeper') });
    expect(again.files).toEqual(hub.files);
    expect(hub.files.filter((file) => textOf(again, file) !== textOf(hub, file))).toEqual([]);
  });

  test('exports both handlers without other packages', () => {
    const modules = ['collect', 'digest'].map((name) => `import(${JSON.stringify(`${hub.outdir}/${name}.mjs`)})`);
    const script = `for (const m of await Promise.all([${modules.join()}])) console.log(typeof m.handler)`;
    const args = ['--input-type=module', '--eval', script];
    expect(execFileSync(process.execPath, args, { encoding: 'utf8' })).toBe('function\nfunction\n');
  });

  test('has no code that deregisters, deletes or restores, and no client for ECS', () => {
    const sources = sourcesOf(hub);
    expect(sources).toContain('shared/fleet/collect.ts');
    expect(sources.filter((file) => /^shared\/(?:apply|deletion|read|restore|run)\//u.test(file))).toEqual([]);
    expect(sources.filter((file) => file.includes('node_modules/@aws-sdk/client-ecs/'))).toEqual([]);
  });

  test('has code that no member has', () => {
    expect(sourcesOf(member).filter((file) => /fleet|functions\/(?:collect|digest|hub)/u.test(file))).toEqual([]);
  });

  test('is small enough to start fast', () => {
    expect(hub.bytes).toBeLessThan(2_600_000);
  });
});

test('the build packs pruner.yml as settings with all defaults', async () => {
  const outdir = emptyFolder();
  const settings = join(outdir, 'mine.yml');
  writeFileSync(settings, 'keepLatest: 7\n');
  await build({ outdir, settings });
  const packed: unknown = JSON.parse(readFileSync(join(outdir, 'settings.json'), 'utf8'));
  expect(packed).toMatchObject({ keepLatest: 7, minAgeDays: 30 });
});

test('a mistake in the settings stops the build before it writes anything', async () => {
  const outdir = emptyFolder();
  const settings = join(emptyFolder(), 'mine.yml');
  writeFileSync(settings, 'keepLatests: 7\n');
  await expect(build({ outdir, settings })).rejects.toThrow('did you mean keepLatest?');
  expect(filesOf(outdir)).toEqual([]);
});
