// The completion script for a shell, as the command prints it.
import { createProcessContext } from '../../cli/context.ts';
import { main } from '../../cli/main.ts';

export async function scriptFor(shell: string): Promise<string> {
  let script = '';
  const context = { ...createProcessContext(), out: (text: string) => void (script += text) };
  await main(['completion', shell], context);
  return script;
}
