// Passages with output of the command line that needs no call to AWS: help, and refused settings.
import { parseCommandLine } from '../../cli/parse.ts';
import { parseSettings } from '../../shared/settings/parse.ts';
import { SettingsError } from '../../shared/settings/problems.ts';
import { readYaml } from '../../shared/settings/yaml.ts';
import { answer, screen, settingsAbove } from './console.ts';
import type { Makers } from './passage.ts';

export const answers: Makers = {
  /** The help of a command leaves out the exit codes, which the reference lists once. */
  help: ({ words: [command] }) => {
    if (command === undefined) return answer('./pruner --help', helpOf([]));
    const paragraphs = helpOf([command]).trimEnd().split('\n\n');
    const own = paragraphs.filter((paragraph) => !paragraph.startsWith('Exit codes:'));
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
    throw new Error('A document shows these settings as refused, but they are accepted');
  },
};

function helpOf(command: readonly string[]): string {
  const given = parseCommandLine([...command, '--help'], { version: '', columns: screen.width });
  if (given.command !== 'help' || !('text' in given)) throw new Error(`There is no help for ${command.join(' ')}`);
  return given.text;
}
