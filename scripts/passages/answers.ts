// Passages that show what the product prints: help, plans, explanations and refused settings.
import { parse } from 'yaml';
import * as z from 'zod';
import { readArguments } from '../../cli/arguments.ts';
import { explain } from '../../shared/report/explain.ts';
import { terminal } from '../../shared/report/terminal.ts';
import { parseSettings } from '../../shared/settings/parse.ts';
import { SettingsError } from '../../shared/settings/problems.ts';
import { readYaml } from '../../shared/settings/yaml.ts';
import { excerpt } from '../excerpt.ts';
import type { Makers } from './passage.ts';

const screen = { width: 80, color: false };

/** These run the product against the sandbox, which takes seconds, so only they load it. */
export const runs: Makers = {
  plan: async ({ words, before }) => {
    const settings = z.looseObject({}).parse(parse(settingsAbove(before)));
    const { demonstrated } = await import('../demonstration.ts');
    const { report } = await demonstrated({ dryRun: true, settings });
    const { rows, leftOut } = excerpt(terminal(report, screen), words);
    return answer('./pruner plan', [...rows, leftOutLine(leftOut)].join('\n'));
  },
  'plan-picture': async ({ words }) => {
    const { demonstrated } = await import('../demonstration.ts');
    const { report } = await demonstrated({ dryRun: true });
    const printed = terminal(report, screen);
    const { before, rows, leftOut } = excerpt(printed, words);
    const verdict = before.slice(0, before.indexOf(''));
    const lines = [...verdict, '', ...before.slice(-1), ...rows, leftOutLine(leftOut)];
    return answer('./pruner plan', lines.join('\n'));
  },
  explain: async ({ words: [family = '', number = ''] }) => {
    const { explained } = await import('../demonstration.ts');
    const explanation = await explained({ family, number: Number(number) });
    return answer(`./pruner explain ${family}:${number}`, explain(explanation, screen));
  },
};

export const answers: Makers = {
  /** Without a command: the whole help. With one: without the parts that every command's help repeats. */
  help: ({ words: [command] }) => {
    if (command === undefined) return answer('./pruner --help', helpOf([]));
    const paragraphs = helpOf([command]).trimEnd().split('\n\n');
    const own = paragraphs.filter((paragraph) => !/^(Global Options|Exit codes):/.test(paragraph));
    return answer(`./pruner ${command} --help`, own.join('\n\n'));
  },
  refused: ({ before }) => {
    const { value, lineOf } = readYaml(settingsAbove(before));
    try {
      parseSettings(value, 'pruner.yml', { lineOf, problems: [] });
    } catch (error) {
      if (error instanceof SettingsError) return answer('./pruner plan', error.message);
      throw error;
    }
    throw new Error('A document says that these settings are refused, and they are not');
  },
};

function helpOf(command: readonly string[]): string {
  const given = readArguments([...command, '--help'], { version: '', columns: screen.width });
  if (given.command !== 'help') throw new Error(`There is no help of ${command.join(' ')}`);
  return given.text;
}

/** An answer belongs to the settings that stand before it. */
function settingsAbove(document: string): string {
  const [, text] = [...document.matchAll(/```yaml\n([^]*?)```/g)].at(-1) ?? [];
  if (text === undefined) throw new Error('An answer to settings stands before any settings');
  return text;
}

function leftOutLine(count: number): string {
  return `  ... (${count} other lines)`;
}

function answer(command: string, printed: string): string {
  return ['```console', `$ ${command}`, printed.trimEnd(), '```', ''].join('\n');
}
