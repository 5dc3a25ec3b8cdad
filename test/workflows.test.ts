// Checks the files that GitHub reads: their mistakes would otherwise show only after a push.
import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod';
import { jobs } from '../cli/ci-jobs.ts';
import manifest from '../package.json' with { type: 'json' };
import nodeManifest from '../scripts/node/package.json' with { type: 'json' };
import fastConfig from '../vitest.fast.config.ts';

const root = path.resolve(import.meta.dirname, '..');
const readText = (file: string) => readFileSync(path.join(root, file), 'utf8');
const readYaml = (file: string): unknown => parse(readText(file));

const workflows = globSync('.github/workflows/*.yml', { cwd: root }).toSorted();
/** The workflow that operators copy. */
const example = 'examples/github-actions/deploy.yml';
const forms = globSync('.github/ISSUE_TEMPLATE/[0-9]-*.yml', { cwd: root }).toSorted();
const dependencies = Object.keys({ ...manifest.devDependencies, ...nodeManifest.optionalDependencies });

const workflowSchema = z.object({
  permissions: z.record(z.string(), z.enum(['read', 'write'])),
  concurrency: z.object({ group: z.string() }),
  jobs: z.record(
    z.string(),
    z.object({
      'timeout-minutes': z.number(),
      steps: z.array(
        z.object({
          uses: z.string().optional(),
          run: z.string().optional(),
          with: z.record(z.string(), z.unknown()).optional(),
        }),
      ),
    }),
  ),
});
const dependabotSchema = z.object({
  updates: z.array(
    z.object({
      'package-ecosystem': z.string(),
      cooldown: z.object({ 'default-days': z.number() }),
      groups: z.record(
        z.string(),
        z.object({ patterns: z.array(z.string()), 'dependency-type': z.string().optional() }),
      ),
      ignore: z.array(z.object({ 'dependency-name': z.string() })).optional(),
    }),
  ),
});
const formSchema = z.object({
  body: z.array(z.object({ id: z.string().optional(), attributes: z.object({ label: z.string().optional() }) })),
});

test('the repository has a workflow for tests, one for code scanning and one for releases', () => {
  expect(workflows.map((file) => path.basename(file))).toEqual(['ci.yml', 'codeql.yml', 'release.yml']);
});

describe.each([...workflows, example])('%s', (file) => {
  test('declares its permissions and its concurrency, and limits the time of every job', () => {
    expect(workflowSchema.safeParse(readYaml(file)).error?.issues ?? []).toEqual([]);
  });

  test('grants no write permission to all of its jobs', () => {
    expect(Object.values(workflowSchema.parse(readYaml(file)).permissions)).not.toContain('write');
  });

  test('pins every action by its full digest, with the version in a comment', () => {
    const lines = readText(file).match(/^.*\buses:.*$/gm) ?? [];
    expect(lines).not.toEqual([]);
    expect(lines.filter((line) => !/uses: [\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(line))).toEqual([]);
  });

  test('keeps the token of a checkout out of the git configuration', () => {
    const checkouts = listSteps(file).filter(({ uses }) => uses?.startsWith('actions/checkout@'));
    expect(checkouts).not.toEqual([]);
    expect(checkouts.map((step) => step.with?.['persist-credentials'])).toEqual(checkouts.map(() => false));
  });

  test('runs only npm scripts that exist', () => {
    const called = [...readText(file).matchAll(/\bnpm (?:run ([\w:-]+)|(test)\b)/g)].map(
      ([, script, test]) => script ?? test ?? '',
    );
    expect(called.filter((name) => !Object.hasOwn(manifest.scripts, name))).toEqual([]);
  });

  test('runs only scripts that exist in the repository', () => {
    const scripts = [...readText(file).matchAll(/\bnode (\S+\.ts)/g)].map(([, script = '']) => script);
    expect(scripts.filter((script) => !existsSync(path.join(root, script)))).toEqual([]);
  });

  test('passes no expression to a shell, since a branch or a title could inject a command', () => {
    expect(listSteps(file).filter(({ run }) => run?.includes('${{'))).toEqual([]);
  });
});

describe('the workflow that `init` writes', () => {
  const { text } = jobs('1.2.3').github;
  const steps = Object.values(workflowSchema.parse(parse(text)).jobs).flatMap((job) => job.steps);

  test('passes the same checks as the workflows of this repository', () => {
    const uses = text.match(/^.*\buses:.*$/gm) ?? [];
    expect(uses).toHaveLength(2);
    expect(uses.filter((line) => !/uses: [\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(line))).toEqual([]);
    expect(steps.filter(({ run }) => run?.includes('${{'))).toEqual([]);
    expect(steps[0]?.with?.['persist-credentials']).toBe(false);
    expect(text).not.toContain('pull_request_target');
  });

  test('uses the versions of actions that this repository uses', () => {
    const own = new Set(workflows.flatMap((file) => listSteps(file).flatMap((step) => step.uses ?? [])));
    expect(steps.flatMap((step) => step.uses ?? []).filter((use) => !own.has(use))).toEqual([]);
  });

  test('plans with its own version, and only 2 does not fail it', () => {
    const plan = steps.at(-1)?.run ?? '';
    expect(plan).toContain('npx --yes ecs-revision-pruner@1.2.3 plan --detailed-exitcode > ../plan.txt || code=$?');
    expect(plan).toMatch(/0\) echo[^\n]+\n\s+2\) echo[^\n]+\n\s+\*\) exit "\$code"/);
  });
});

