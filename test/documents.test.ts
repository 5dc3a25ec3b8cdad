// The documents against the code: links, names, numbers and tables. A document that says what is no longer so is worse
// than none, since somebody lets a program deregister things on its word.
import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod';
import manifest from '../package.json' with { type: 'json' };
import { commandNames } from '../cli/help.ts';
import { exitCodes } from '../cli/exit.ts';
import { previewEvent, pruneEvent } from '../functions/event.ts';
import { rules } from '../shared/plan/rules/rules.ts';
import { sources } from '../shared/sources/sources.ts';
import { outcomes } from '../shared/report/model.ts';
import { settingsSchema } from '../shared/settings/schema.ts';

const root = path.resolve(import.meta.dirname, '..');
const textOf = (file: string) => readFileSync(path.join(root, file), 'utf8');
const filesOf = (pattern: string) =>
  globSync(pattern, {
    cwd: root,
    exclude: (name) => /^(node_modules|dist|coverage|out|\.serverless)$/.test(name),
  });

const documents = filesOf('**/*.md').sort();
const readme = textOf('README.md');
const architecture = textOf('ARCHITECTURE.md');

test('the documents are those that are looked at here', () => {
  expect(documents).toEqual([
    'ARCHITECTURE.md',
    'CHANGELOG.md',
    'CONTRIBUTING.md',
    'README.md',
    'SECURITY.md',
    'docs/dependencies.md',
    'sandbox/README.md',
    'sandbox/accounts/README.md',
  ]);
});

describe.each(documents)('%s', (document) => {
  const text = textOf(document);

  test('every link leads somewhere', () => {
    const links = [...withoutCode(text).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);
    const broken = links.filter((link) => !leadsSomewhere(link, document));
    expect(broken).toEqual([]);
  });

  test('every npm script that it names is there', () => {
    const named = [...text.matchAll(/\bnpm (?:run (?:-s )?)?([a-z]+)\b/g)].map(([, name = '']) => name);
    const known = new Set([...Object.keys(manifest.scripts), 'run']);
    expect(named.filter((name) => !known.has(name))).toEqual([]);
  });

  test('every file that it names is there', () => {
    const named = [...text.matchAll(/`((?:shared|functions|cli|infra|sandbox|scripts|test)\/[\w./-]*)`/g)];
    const absent = named.map(([, file = '']) => file).filter((file) => !existsSync(path.join(root, file)));
    expect(absent).toEqual([]);
  });

  test('every test that it names is there', () => {
    const claims = [
      ...text.matchAll(/\[(test\/[\w./-]+\.ts)\]\([^)]*\):\s"([^"]+)"/g),
      ...text.matchAll(/`(test\/[\w./-]+\.ts|\.oxlintrc\.json)`: ((?:"[^"]+"(?:, )?)+)/g),
    ];
    const absent = claims.flatMap(([, file = '', names = '']) =>
      names
        .split(/"(?:, ")?/)
        .map((name) => name.replaceAll(/\s+/g, ' '))
        .filter((name) => name !== '' && !textOf(file).includes(name))
        .map((name) => `${file} has no "${name}"`),
    );
    expect(absent).toEqual([]);
  });

  test('it names no path of a machine, and nobody’s address', () => {
    expect(text.match(/(?<![\w.*])\/(?:home|root|work|tmp|Users|mnt|opt)\/\S*/g) ?? []).toEqual([]);
    expect(text.match(/[\w.+-]+@(?!example\.com)[\w-]+\.[a-z]+/g) ?? []).toEqual([]);
  });
});

