// Starts the command line in this process. cli/bin.mjs imports its bundle.
import { createProcessContext } from './context.ts';
import { keepHeapSmall } from './heap.ts';
import { programOf } from './installation.ts';
import { setProgram } from '../shared/domain/program.ts';

export async function start(): Promise<void> {
  keepHeapSmall();
  // Node.js 20 lacks some of the language. `main` is imported after it is there.
  if (!('fromAsync' in Array && 'union' in Set.prototype)) await import('./polyfills.ts');
  const { main } = await import('./main.ts');
  setProgram(programOf(process.env));
  process.exitCode = await main(process.argv.slice(2), createProcessContext());
}