test('the same version of an action is used everywhere', () => {
  const uses = [...workflows, example].flatMap((file) => listSteps(file).flatMap((step) => step.uses ?? []));
  const digests = Map.groupBy(new Set(uses), (use) => use.replace(/@.*$/, ''));
  expect([...digests.values()].filter((versions) => versions.length > 1)).toEqual([]);
});

test('pull requests never run with the permissions of the base branch', () => {
  expect(workflows.filter((file) => readText(file).includes('pull_request_target'))).toEqual([]);
});

test('only the publishing job of a release may write contents', () => {
  const writers = workflows.filter((file) => readText(file).includes('contents: write'));
  expect(writers).toEqual(['.github/workflows/release.yml']);
  const [, publish = ''] = readText('.github/workflows/release.yml').split(/^ {2}publish:$/m);
  expect(publish).toContain('contents: write');
  expect(publish).not.toMatch(/\bnpm\b|\bnode\b|actions\/checkout/);
});

test('a release publishes exactly the files of `npm run release`, after a check of their checksums', () => {
  const [build = '', npm = '', publish = ''] = readText('.github/workflows/release.yml').split(
    /^ {2}(?:npm|publish):$/m,
  );
  expect(build).toMatch(/^ {6}- run: npm run release$/m);
  expect(build).toMatch(/^ {12}out\/notes\.md\n {12}release\/\n {10}if-no-files-found: error$/m);
  for (const job of [npm, publish]) {
    const checked = job.indexOf('sha256sum --check --strict SHA256SUMS');
    expect(checked).toBeGreaterThan(job.indexOf('actions/download-artifact@'));
    expect(checked).toBeLessThan(job.search(/npm publish|actions\/attest-build-provenance/));
  }
  expect(publish).toContain('subject-path: release/*');
  expect(publish).toContain('gh release create "$GITHUB_REF_NAME" release/*');
});

