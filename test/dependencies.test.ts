// Dependency rules: which folder may import which, held against the import lines of every file, types included. A layer may
// import itself, the layers below it, and the packages that it lists. (The lint rule import/no-cycle finds circles of files.)
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';

const root = path.resolve(import.meta.dirname, '..');
const files = globSync('{shared,functions,cli,sandbox}/**/*.ts', { cwd: root }).map((file) =>
  file.replaceAll('\\', '/'),
);
const sourceOf = (file: string) => readFileSync(path.join(root, file), 'utf8');

interface Layer {
  readonly folders: readonly string[];
  readonly because: string;
  readonly packages: readonly string[];
  /** Layers below it that it must not import. */
  readonly never?: readonly string[];
}

/** From the bottom upwards. */
const layers: readonly Layer[] = [
  {
    folders: ['shared/domain/'],
    because: 'Plain values and their rules: no SDK, no settings, no clock but the one here.',
    packages: ['node:timers/promises'],
  },
  {
    folders: [
      'shared/sources/catalogue.ts',
      'shared/sources/parts.ts',
      'shared/sources/facts.ts',
      'shared/sources/quotas.ts',
    ],
    because: 'The facts about sources are data.',
    packages: [],
  },
  {
    folders: ['shared/settings/'],
    because: 'Settings are understood without AWS.',
    packages: ['leven', 'picomatch', 'yaml', 'zod', 'node:crypto', 'node:fs', 'node:util'],
  },
  {
    folders: ['shared/aws/'],
    because: 'Clients, pace and error kinds serve every call to AWS, and know no source.',
    packages: ['@aws-sdk/', '@smithy/', 'node:async_hooks', 'node:stream'],
  },
  {
    folders: ['shared/sources/', 'shared/read/'],
    because: 'Reading decides nothing.',
    packages: ['@aws-sdk/', 'node:crypto', 'node:zlib', 'yaml'],
  },
  {
    folders: ['shared/plan/'],
    because: 'Deciding is pure: no clock, no SDK, no environment. An audit starts here.',
    packages: ['node:util'],
    never: ['shared/aws/', 'shared/sources/', 'shared/read/', 'shared/domain/clock.ts'],
  },
  {
    folders: ['shared/apply/'],
    because: 'Deregistering never reads evidence: it receives the latest.',
    packages: ['@aws-sdk/client-ecs'],
    never: ['shared/sources/', 'shared/read/'],
  },
  {
    folders: ['shared/state/'],
    because: 'The state store holds checksummed texts under keys, in a folder or a bucket.',
    packages: ['@aws-sdk/client-s3', 'node:crypto', 'node:fs/promises', 'node:path', 'zod'],
    never: ['shared/apply/', 'shared/sources/'],
  },
  {
    folders: ['shared/snapshot/'],
    because: 'A snapshot is made of the answers that the readers get.',
    packages: ['@aws-sdk/client-ecs'],
    never: ['shared/apply/', 'shared/state/'],
  },
  {
    folders: ['shared/observe/'],
    because: 'Observing reads and decides, and changes nothing.',
    packages: [],
  },
  {
    folders: ['shared/restore/'],
    because: 'Restoring registers revisions again, with the credentials of the operator.',
    packages: ['@aws-sdk/client-ecs'],
  },
  {
    folders: ['shared/report/'],
    because: 'Reporting is pure: values in, text out.',
    packages: [
      'croner',
      'd3-scale',
      'd3-shape',
      'fast-string-width',
      'htm',
      'preact',
      'preact-render-to-string',
      'zod',
      'node:crypto',
      'node:util',
    ],
    never: ['shared/aws/', 'shared/state/', 'shared/apply/', 'shared/domain/clock.ts'],
  },
  {
    folders: ['shared/notify/', 'shared/history/', 'shared/doctor/'],
    because: 'Each serves one command or function.',
    packages: ['@aws-sdk/', 'zod'],
  },
  {
    folders: ['shared/fleet/'],
    because: 'A hub reads what the runs of other accounts report. It reads no account and changes none.',
    packages: ['@aws-sdk/client-cloudformation', 'zod'],
    never: ['shared/plan/', 'shared/apply/', 'shared/sources/', 'shared/read/', 'shared/observe/'],
  },
  {
    folders: ['shared/deletion/', 'shared/run/'],
    because: 'A run puts the folders in order.',
    packages: ['@aws-sdk/client-ecs', 'zod'],
  },
  {
    folders: ['functions/'],
    because: 'The functions start a run and report it.',
    packages: [
      'package.json',
      '@aws-sdk/client-lambda',
      '@aws-lambda-powertools/',
      '@aws/durable-execution-sdk-js',
      '@middy/core',
      'aws-lambda',
      'zod',
      'node:fs',
    ],
    never: ['shared/sources/', 'shared/read/', 'shared/plan/', 'shared/apply/'],
  },
  {
    folders: ['cli/'],
    because: 'The commands start a run, a restore or a reading, and print it.',
    packages: [
      'package.json',
      '@smithy/core/config',
      'commander',
      'core-js/',
      'yaml',
      'zod',
      'node:fs',
      'node:path',
      'node:readline/promises',
      'node:url',
      'node:util',
      'node:v8',
    ],
    never: ['functions/', 'shared/apply/', 'shared/read/'],
  },
];

