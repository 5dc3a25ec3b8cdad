// Who may know whom. Each row is an allow-list, held against the import lines of every file and resolved to files, so that
// a new folder, or a long way round by `../..`, cannot pass by a rule that did not think of it. (A lint rule would be a list
// of what is forbidden, compared with the text of an import.)
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';

const root = path.resolve(import.meta.dirname, '..');
const files = globSync('{shared,functions,cli,sandbox}/**/*.ts', { cwd: root }).map((file) =>
  file.replaceAll('\\', '/'),
);
const sourceOf = (file: string) => readFileSync(path.join(root, file), 'utf8');

interface Row {
  readonly who: string;
  readonly because: string;
  /** Folders, files and packages; its own folder always. */
  readonly sees: readonly string[];
}

/** The first row that fits a file is its row. */
const house: readonly Row[] = [
  { who: 'shared/domain/revision.ts', because: 'Names are understood before anything else is.', sees: [] },
  {
    who: 'shared/domain/mentions.ts',
    because: 'Names in a text are understood without AWS.',
    sees: ['shared/domain/revision.ts'],
  },
  { who: 'shared/domain/pattern.ts', because: 'A pattern is matched against names alone.', sees: [] },
  { who: 'shared/domain/search-place.ts', because: 'A place to search is understood by its text.', sees: [] },
  {
    who: 'shared/domain/evidence.ts',
    because: 'Evidence is plain values.',
    sees: ['shared/domain/pattern.ts', 'shared/domain/revision.ts'],
  },
  {
    who: 'shared/domain/clock.ts',
    because: 'There is one clock and one sleep.',
    sees: ['shared/domain/evidence.ts', 'node:timers/promises'],
  },
  {
    who: 'shared/read/freshness.ts',
    because: 'How old evidence is follows from it and from the clock it is given.',
    sees: ['shared/domain/clock.ts', 'shared/domain/evidence.ts'],
  },
  {
    who: 'shared/domain/registrar.ts',
    because: 'Who registers for itself is told by names alone.',
    sees: [],
  },
  {
    who: 'shared/domain/protect-tag.ts',
    because: 'Tags are compared as texts.',
    sees: [],
  },
  {
    who: 'shared/plan/',
    because: 'Deciding is pure: no clock, no SDK, no environment, no settings file. Auditors open it first.',
    sees: [
      'shared/domain/evidence.ts',
      'shared/domain/paste.ts',
      'shared/domain/pattern.ts',
      'shared/domain/protect-tag.ts',
      'shared/domain/registrar.ts',
      'shared/domain/revision.ts',
      'shared/settings/policy.ts',
      'node:util',
    ],
  },
  {
    who: 'shared/settings/',
    because: 'Settings are understood without AWS, and what decides is handed on as plain values.',
    sees: [
      'shared/domain/search-place.ts',
      'leven',
      'picomatch',
      'yaml',
      'zod',
      'node:crypto',
      'node:fs',
      'node:util',
    ],
  },
  {
    who: 'shared/report/',
    because: 'A report is a pure function of the plan and its results.',
    sees: [
      'shared/apply/done.ts',
      'shared/domain/evidence.ts',
      'shared/domain/problem.ts',
      'shared/domain/paste.ts',
      'shared/plan/',
      'shared/domain/protect-tag.ts',
      'shared/domain/revision.ts',
      'shared/domain/safe-text.ts',
      'shared/restore/outcome.ts',
      'croner',
      'string-width',
      'zod',
      'node:util',
    ],
  },
  {
    who: 'shared/aws/',
    because: 'The way to AWS knows nothing of what is asked there.',
    sees: [
      'shared/domain/clock.ts',
      'shared/domain/mentions.ts',
      'shared/domain/revision.ts',
      'shared/domain/safe-text.ts',
      'shared/domain/scoped-arn.ts',
      'shared/settings/schema.ts',
      '@aws-sdk/',
      '@smithy/',
      'node:async_hooks',
      'node:stream',
      'node:stream/consumers',
    ],
  },
  {
    who: 'shared/read/',
    because: 'Reading brings evidence home and decides nothing.',
    sees: [
      'shared/aws/',
      'shared/domain/clock.ts',
      'shared/domain/evidence.ts',
      'shared/read/freshness.ts',
      'shared/domain/json-depth.ts',
      'shared/domain/mentions.ts',
      'shared/domain/paste.ts',
      'shared/domain/pattern.ts',
      'shared/domain/protect-tag.ts',
      'shared/domain/registrar.ts',
      'shared/domain/revision.ts',
      'shared/domain/scoped-arn.ts',
      'shared/domain/search-place.ts',
      '@aws-sdk/',
      'node:crypto',
      'node:zlib',
      'yaml',
    ],
  },
  {
    who: 'shared/snapshot/',
    because: 'A snapshot is what reading brings home, as AWS says it.',
    sees: [
      'shared/aws/',
      'shared/domain/evidence.ts',
      'shared/domain/pattern.ts',
      'shared/domain/protect-tag.ts',
      'shared/read/',
      'shared/domain/revision.ts',
      'shared/domain/scoped-arn.ts',
      'shared/domain/search-place.ts',
      '@aws-sdk/client-ecs',
    ],
  },
  {
    who: 'shared/state/',
    because: 'What is kept between runs is texts under keys, in a folder or a bucket, and what they say.',
    sees: [
      'shared/apply/done.ts',
      'shared/aws/',
      'shared/domain/clock.ts',
      'shared/domain/evidence.ts',
      'shared/domain/revision.ts',
      '@aws-sdk/client-s3',
      'node:crypto',
      'node:fs/promises',
      'node:path',
      'zod',
    ],
  },
  {
    who: 'shared/apply/',
    because: 'Acting never reads by itself: the latest evidence is handed to it. Auditors open it second.',
    sees: [
      'shared/aws/errors.ts',
      'shared/domain/evidence.ts',
      'shared/plan/',
      'shared/domain/protect-tag.ts',
      'shared/domain/registrar.ts',
      'shared/domain/revision.ts',
      '@aws-sdk/client-ecs',
      '@smithy/core/schema',
    ],
  },
  {
    who: 'shared/undo/',
    because: 'Undoing acts as well: the latest evidence and the state are handed to it.',
    sees: [
      'shared/apply/',
      'shared/aws/errors.ts',
      'shared/domain/evidence.ts',
      'shared/plan/',
      'shared/domain/revision.ts',
      'shared/state/',
      '@aws-sdk/client-ecs',
    ],
  },
  {
    who: 'shared/notify/',
    because: 'Where reports go knows their formats and nothing of how they came about.',
    sees: ['shared/report/', '@aws-sdk/client-sns'],
  },
  {
    who: 'shared/run/steps.ts',
    because: 'What remembers steps, and what waits, is none of their business.',
    sees: ['shared/domain/clock.ts'],
  },
  {
    who: 'shared/doctor/',
    because: 'The doctor asks AWS by calls of its own, and nothing asks the doctor.',
    sees: [
      'shared/apply/unknown-members.ts',
      'shared/aws/',
      'shared/sources/permissions.ts',
      'shared/domain/revision.ts',
      'shared/settings/schema.ts',
      'shared/state/',
      '@aws-sdk/',
      'zod',
    ],
  },
  {
    who: 'shared/',
    because: 'The run, its looks and its watch put the folders together.',
    sees: ['shared/'],
  },
  {
    who: 'functions/',
    because: 'The functions start the run and tell of it; they never read, decide or act themselves.',
    sees: [
      'shared/run/run.ts',
      'shared/apply/done.ts',
      'shared/aws/',
      'shared/domain/clock.ts',
      'shared/report/',
      'shared/domain/safe-text.ts',
      'shared/settings/',
      'shared/state/open.ts',
      'shared/run/steps.ts',
      'package.json',
      '@aws-lambda-powertools/',
      '@aws/durable-execution-sdk-js',
      '@middy/core',
      'aws-lambda',
      'zod',
      'node:fs',
    ],
  },
  {
    who: 'cli/',
    because: 'The command line starts the run and tells of it; it never reads, decides or acts itself.',
    sees: [
      'shared/run/run.ts',
      'shared/run/pieces.ts',
      'shared/observe/observe.ts',
      'shared/history/',
      'shared/restore/restore.ts',
      'shared/sources/permissions.ts',
      'shared/doctor/',
      'shared/snapshot/snapshot.ts',
      'shared/apply/done.ts',
      'shared/aws/',
      'shared/domain/clock.ts',
      'shared/domain/evidence.ts',
      'shared/report/',
      'shared/domain/revision.ts',
      'shared/domain/safe-text.ts',
      'shared/domain/search-place.ts',
      'shared/settings/',
      'shared/state/open.ts',
      'shared/state/state.ts',
      'shared/run/steps.ts',
      'shared/run/steps.ts',
      'package.json',
      '@smithy/core/config',
      'commander',
      'yaml',
      'zod',
      'node:fs',
      'node:readline/promises',
      'node:url',
    ],
  },
  {
    who: 'sandbox/',
    because: 'The sandbox is an independent witness, as AWS is: it knows nothing of the product.',
    sees: ['@aws-sdk/', '@smithy/', 'zod', 'node:'],
  },
];