test('npm gets the tarball of the release with its provenance, and neither a checkout nor a token', () => {
  const [, npm = ''] = readText('.github/workflows/release.yml').split(/^ {2}(?:npm|publish):$/m);
  expect(npm.match(/\bnpm .*$/gm)?.at(-1)).toBe(
    `npm publish "./release/${manifest.name}-\${GITHUB_REF_NAME#v}.tgz" --provenance --access public --ignore-scripts`,
  );
  // npm refuses a provenance from another repository than the one that the package names.
  expect(manifest.repository.url).toBe('git+https://github.com/ecs-revision-pruner/ecs-revision-pruner.git');
  expect(npm).not.toMatch(/actions\/checkout|secrets\.|\bwrite\b(?! # identifies)/);
});

describe('.github/dependabot.yml', () => {
  const { updates } = dependabotSchema.parse(readYaml('.github/dependabot.yml'));
  const [npm, actions, ...others] = updates;

  test('updates npm packages and actions, after a cooldown of at least a week', () => {
    expect([npm?.['package-ecosystem'], actions?.['package-ecosystem']]).toEqual(['npm', 'github-actions']);
    expect(others).toEqual([]);
    expect(updates.map(({ cooldown }) => cooldown['default-days']).filter((days) => days < 7)).toEqual([]);
  });

  test('updates all AWS clients together', () => {
    const clients = dependencies.filter((name) => name.startsWith('@aws-sdk/'));
    expect(clients).not.toEqual([]);
    expect(clients.filter((name) => findGroup(name) !== 'aws-sdk')).toEqual([]);
  });

  test('updates the durable execution SDK together with its testing package', () => {
    const packages = dependencies.filter((name) => name.startsWith('@aws/durable-execution-sdk-js'));
    expect(packages.map(findGroup)).toEqual(['durable-execution', 'durable-execution']);
  });

  test('mentions only dependencies that the project has', () => {
    const patterns = Object.values(npm?.groups ?? {}).flatMap((group) => group.patterns);
    const ignored = npm?.ignore?.map((entry) => entry['dependency-name']) ?? [];
    const unused = [...patterns, ...ignored].filter((pattern) => !dependencies.some(matches(pattern)));
    expect(unused).toEqual([]);
  });

  /** Dependabot puts a dependency into the first group that matches. */
  function findGroup(name: string): string | undefined {
    const groups = Object.entries(npm?.groups ?? {});
    return groups.find(([, { patterns }]) => patterns.some((pattern) => matches(pattern)(name)))?.[0];
  }
});

describe('the issue forms', () => {
  test('there is one for safety, one for bugs and one for features', () => {
    expect(forms.map((file) => path.basename(file))).toEqual(['1-safety.yml', '2-bug.yml', '3-feature.yml']);
  });

  test.each(forms)('%s asks for the output of doctor, and no two of its fields have one id', (file) => {
    const { body } = formSchema.parse(readYaml(file));
    expect(body.map(({ attributes }) => attributes.label)).toContain('Output of `./pruner doctor`');
    const ids = body.flatMap(({ id }) => id ?? []);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test.each(['1-safety.yml', '2-bug.yml'])('%s says that a JSON report contains names', (name) => {
    expect(readText(`.github/ISSUE_TEMPLATE/${name}`)).toContain('contain the account number, ARNs and the names');
  });

  test('the safety form tells the operator to restore first', () => {
    const form = readText('.github/ISSUE_TEMPLATE/1-safety.yml');
    expect(form.indexOf('Restore first')).toBeGreaterThan(0);
    expect(form.indexOf('Restore first')).toBeLessThan(form.indexOf('type: textarea'));
  });

  test('only the forms open an issue, and vulnerabilities are reported in private', () => {
    const config = readText('.github/ISSUE_TEMPLATE/config.yml');
    expect(config).toContain('blank_issues_enabled: false');
    expect(config).toContain('/security/advisories/new');
  });
});

test('every path in CODEOWNERS exists', () => {
  const paths = [...readText('.github/CODEOWNERS').matchAll(/^\/(\S+)/gm)].map(([, file = '']) => file);
  expect(paths).toContain('shared/apply/');
  expect(paths.filter((file) => !existsSync(path.join(root, file)))).toEqual([]);
});

test('.nvmrc has the major version of the Lambda runtime', () => {
  const [, runtime] = /^ {2}runtime: nodejs(\d+)\.x$/m.exec(readText('serverless.yml')) ?? [];
  expect(readText('.nvmrc')).toBe(`${runtime}\n`);
});

test('the fast tests include the decisions, and leave out every test that talks to the sandbox', () => {
  const files = fastConfig.test?.include ?? [];
  expect(files).toContain('test/plan/decide.test.ts');
  expect(files).not.toContain('test/sandbox/server.test.ts');
  expect(files).not.toContain('test/cli/restore.test.ts');
});

function listSteps(file: string) {
  return Object.values(workflowSchema.parse(readYaml(file)).jobs).flatMap(({ steps }) => steps);
}

/** Every pattern in the file is a name, or the beginning of one before `*`. */
function matches(pattern: string): (name: string) => boolean {
  if (!pattern.endsWith('*')) return (name) => name === pattern;
  return (name) => name.startsWith(pattern.slice(0, -1));
}
