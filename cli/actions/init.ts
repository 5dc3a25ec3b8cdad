// Writes commented settings and a CI job into the current folder.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import manifest from '../../package.json' with { type: 'json' };
import { program } from '../../shared/domain/program.ts';
import { jobs } from '../ci-jobs.ts';
import type { CiKind, InitOptions } from '../commands/init.ts';
import type { ProcessContext } from '../context.ts';
import { type ExitCode, exitCodes, Refusal } from '../exit.ts';
import { root } from '../installation.ts';
import { SETTINGS_FILE } from '../settings.ts';

interface NewFile {
  readonly name: string;
  readonly text: string;
  readonly purpose: string;
}

export function init({ ci }: InitOptions, { cwd, out }: ProcessContext): ExitCode {
  const kind = ci ?? detectCi(cwd);
  const settings = { name: SETTINGS_FILE, text: commentedSettings(), purpose: 'every setting, with its default' };
  const job = kind === 'none' ? undefined : jobs(manifest.version)[kind];
  const files: NewFile[] = [settings, ...(job === undefined ? [] : [job])];
  const existing = files.filter(({ name }) => existsSync(join(cwd, name)));
  if (existing.length > 0)
    throw new Refusal(
      `init: there is already ${existing.map(({ name }) => name).join(' and ')}; nothing was written.`,
      {
        remedy: 'It replaces no file. To begin anew, move the old one away first.',
      },
    );
  for (const { name, text, purpose } of files) {
    mkdirSync(dirname(join(cwd, name)), { recursive: true });
    // Fails where the file appeared meanwhile.
    writeFileSync(join(cwd, name), text, { flag: 'wx' });
    out(`Wrote ${name}: ${purpose}.\n`);
  }
  const steps = [`Look at a plan, which changes nothing: ${program()} plan`, ...(job?.steps ?? [])];
  out(`\nNext:\n${steps.map((step, at) => `  ${at + 1}. ${step}\n`).join('')}`);
  return exitCodes.done;
}

/** By the files of each service, and then by the address of the remote repository. */
function detectCi(cwd: string): CiKind {
  if (existsSync(join(cwd, '.gitlab-ci.yml'))) return 'gitlab';
  if (existsSync(join(cwd, '.github'))) return 'github';
  try {
    const [, host = ''] =
      /url = (?:\w+:\/\/)?(?:[^@/\s]+@)?([^:/\s]+)/.exec(readFileSync(join(cwd, '.git', 'config'), 'utf8')) ?? [];
    return host.includes('gitlab') ? 'gitlab' : host.includes('github') ? 'github' : 'none';
  } catch {
    return 'none'; // no repository, or a work tree of another one
  }
}

/** The committed file, which has every setting with its default, for a folder that has neither its schema nor the code. */
function commentedSettings(): string {
  const text = readFileSync(join(root, SETTINGS_FILE), 'utf8');
  const head = [
    `# yaml-language-server: $schema=https://unpkg.com/ecs-revision-pruner@${manifest.version}/pruner.schema.json`,
    '#',
    '# The settings of ecs-revision-pruner. Every key is here with its default; leave out what you do not change. A key or',
    '# value that is wrong is named, with its line, before anything is read from AWS.',
  ];
  return [...head, text.slice(text.indexOf('\n\n') + 1)].join('\n');
}
