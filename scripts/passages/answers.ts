// Passages that show what the command line prints without a call to AWS: help, and refused settings.
import { readArguments } from '../../cli/arguments.ts';
import { parseSettings } from '../../shared/settings/parse.ts';
import { SettingsError } from '../../shared/settings/problems.ts';
import { readYaml } from '../../shared/settings/yaml.ts';
import { answer, screen, settingsAbove } from './console.ts';
import type { Makers } from './passage.ts';

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
