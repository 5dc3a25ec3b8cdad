// The parts of the help that are not options: examples and exit codes.
import type { Command } from './command.ts';
import { exitCodes } from './exit.ts';

/** At most 72 characters a line: with the code before it a line fits 80 columns. */
const exitCodeHelp: Record<keyof typeof exitCodes, string> = {
  done: 'done; also with nothing to do, a family on hold, or the cap reached',
  failed:
    'failed: AWS not reached, a call refused, a report not sent; or something\n       began to use a revision after it was deregistered',
  usage: 'not begun: the options, settings, Region, account or revision are wrong',
  held: 'held: something could not be read completely; nothing was done after that',
  interrupted: 'interrupted',
};
const exitNames = ['done', 'failed', 'usage', 'held', 'interrupted'] as const;

export function printExamples({ examples }: Command): string {
  return ['Examples:', ...examples.map(([line, purpose]) => `  # ${purpose}\n  ${line}`)].join('\n');
}

export function printExitCodes(): string {
  const lines = exitNames.map((name) => `  ${String(exitCodes[name]).padEnd(3)}  ${exitCodeHelp[name]}`);
  return ['Exit codes:', ...lines].join('\n');
}
