// The package as its users get it: packed from a clean copy, installed in an empty folder without a network, and run on the
// Node.js of the tests and on the machine's own.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { startSandbox } from '../../sandbox/server.ts';
import { bundleCliInMemory } from '../../scripts/build-cli.ts';
import { bucketNames } from '../../shared/sources/quotas.ts';
import { ACCOUNT, anAccount, REGION } from '../support/account.ts';
import {
  copyCheckout,
  type Ended,
  emptyFolder,
  install,
  otherNode,
  pack,
  readJson,
  runNode,
} from '../support/package.ts';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';

const MAX_BYTES = 2_000_000;
let tarball = '';
let size = 0;
let files: readonly string[] = [];
let folder = '';
const installed = (file: string) => path.join(folder, 'node_modules/ecs-revision-pruner', file);

beforeAll(() => {
  ({ tarball, size, files } = pack(copyCheckout()));
  folder = install(tarball);
}, 180_000);

describe('the tarball', () => {
  test('has the entry, the bundle and the files that commands read, and nothing else', () => {
    const others = files.filter((file) => !/^dist\/cli\/chunks\/[\w-]+\.mjs(?:\.map)?$/.test(file));
    expect(others).toEqual([
      'LICENSE',
      'README.md',
      'cli/bin.mjs',
      'dist/cli/THIRD-PARTY.txt',
      'dist/cli/start.mjs',
      'dist/cli/start.mjs.map',
      'infra/deployer.yml',
      'infra/fleet/deployer.yml',
      'infra/template.yml',
      'package.json',
      'pruner.schema.json',
      'pruner.yml',
    ]);
  });

  test('needs no other package, and names one command', () => {
    const manifest = z
      .looseObject({ bin: z.unknown(), engines: z.unknown() })
      .parse(readJson(installed('package.json')));
    for (const kind of ['dependencies', 'optionalDependencies', 'peerDependencies', 'bundleDependencies'])
      expect(manifest).not.toHaveProperty(kind);
    expect(manifest.bin).toEqual({ 'ecs-revision-pruner': 'cli/bin.mjs' });
    expect(manifest.engines).toEqual({ node: '>=20' });
    expect(readdirSync(path.join(folder, 'node_modules')).filter((name) => !name.startsWith('.'))).toEqual([
      'ecs-revision-pruner',
    ]);
  });

  test('has the licence of every package in it', () => {
    const text = readFileSync(installed('dist/cli/THIRD-PARTY.txt'), 'utf8');
    for (const name of ['@aws-sdk/client-ecs', 'commander', 'core-js', 'yaml', 'zod'])
      expect(text).toContain(`${name} `);
    expect(text).toContain('Permission is hereby granted, free of charge');
  });

  test('is small, the same bytes each time, and leaves the checkout as it was', () => {
    expect(size).toBeLessThan(MAX_BYTES);
    const checkout = copyCheckout();
    const git = (...args: string[]) => execFileSync('git', args, { cwd: checkout, encoding: 'utf8' });
    git('init', '--quiet');
    git('add', '--all');
    const again = pack(checkout);
    expect(readFileSync(again.tarball).equals(readFileSync(tarball))).toBe(true);
    expect(
      git('status', '--porcelain')
        .split('\n')
        .filter((line) => !/^A {2}/.test(line)),
    ).toEqual(['']);
  });
});

const own = otherNode();
const nodes = [
  { which: 'the Node.js of the tests', node: process.execPath },
  ...(own === undefined ? [] : [{ which: "the machine's Node.js", node: own }]),
];

describe.each(nodes)('on $which', ({ node }) => {
  const account = () => anAccount().family('web', '1-8').service('prod/web', 'web:3');
  const quick = { perSecond: 1000, burst: 1000 };

  async function withAccount(work: (run: (...args: string[]) => Promise<Ended>) => Promise<void>) {
    const sandbox = await startSandbox({ account: account().file(), quotas: 'none' });
    const cwd = emptyFolder();
    writeFileSync(
      path.join(cwd, 'pruner.yml'),
      JSON.stringify({
        quotas: Object.fromEntries(bucketNames.map((name) => [name, quick])),
        state: path.join(cwd, 'state'),
      }),
    );
    const env = {
      AWS_ENDPOINT_URL: sandbox.url,
      AWS_REGION: REGION,
      AWS_ACCESS_KEY_ID: 'CLI',
      AWS_SECRET_ACCESS_KEY: 'secret',
      npm_command: 'exec',
    };
    await work((...args) => runNode(node, [installed('cli/bin.mjs'), ...args], { cwd, env }));
    await sandbox.close();
    expect(sandbox.problems).toEqual([]);
  }

  test('plans, explains, prunes, shows the history and restores, with the settings of the current folder', async () => {
    const confirmed = ['--yes', '--account', ACCOUNT];
    await withAccount(async (run) => {
      const planned = await run('plan', '--json', '--keep-latest', '2', '--detailed-exitcode');
      expect(planned).toMatchObject({ code: 2, err: '' });
      expect(JSON.parse(planned.out)).toMatchObject({ plan: [{ family: 'web', ranges: ['1-2', '4-6'] }] });
      expect(await run('explain', 'web:1')).toMatchObject({ code: 0, err: '' });
      const pruned = await run('prune', '--keep-latest', '2', '--no-wait', ...confirmed);
      expect(pruned).toMatchObject({ code: 0, err: '' });
      expect(pruned.out).toContain('5 revisions were deregistered');
      const history = await run('history', 'web');
      expect(history).toMatchObject({ code: 0, err: '' });
      expect(history.out).toContain('npx ecs-revision-pruner restore web:');
      expect(history.out).not.toContain('./pruner');
      expect(await run('restore', 'web:6', ...confirmed)).toMatchObject({ code: 0, err: '' });
      expect(await run('plan', '--detailed-exitcode')).toMatchObject({ code: 0 });
    });
  });

  test('makes a snapshot, examines the account, and prints permissions, help and scripts for shells', async () => {
    await withAccount(async (run) => {
      expect(JSON.parse((await run('snapshot')).out)).toHaveProperty('taskDefinitions');
      expect((await run('doctor')).out).toMatch(/\d+ ok, \d+ differ, \d+ not checked/);
      expect(JSON.parse((await run('permissions', '--policy')).out)).toHaveProperty('Statement');
      expect(JSON.parse((await run('permissions', '--deploy')).out)).toHaveProperty('Statement');
      expect((await run('--help')).out).toContain('Usage: npx ecs-revision-pruner <command>');
      for (const shell of ['bash', 'zsh', 'fish'])
        expect((await run('completion', shell)).out).toContain('keep-latest');
      expect(await run('plan', '--nothing')).toMatchObject({ code: 2, out: '' });
    });
  });

  test('init writes settings that the next command reads', async () => {
    const cwd = emptyFolder();
    const run = (...args: string[]) => runNode(node, [installed('cli/bin.mjs'), ...args], { cwd });
    const noted = await run('permissions', '--policy');
    expect(noted.err).toBe('Note: there is no pruner.yml in this folder, so every setting has its default.\n');
    expect(await run('init', '--ci', 'gitlab')).toMatchObject({ code: 0, err: '' });
    expect(await run('permissions', '--policy')).toEqual({ ...noted, err: '' });
  });
});

