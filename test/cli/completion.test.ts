// The content of the completion scripts. test/faults/shells.faults.ts runs them.
import { expect, test } from 'vitest';
import { commandNames, commands } from '../../cli/commands.ts';
import { shells } from '../../cli/commands/completion.ts';
import { main } from '../../cli/main.ts';
import { createProcessContext } from '../../cli/context.ts';
import { flagOf } from '../../cli/option.ts';
import { scriptFor } from '../support/completion.ts';

test.each(shells)('the script for %s has every command and every option', async (shell) => {
  const script = await scriptFor(shell);
  for (const name of commandNames) expect(script).toMatch(new RegExp(`\\b${name}\\b`));
  const flags = commands.flatMap(({ options }) => Object.values(options).map(flagOf));
  for (const flag of flags) expect(script).toContain(shell === 'fish' ? `-l ${flag.slice(2)} ` : flag);
});

test('another shell is refused', async () => {
  let message = '';
  const context = { ...createProcessContext(), err: (text: string) => void (message += text) };
  expect(await main(['completion', 'tcsh'], context)).toBe(2);
  expect(message).toContain('completion: given "tcsh", allowed: bash, zsh, fish');
});