const layerOf = (file: string) => layers.findIndex(({ folders }) => folders.some((folder) => file.startsWith(folder)));

/** Every module that a file imports, types included, as a file of this repository or as a package. */
function importsOf(file: string): string[] {
  const named = sourceOf(file).matchAll(/(?:\bfrom|\bimport)\s*\(?\s*'([^']+)'/g);
  return [...named].map(([, name = '']) =>
    name.startsWith('.') ? path.posix.join(path.posix.dirname(file), name) : name,
  );
}

describe('dependency rules', () => {
  test.each(layers)('$folders.0: $because', ({ folders, packages, never = [] }) => {
    const own = files.filter((file) => layers[layerOf(file)]?.folders === folders);
    const isAllowed = (name: string) =>
      packages.some((one) => name.startsWith(one)) ||
      (files.includes(name) &&
        layerOf(name) !== -1 &&
        layerOf(name) <= layerOf(folders[0] ?? '') &&
        // The facts of the catalogue are data for every folder.
        (layerOf(name) === layerOf('shared/sources/catalogue.ts') || !never.some((one) => name.startsWith(one))));
    const wrong = own.flatMap((file) =>
      importsOf(file)
        .filter((name) => !isAllowed(name))
        .map((name) => `${file} imports ${name}`),
    );
    expect(own).not.toEqual([]);
    expect(wrong).toEqual([]);
  });

  test('every file of the product is in a layer', () => {
    const outside = files.filter((file) => layerOf(file) === -1 && !file.startsWith('sandbox/'));
    expect(outside).toEqual([]);
  });

  test('the sandbox imports nothing of the product, so that it stays an independent witness', () => {
    const wrong = files
      .filter((file) => file.startsWith('sandbox/'))
      .flatMap((file) => importsOf(file).map((name) => [file, name] as const))
      .filter(([, name]) => !/^(?:sandbox\/|@aws-sdk\/|@smithy\/|zod$|node:)/.test(name));
    expect(wrong).toEqual([]);
  });
});

describe('what only some files may do', () => {
  const product = files.filter((file) => !file.startsWith('sandbox/'));
  const holders = (what: RegExp) => product.filter((file) => what.test(withoutComments(sourceOf(file))));

  test.each([
    {
      what: 'read the time or wait',
      does: /\bDate\.now\b|\bnew Date\(\)|\bperformance\.|\bhrtime\b|\bset(Timeout|Interval|Immediate)\b|node:timers/,
      who: /^shared\/domain\/clock\.ts$|^functions\/|^cli\/world\.ts$/,
    },
    { what: 'read the environment', does: /\bprocess\.(env|argv)\b/, who: /^functions\/|^cli\// },
    {
      what: 'use randomness',
      does: /\bMath\.random\b|\brandomUUID\b|\brandomBytes\b/,
      who: /^functions\/|^cli\//,
    },
    {
      what: 'deregister',
      does: /\bDeregisterTaskDefinitionCommand\b/,
      who: /^shared\/apply\/deregister\.ts$/,
    },
    {
      what: "import Lambda's durable executions",
      does: /durable-execution-sdk-js/,
      who: /^functions\/(?:durable|transport)\.ts$/,
    },
    { what: 'publish', does: /\bPublishCommand\b/, who: /^shared\/(?:notify\/(?:sns|fleet)|aws\/sns-client)\.ts$/ },
    { what: 'answer a run', does: /\bSendDurable\w*Command\b/, who: /^shared\/notify\/answer-run\.ts$/ },
    { what: 'send an event', does: /\bPutEventsCommand\b/, who: /^shared\/notify\/event-bus(?:-client)?\.ts$/ },
    {
      // esbuild removes unused calls from a static import only, so such a bundle has every call of the service.
      what: 'import a client of the SDK dynamically',
      does: /\bimport\(\s*'@aws-sdk\//,
      who: /^never$/,
    },
    {
      what: 'put an object',
      does: /\bPutObjectCommand\b/,
      who: /^shared\/state\/s3\.ts$/,
    },
    {
      // The bundles have nothing else of it.
      what: 'read more of package.json than its version',
      does: /\bmanifest\.(?!version\b)/,
      who: /^never$/,
    },
    {
      what: 'register',
      does: /\bRegister\w*Command\b/,
      who: /^shared\/restore\/register\.ts$/,
    },
    {
      what: 'delete for good',
      does: /\bDelete\w*Command\b/,
      who: /^shared\/deletion\/delete\.ts$/,
    },
    {
      what: 'update, create, run, stop or tag anything',
      does: /\b(Update|Create|Run|Start|Stop|Put(?!Object|Events)|Tag|Untag|Execute)\w*Command\b/,
      who: /^never$/,
    },
  ])('$what', ({ does, who }) => {
    expect(holders(does).filter((file) => !who.test(file))).toEqual([]);
  });

  test('a comment does not count as code', () => {
    expect(withoutComments('a // Date.now\n/* new Date() */ b')).toBe('a \n b');
  });
});

function withoutComments(source: string): string {
  return source.replaceAll(/\/\*[^]*?\*\/|\/\/[^\n]*/g, '');
}