const rowOf = (file: string) => house.find(({ who }) => file.startsWith(who));

/** Every module that a file names, types too, as a file of this repository or as a package. */
function importsOf(file: string): string[] {
  const named = sourceOf(file).matchAll(/(?:\bfrom|\bimport)\s*\(?\s*'([^']+)'/g);
  return [...named].map(([, name = '']) =>
    name.startsWith('.') ? path.posix.join(path.posix.dirname(file), name) : name,
  );
}

describe('who sees whom', () => {
  test.each(house)('$who: $because', ({ who, sees }) => {
    const own = files.filter((file) => rowOf(file)?.who === who);
    const strangers = own.flatMap((file) =>
      importsOf(file)
        .filter(
          (name) => !(who.endsWith('/') && name.startsWith(who)) && !sees.some((one) => name.startsWith(one)),
        )
        .map((name) => `${file} sees ${name}`),
    );
    expect(own).not.toEqual([]);
    expect(strangers).toEqual([]);
  });

  test('every file has its row', () => {
    expect(files.length).toBeGreaterThan(80);
    expect(files.filter((file) => rowOf(file) === undefined)).toEqual([]);
  });

  test('the product never sees the sandbox, nor the sandbox the product', () => {
    const crossing = files.flatMap((file) =>
      importsOf(file)
        .filter((name) => !name.startsWith('node:') && !name.startsWith('@'))
        .filter((name) => file.startsWith('sandbox/') !== name.startsWith('sandbox/'))
        .filter((name) => name.startsWith('sandbox/') || /^(shared|functions|cli)\//.test(name))
        .map((name) => `${file} sees ${name}`),
    );
    expect(crossing).toEqual([]);
  });
});

describe('what only some files may do', () => {
  const product = files.filter((file) => !file.startsWith('sandbox/'));
  const holders = (what: RegExp) => product.filter((file) => what.test(withoutComments(sourceOf(file))));

  test.each([
    {
      what: 'tell the time or wait',
      does: /\bDate\.now\b|\bnew Date\(\)|\bperformance\.|\bhrtime\b|\bset(Timeout|Interval|Immediate)\b|node:timers/,
      who: /^shared\/clock\.ts$|^functions\/|^cli\/context\.ts$/,
    },
    { what: 'look at the environment', does: /\bprocess\.(env|argv)\b/, who: /^functions\/|^cli\// },
    {
      what: 'draw lots',
      does: /\bMath\.random\b|\brandomUUID\b|\brandomBytes\b/,
      who: /^functions\/|^cli\//,
    },
    {
      what: 'deregister',
      does: /\bDeregisterTaskDefinitionCommand\b/,
      who: /^shared\/apply\/deregister\.ts$/,
    },
    {
      what: "know Lambda's durable executions",
      does: /durable-execution-sdk-js/,
      who: /^functions\/(?:durable|transport)\.ts$/,
    },
    { what: 'publish', does: /\bPublishCommand\b/, who: /^shared\/notify\/sns\.ts$/ },
    {
      what: 'put an object',
      does: /\bPutObjectCommand\b/,
      who: /^shared\/state\/s3\.ts$/,
    },
    {
      what: 'register',
      does: /\bRegister\w*Command\b/,
      who: /^shared\/undo\/register\.ts$/,
    },
    {
      what: 'delete for good',
      does: /\bDelete\w*Command\b/,
      who: /^shared\/apply\/delete\.ts$/,
    },
    {
      what: 'update, create, run, stop or tag anything',
      does: /\b(Update|Create|Run|Start|Stop|Put(?!Object)|Tag|Untag|Execute)\w*Command\b/,
      who: /^nobody$/,
    },
  ])('$what', ({ does, who }) => {
    expect(holders(does).filter((file) => !who.test(file))).toEqual([]);
  });

  test('what is only said in a comment is not done', () => {
    expect(withoutComments('a // Date.now\n/* new Date() */ b')).toBe('a \n b');
  });
});

function withoutComments(source: string): string {
  return source.replaceAll(/\/\*[^]*?\*\/|\/\/[^\n]*/g, '');
}
