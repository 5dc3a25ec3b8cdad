// The documents against the code: links, names, numbers and generated passages. Operators trust a document before they let a
// program deregister something, so a wrong one is worse than none.
import { existsSync, globSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import * as prettier from 'prettier';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod';
import { readTemplate } from '../cli/template.ts';
import manifest from '../package.json' with { type: 'json' };
import { commandNames } from '../cli/commands.ts';
import { documentsWithPassages, passageNames, withPassages } from '../scripts/passages.ts';
import { rules } from '../shared/plan/rules/rules.ts';
import { reportDocument } from '../shared/report/json/report-schema.ts';

const root = path.resolve(import.meta.dirname, '..');
const textOf = (file: string) => readFileSync(path.join(root, file), 'utf8');
const filesOf = (pattern: string) =>
  globSync(pattern, {
    cwd: root,
    exclude: (name) => /^(node_modules|dist|coverage|out|\.serverless)$/.test(name),
  });

const documents = filesOf('**/*.md')
  .filter((file) => !file.startsWith('.github/'))
  .sort();
const everything = documents.map(textOf).join('\n');
const architecture = textOf('ARCHITECTURE.md');

test('every document can be reached from README.md by links', () => {
  const reached = new Set(['README.md']);
  for (const document of reached)
    for (const link of linksIn(document)) {
      const target = path.posix.join(path.posix.dirname(document), link.replace(/#.*$/, ''));
      if (documents.includes(target)) reached.add(target);
    }
  expect(documents.filter((document) => !reached.has(document))).toEqual([]);
});

describe.each(documents)('%s', (document) => {
  const text = textOf(document);

  test('every link leads to a file and a heading that exist', () => {
    expect(linksIn(document).filter((link) => !leadsSomewhere(link, document))).toEqual([]);
  });

  test('every npm script that it mentions exists', () => {
    const mentioned = [...text.matchAll(/\bnpm (?:run (?:-s )?)?([a-z]+)\b/g)].map(([, name = '']) => name);
    const known = new Set([...Object.keys(manifest.scripts), 'run', 'pack', 'publish']);
    expect(mentioned.filter((name) => !known.has(name))).toEqual([]);
  });

  test('every file that it mentions exists', () => {
    const mentioned = [...text.matchAll(/`((?:shared|functions|cli|infra|sandbox|scripts|test|docs)\/[\w./-]*)`/g)];
    const absent = mentioned.map(([, file = '']) => file).filter((file) => !existsSync(path.join(root, file)));
    expect(absent).toEqual([]);
  });

  test('every test that it mentions exists', () => {
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

  test('it contains no path of a machine and no real mail address', () => {
    expect(text.match(/(?<![\w.*])\/(?:home|root|work|tmp|Users|mnt|opt)\/\S*/g) ?? []).toEqual([]);
    expect(text.match(/[\w.+-]+@(?!example\.com)[\w-]+\.[a-z]+/g) ?? []).toEqual([]);
  });

  test('every command that it mentions exists', () => {
    const mentioned = [...text.matchAll(/\.\/pruner ([a-z]+)\b/g)].map(([, name = '']) => name);
    const known = new Set<string>([...commandNames, 'help']);
    expect(mentioned.filter((name) => !known.has(name))).toEqual([]);
  });
});

// Those that run the product against the sandbox take seconds: test/faults/generated.faults.ts holds them.
test.each(documentsWithPassages())('the generated tables and help texts of %s are fresh', async (document) => {
  const text = textOf(document);
  const file = path.join(root, document);
  const made = await withPassages(text, { document });
  expect(await prettier.format(made, { ...(await prettier.resolveConfig(file)), filepath: file })).toBe(text);
});

test('every kind of generated passage is in a document', () => {
  expect(passageNames.filter((name) => !everything.includes(`<!-- generated: ${name} `))).toEqual([]);
});

test('every command has its help in the reference of the command line', () => {
  const reference = textOf('docs/reference/command-line.md');
  expect(commandNames.filter((name) => !reference.includes(`<!-- generated: help ${name} -->`))).toEqual([]);
});

test('every rule, hold and precondition has its section, with a test that holds it', () => {
  const sections = [...textOf('docs/reference/rules.md').matchAll(/^### `([\w-]+)`\n([^]*?)(?=^##|$(?![^]))/gm)];
  const keepRules = ['referenced', 'in-flight', 'newest', 'keep-latest', 'min-age', 'protected', 'recently-used'];
  const holds = ['unresolved', 'collapsed', 'unreadable'];
  const preconditions = ['fresh', 'pace', 'cap', 'abort', 'journal', 'lock', 'dry-run'];
  expect(sections.map(([, name]) => name)).toEqual([...keepRules, ...holds, ...preconditions]);
  expect(sections.filter(([, , text = '']) => !/\bHeld by \[test\//i.test(text)).map(([, name]) => name)).toEqual([]);
  expect(rules.map(({ name }) => name).toSorted()).toEqual(keepRules.toSorted());
});

test('every member in the table of the JSON report is in its schema', () => {
  const members = [...textOf('docs/reference/json.md').matchAll(/^\| `(\w+)` +\|/gm)].map(([, name]) => name);
  expect(members).toContain('deregistered');
  expect(Object.keys(reportDocument.shape)).toEqual(expect.arrayContaining(members));
});

test('every invocation that a document shows passes a payload, since an empty one is no JSON', () => {
  const calls = everything.replaceAll(/\\\n\s*/g, '').match(/aws lambda invoke [^`\n]*/g) ?? [];
  expect(calls.length).toBeGreaterThan(1);
  expect(calls.filter((call) => !call.includes(" --payload '{"))).toEqual([]);
});

test('the template knows every parameter that a document sets for a stage', () => {
  const blocks = [...everything.matchAll(/^ *```yaml\n([^]*?)^ *```$/gm)].map(([, text = '']) => text);
  const stages = blocks.filter((text) => /^ *prod:/m.test(text)).map((text) => stage.parse(parse(text)).prod);
  expect(stages.length).toBeGreaterThan(3);
  const known = Object.keys(readTemplate().Parameters);
  for (const parameters of stages) expect(known).toEqual(expect.arrayContaining(Object.keys(parameters)));
});

test('every decision has a number in its title, without a gap, and says what it costs', () => {
  const pages = documents.filter((file) => /^docs\/decisions\/\d/.test(file));
  const numbers = pages.map((file) => [
    Number(/(\d+)-/.exec(file)?.[1]),
    Number(/^# (\d+)\. /.exec(textOf(file))?.[1]),
  ]);
  expect(numbers).toEqual(pages.map((_, index) => [index + 1, index + 1]));
  const headings = ['Context', 'Decision', 'Alternatives', 'Cost'].map((heading) => `## ${heading}`);
  for (const page of pages) expect(textOf(page).match(/^## .*$/gm)).toEqual(headings);
});

test('the map in ARCHITECTURE.md has a line for every folder', () => {
  const [, map = ''] = /^## Code map$([^]*?)^## /m.exec(architecture) ?? [];
  const folders = [...filesOf('{functions,cli,infra,sandbox,scripts,test}'), ...filesOf('shared/*')];
  const absent = folders.filter((folder) => !new RegExp(`^\\| \`${folder}/\` `, 'm').test(map));
  expect(absent).toEqual([]);
});

test('dry run is asked once, in the run', () => {
  const asking = filesOf('shared/{*,run/*}.ts').flatMap((file) =>
    (textOf(file).match(/\bdryRun\b\s*(?:\?[^:]|&&|\|\||\)|===?)/g) ?? []).map(() => file),
  );
  expect(asking).toEqual(['shared/run/start.ts']);
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
  test.each(['docs/terminal.svg', 'docs/email.svg'])('%s is text with a title, in light and in dark', (file) => {
    const picture = textOf(file);
    expect(picture).toMatch(/^<svg [^>]*role="img"[^>]*>\n<title id="title">[^<]+<\/title>/);
    expect(picture).toContain('@media(prefers-color-scheme:dark)');
    expect(picture).not.toMatch(/<script|<image|<foreignObject|href=|url\(/);
  });
});

const stage = z.object({ prod: z.record(z.string(), z.unknown()) });

/** Links and pictures, outside of code: a glob between backquotes may look like a link. */
function linksIn(document: string): string[] {
  const prose = withoutCode(textOf(document));
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);
}

function leadsSomewhere(link: string, document: string): boolean {
  if (/^https:\/\/[\w.-]+\/\S*$/.test(link)) return true;
  const [file = '', anchor] = link.split('#');
  const target = path.join(root, file === '' ? document : path.join(path.dirname(document), file));
  if (!existsSync(target)) return false;
  if (anchor === undefined) return true;
  return statSync(target).isFile() && anchorsOf(readFileSync(target, 'utf8')).has(anchor);
}

/** The anchors that GitHub makes of headings: a second heading with the same text gets a number. */
function anchorsOf(text: string): Set<string> {
  const anchors = new Set<string>();
  for (const [, heading = ''] of withoutFences(text).matchAll(/^#+ (.*)$/gm)) {
    const slug = heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}_\- ]/gu, '')
      .replaceAll(' ', '-');
    let anchor = slug;
    for (let number = 1; anchors.has(anchor); number++) anchor = `${slug}-${number}`;
    anchors.add(anchor);
  }
  return anchors;
}

function withoutFences(text: string): string {
  return text.replaceAll(/^ *```[^]*?^ *```/gm, '');
}

function withoutCode(text: string): string {
  return withoutFences(text).replaceAll(/`[^`\n]*`/g, '');
}
