// Prints a completion script. It contains all words, because a shell that asked this program at each Tab would wait for
// Node.js to start.
import { commands } from '../commands.ts';
import type { Shell } from '../commands/completion.ts';
import { completeBash } from '../completion/bash.ts';
import { completeFish } from '../completion/fish.ts';
import { describeCommandLine } from '../completion/words.ts';
import { completeZsh } from '../completion/zsh.ts';
import type { ProcessContext } from '../context.ts';
import { type ExitCode, exitCodes } from '../exit.ts';

const scripts = { bash: completeBash, zsh: completeZsh, fish: completeFish };

export function completion({ shell }: { readonly shell: Shell }, { out }: ProcessContext): ExitCode {
  out(scripts[shell](describeCommandLine(commands)));
  return exitCodes.done;
}
