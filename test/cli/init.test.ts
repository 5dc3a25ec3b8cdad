// The files that init writes, read by what reads them.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod';
import manifest from '../../package.json' with { type: 'json' };
import { createProcessContext } from '../../cli/context.ts';
import { main } from '../../cli/main.ts';
import { loadSettings } from '../../shared/settings/load.ts';
import { defaults } from '../../shared/settings/parse.ts';
import { emptyFolder } from '../support/package.ts';

async function init(cwd: string, ...args: string[]) {
  let [out, err] = ['', ''];
  const context = {
    ...createProcessContext(),
    cwd,
    out: (text: string) => void (out += text),
    err: (text: string) => void (err += text),
  };
  const code = await main(['init', ...args], context);
  const files = readdirSync(cwd, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.yml'));
  return { code, out, err, files: files.sort() };
}

const read = (folder: string, name: string) => readFileSync(path.join(folder, name), 'utf8');

test('the settings have every key with its default, are valid for editors, and name the schema of this version', async () => {
  const folder = emptyFolder();
  expect(await init(folder, '--ci', 'none')).toMatchObject({ code: 0, err: '', files: ['pruner.yml'] });
  expect(loadSettings(path.join(folder, 'pruner.yml'))).toEqual(defaults);
  const text = read(folder, 'pruner.yml');
  expect(text.split('\n')[0]).toBe(
    `# yaml-language-server: $schema=https://unpkg.com/ecs-revision-pruner@${manifest.version}/pruner.schema.json`,
  );
  expect(text).not.toContain('the function');
  const schema: unknown = JSON.parse(readFileSync('pruner.schema.json', 'utf8'));
  expect(new Ajv({ allowUnionTypes: true }).validate(z.looseObject({}).parse(schema), parse(text))).toBe(true);
});

test('prints the files that it wrote, and the next steps', async () => {
  const { out } = await init(emptyFolder(), '--ci', 'github');
  expect(out).toBe(`Wrote pruner.yml: every setting, with its default.
Wrote .github/workflows/ecs-revisions.yml: plans on pull requests that change the settings.

Next:
  1. Look at a plan, which changes nothing: ./pruner plan
  2. Create a role that the job may assume (OIDC), with the policy of: ./pruner permissions --policy
  3. Set the variables PRUNER_ROLE_ARN and AWS_REGION of the repository.
`);
});

test.each([
  { name: 'pruner.yml', folder: '.' },
  { name: '.github/workflows/ecs-revisions.yml', folder: '.github/workflows' },
])('writes nothing where there is already $name', async ({ name, folder: parent }) => {
  const folder = emptyFolder();
  mkdirSync(path.join(folder, parent), { recursive: true });
  writeFileSync(path.join(folder, name), 'mine');
  const { code, err, files } = await init(folder, '--ci', 'github');
  expect([code, files]).toEqual([2, [name]]);
  expect(err).toContain(`error: init: there is already ${name}; nothing was written.`);
  expect(read(folder, name)).toBe('mine');
});

describe('without --ci', () => {
  const github = '.github/workflows/ecs-revisions.yml';
  const gitlab = '.gitlab/ecs-revisions.yml';
  const remote = (url: string) => `[remote "origin"]\n\turl = ${url}\n`;

  test.each([
    { what: 'a folder .github', file: '.github/CODEOWNERS', text: '', writes: github },
    { what: 'a GitLab pipeline', file: '.gitlab-ci.yml', text: '', writes: gitlab },
    { what: 'a remote at GitHub', file: '.git/config', text: remote('git@github.com:a/b.git'), writes: github },
    {
      what: 'a remote at a GitLab',
      file: '.git/config',
      text: remote('https://gitlab.example.com/a/b'),
      writes: gitlab,
    },
    { what: 'another remote', file: '.git/config', text: remote('https://example.com/gitlab/b'), writes: undefined },
  ])('chooses the job by $what', async ({ file, text, writes }) => {
    const folder = emptyFolder();
    mkdirSync(path.join(folder, path.dirname(file)), { recursive: true });
    writeFileSync(path.join(folder, file), text);
    const { files } = await init(folder);
    expect(files.filter((name) => name !== file)).toEqual([...(writes === undefined ? [] : [writes]), 'pruner.yml']);
  });
});

test('the job for GitLab takes a role by a token, and shows changes without failing', async () => {
  const folder = emptyFolder();
  await init(folder, '--ci', 'gitlab');
  const { 'ecs-revisions': job } = z
    .object({ 'ecs-revisions': z.looseObject({}) })
    .parse(parse(read(folder, '.gitlab/ecs-revisions.yml')));
  expect(job).toMatchObject({
    id_tokens: { AWS_TOKEN: { aud: 'sts.amazonaws.com' } },
    allow_failure: { exit_codes: [2] },
    script: [
      'printf %s "$AWS_TOKEN" > "$AWS_WEB_IDENTITY_TOKEN_FILE"',
      `npx --yes ecs-revision-pruner@${manifest.version} plan --detailed-exitcode`,
    ],
  });
});