test('npx runs the command in the folder of its installation', () => {
  const args = ['--offline', 'ecs-revision-pruner', '--version'];
  expect(execFileSync('npx', args, { cwd: folder, encoding: 'utf8' })).toMatch(/^\d+\.\d+\.\d+\n$/);
});

test.each([
  {
    what: 'a file in the place of its folder',
    prepare: (home: string) => writeFileSync(path.join(home, '.cache'), ''),
  },
  {
    what: 'a folder that refuses files',
    prepare: (home: string) => mkdirSync(path.join(home, '.cache'), { mode: 0o500 }),
  },
])('a cache that cannot be written is no problem: $what', async ({ prepare }) => {
  const home = emptyFolder();
  prepare(home);
  const ended = await runNode(process.execPath, [installed('cli/bin.mjs'), '--version'], { cwd: home });
  expect(ended).toMatchObject({ code: 0, err: '' });
});

test('the second start finds the compiled code of the first in the cache of the user', async () => {
  const home = emptyFolder();
  await runNode(process.execPath, [installed('cli/bin.mjs'), '--version'], { cwd: home });
  expect(readdirSync(path.join(home, '.cache/ecs-revision-pruner'))).toHaveLength(1);
});

describe('what a command loads', () => {
  /** The npm packages in the scripts that one start loads, by Node.js's own account of them. */
  async function packagesOf(...args: string[]): Promise<string[]> {
    const { metafile } = await bundleCliInMemory();
    const coverage = emptyFolder();
    const sandbox = await startSandbox({ account: anAccount().family('web', '1-8').file(), quotas: 'none' });
    await runNode(process.execPath, [installed('cli/bin.mjs'), ...args], {
      cwd: emptyFolder(),
      env: {
        NODE_V8_COVERAGE: coverage,
        AWS_ENDPOINT_URL: sandbox.url,
        AWS_REGION: REGION,
        AWS_ACCESS_KEY_ID: 'CLI',
        AWS_SECRET_ACCESS_KEY: 'secret',
      },
    });
    await sandbox.close();
    const schema = z.object({ result: z.array(z.object({ url: z.string() })) });
    const urls = readdirSync(coverage).flatMap((file) => schema.parse(readJson(path.join(coverage, file))).result);
    const loaded = new Set(urls.flatMap(({ url }) => /dist\/cli\/.*$/.exec(url)?.[0] ?? []));
    const inputs = Object.entries(metafile.outputs).flatMap(([file, output]) =>
      loaded.has(file)
        ? Object.entries(output.inputs).flatMap(([input, { bytesInOutput }]) => (bytesInOutput > 0 ? [input] : []))
        : [],
    );
    expect(loaded.size).toBeGreaterThan(1);
    return [...new Set(inputs.flatMap((input) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(input)?.[1] ?? []))].sort();
  }

  test('help loads neither an AWS client nor a parser of YAML', async () => {
    expect(await packagesOf('--help')).toEqual(['commander', 'leven', 'zod']);
  });

  test('a plan loads the clients of the sources that it reads, and none for writing', async () => {
    const clients = (await packagesOf('plan')).filter((name) => name.startsWith('@aws-sdk/client-') || name === 'yaml');
    expect(clients).toEqual([
      '@aws-sdk/client-cloudcontrol',
      '@aws-sdk/client-cloudformation',
      '@aws-sdk/client-cloudtrail',
      '@aws-sdk/client-codedeploy',
      '@aws-sdk/client-ecs',
      '@aws-sdk/client-eventbridge',
      '@aws-sdk/client-iam',
      '@aws-sdk/client-lambda',
      '@aws-sdk/client-pipes',
      '@aws-sdk/client-resource-groups-tagging-api',
      '@aws-sdk/client-scheduler',
      '@aws-sdk/client-sfn',
      '@aws-sdk/client-sts',
      // The AppSpecs of CodeDeploy may be YAML.
      'yaml',
    ]);
  });
});