describe('the README', () => {
  test('every rule has its paragraph, with a test that holds it', () => {
    const paragraphs = [...readme.matchAll(/^\*\*`([\w-]+)`\*\*\.[^]*?Held by \[test\//gm)];
    const guards = ['fresh', 'pace', 'cap', 'abort', 'journal', 'lock', 'dry-run'];
    const keepRules = [
      'referenced',
      'in-flight',
      'newest',
      'keep-latest',
      'min-age',
      'protected',
      'recently-used',
    ];
    const holds = ['unknown', 'collapsed', 'unreadable'];
    expect(paragraphs.map(([, name]) => name)).toEqual([...keepRules, ...holds, ...guards]);
    expect(rules.map(({ name }) => name).toSorted()).toEqual(keepRules.toSorted());
  });

  test('the table of exit codes is cli/exit.ts', () => {
    const rows = [...readme.matchAll(/^\| +(\d+) \| `(\w+)` +\|/gm)].map(([, code, name]) => [
      name,
      Number(code),
    ]);
    expect(Object.fromEntries(rows)).toEqual(exitCodes);
    expect(rows).toHaveLength(Object.keys(exitCodes).length);
  });

  test('the table of the event has every field of both functions', () => {
    const rows = [...readme.matchAll(/^\| `(\w+)` +\| (yes|no) +\| (yes|no) +\|/gm)].map(
      ([, field = '', prune = '', preview = '']) => ({ field, prune, preview }),
    );
    const of = (who: 'prune' | 'preview') =>
      rows.filter((row) => row[who] === 'yes').map(({ field }) => field);
    expect(of('prune')).toEqual(Object.keys(pruneEvent.shape));
    expect(of('preview')).toEqual(Object.keys(previewEvent.shape));
  });

  test('the table of environment variables has each that the code reads or the stack sets, and no other', () => {
    const read = filesOf('{shared,functions,cli}/**/*.ts').flatMap((file) =>
      [...textOf(file).matchAll(/\benv\['(\w+)'\]|\benv\.(\w+)/g)].map(([, a, b]) => a ?? b ?? ''),
    );
    const set = [...textOf('serverless.yml').matchAll(/^ +([A-Z][A-Z_]+): /gm)].map(([, name = '']) => name);
    const told = [...readme.matchAll(/^\| `([A-Z0-9_]+)` +\|/gm)].map(([, name = '']) => name);
    expect(told.toSorted()).toEqual([...new Set([...read, ...set])].toSorted());
  });

  test.each([
    { what: 'setting', names: Object.keys(settingsSchema.shape) },
    { what: 'source', names: sources.map(({ name }) => name) },
    { what: 'outcome', names: [...outcomes] },
    { what: 'metric', names: metrics() },
  ])('it names every $what', ({ names }) => {
    expect(names).not.toEqual([]);
    expect(names.filter((name) => !readme.includes(`\`${name}\``))).toEqual([]);
  });

  test('it names every command and every alarm', () => {
    for (const name of commandNames) expect(readme).toContain(`./pruner ${name}`);
    const alarms = filesOf('infra/*.yml').flatMap((file) =>
      [...textOf(file).matchAll(/AlarmName: (\S+)/g)].map(([, name = '']) => name),
    );
    expect(alarms).not.toEqual([]);
    for (const alarm of alarms) expect(readme).toContain(`\`${alarm.replace('${sls:stage}', 'STAGE')}\``);
  });

  test('every invocation that it shows passes a payload, since an empty one is no JSON', () => {
    const calls = readme.replaceAll(/\\\n\s*/g, '').match(/aws lambda invoke [^`\n]*/g) ?? [];
    expect(calls.length).toBeGreaterThan(1);
    expect(calls.filter((call) => !call.includes(" --payload '{"))).toEqual([]);
  });

  test('every line that it adds to serverless.yml is understood there', () => {
    const lines = [...readme.matchAll(/^ *(prod: \{.*\})$/gm)].map(([, line = '']) => line);
    expect(lines).toHaveLength(2);
    // CloudFormation's own tags say nothing about the parameters.
    const stack = z
      .object({ params: z.object({ default: z.record(z.string(), z.unknown()) }) })
      .parse(parse(textOf('serverless.yml'), { logLevel: 'silent' }));
    const known = Object.keys(stack.params.default);
    for (const line of lines) {
      const { prod } = z.object({ prod: z.record(z.string(), z.unknown()) }).parse(parse(line));
      expect(known).toEqual(expect.arrayContaining(Object.keys(prod)));
    }
  });

  const limits = [...readme.matchAll(/^\| (.+?) +\| (.+?) +\| `([A-Z_]+)` in (\S+\.ts) +\|$/gm)].map(
    ([, limit = '', value = '', name = '', file = '']) => ({ limit, value, name, file }),
  );
  test('it has a table of limits', () => {
    expect(limits.length).toBeGreaterThan(8);
  });
  test.each(limits)('$name in $file is the limit that it tells ($value)', ({ value, name, file }) => {
    const [, number] = new RegExp(`const ${name} = ([\\d_]+);`).exec(textOf(file)) ?? [];
    const plain = Number(number?.replaceAll('_', ''));
    const told = name.endsWith('_MS') ? `${plain / 1000} s` : plain.toLocaleString('en');
    expect(value).toMatch(new RegExp(`(?<![\\d,])${told}(?!,?\\d)`));
  });
});

test('every folder and file of the product’s upper floor is on the map', () => {
  const [, map = ''] = /^## Code map$([^]*?)^## /m.exec(architecture) ?? [];
  const floor = ['shared', 'cli', 'functions'].flatMap((folder) => filesOf(`${folder}/*`));
  const absent = floor
    .map((file) => path.basename(file))
    .filter((name) => !map.includes(`\`${name}\``) && !map.includes(`\`${name}/\``));
  expect(absent).toEqual([]);
});

test('dry run is asked once, in the run', () => {
  const asking = filesOf('shared/{*,run/*}.ts').flatMap((file) =>
    (textOf(file).match(/\bdryRun\b\s*(?:\?[^:]|&&|\|\||\)|===?)/g) ?? []).map(() => file),
  );
  expect(asking).toEqual(['shared/run/open.ts']);
  const folders = filesOf('shared/{plan,read,apply,aws,settings}/**/*.ts');
  expect(folders.filter((file) => textOf(file).includes('dryRun'))).toEqual([]);
});

test('no test mocks a module', () => {
  const mocking = filesOf('test/**/*.ts').filter((file) =>
    /\bvi\.(?:mock|doMock|fn)\(|from '[^']*-mock'/.test(textOf(file)),
  );
  expect(mocking).toEqual([]);
});

test('the changelog begins with the version of package.json', () => {
  const [, version] = /^## (\S+)/m.exec(textOf('CHANGELOG.md')) ?? [];
  expect(version).toBe(manifest.version);
});

describe('the pictures', () => {
  test.each(['docs/terminal.svg', 'docs/email.svg'])(
    '%s is text with a title, in light and in dark',
    (file) => {
      const picture = textOf(file);
      expect(picture).toMatch(/^<svg [^>]*role="img"[^>]*>\n<title id="title">[^<]+<\/title>/);
      expect(picture).toContain('@media(prefers-color-scheme:dark)');
      expect(picture).not.toMatch(/<script|<image|<foreignObject|href=|url\(/);
    },
  );
});

function leadsSomewhere(link: string, document: string): boolean {
  if (/^https:\/\/[\w.-]+\/\S*$/.test(link)) return true;
  const [file = '', anchor] = link.split('#');
  const target = file === '' ? document : path.join(path.dirname(document), file);
  if (!existsSync(path.join(root, target))) return false;
  if (anchor === undefined) return true;
  const headings = textOf(target).match(/^#+ .*$/gm) ?? [];
  return headings.some((heading) => slugOf(heading) === anchor);
}

/** As code hosts make them of a heading. */
function slugOf(heading: string): string {
  return heading
    .replace(/^#+ /, '')
    .toLowerCase()
    .replaceAll(/[^\w\- ]/g, '')
    .replaceAll(' ', '-');
}

/** Fenced blocks, and what is between backquotes: a glob may look like a link there. */
function withoutCode(text: string): string {
  return text.replaceAll(/^```[^]*?^```/gm, '').replaceAll(/`[^`\n]*`/g, '');
}

function metrics(): string[] {
  return [...textOf('functions/metrics.ts').matchAll(/(?:count|addMetric)\(\s*'(\w+)'/g)].map(
    ([, name = '']) => name,
  );
}
