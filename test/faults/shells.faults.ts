// Tests the offers of each shell with its completion script. A shell that this machine lacks is left out.
import { execFileSync, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Shell } from '../../cli/commands/completion.ts';
import { scriptFor } from '../support/completion.ts';
import { emptyFolder } from '../support/package.ts';

const isInstalled = (shell: Shell) => spawnSync(shell, ['-c', 'exit 0']).status === 0;

const cases = [
  { typed: 'pl', offers: ['plan'] },
  { typed: 'completion ', offers: ['bash', 'zsh', 'fish'] },
  { typed: 'plan --det', offers: ['--detailed-exitcode'] },
  { typed: 'plan --without ta', offers: ['tags'] },
  { typed: '--region eu-west-1 pru', offers: ['prune'] },
  { typed: 'init --ci git', offers: ['github', 'gitlab'] },
  { typed: 'plan --settings pruner.y', offers: ['pruner.yml'] },
];

describe.skipIf(!isInstalled('bash'))('bash', () => {
  test.each(cases)('offers what fits "$typed"', async ({ typed, offers }) => {
    const words = ['pruner', ...typed.split(' ')];
    const quoted = words.map((word) => `'${word}'`).join(' ');
    const asks = `COMP_WORDS=(${quoted}); COMP_CWORD=${words.length - 1}; _ecs_revision_pruner; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const offered = runShell('bash', ['--norc', '-c', `${await scriptFor('bash')}\n${asks}`]);
    expect(offered).toEqual(expect.arrayContaining([...offers]));
  });
});

describe.skipIf(!isInstalled('fish'))('fish', () => {
  test.each(cases)('offers what fits "$typed"', async ({ typed, offers }) => {
    const asks = `complete -C 'pruner ${typed}'`;
    const offered = runShell('fish', ['--no-config', '-c', `${await scriptFor('fish')}\n${asks}`]).map(
      (line) => line.split('\t')[0],
    );
    expect(offered).toEqual(expect.arrayContaining([...offers]));
  });
});

describe.skipIf(!isInstalled('zsh'))('zsh', () => {
  // Its completion needs a terminal, which zpty gives it; the list appears there as text.
  test.each(cases)('offers what fits "$typed"', async ({ typed, offers }) => {
    const folder = emptyFolder();
    writeFileSync(path.join(folder, '_ecs-revision-pruner'), await scriptFor('zsh'));
    writeFileSync(path.join(folder, 'pruner.yml'), '');
    const asks = `
      zmodload zsh/zpty
      zpty shell zsh -f -i
      zpty -w shell "cd ${folder}; PS1=; fpath=(${folder} \\$fpath); autoload -Uz compinit; compinit -u -D; zstyle ':completion:*' list-prompt ''; LISTMAX=0; setopt no_always_last_prompt; print READY"
      zpty -r -m shell line '*READY*READY*'
      zpty -w -n shell $'pruner ${typed}\\t\\t'
      sleep 1
      zpty -w -n shell $'\\C-u'
      zpty -w shell 'print ENDED'
      zpty -r -m shell line '*ENDED*'
      print -r -- "$line"`;
    const shown = runShell('zsh', ['-f', '-c', asks]).join('\n');
    for (const word of offers) expect(shown).toContain(word);
  });
});

function runShell(shell: Shell, args: readonly string[]): string[] {
  return execFileSync(shell, args, { encoding: 'utf8', timeout: 20_000 }).trim().split('\n');
}
