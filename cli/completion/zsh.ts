// The completion script for zsh: a file on fpath, or a text for `source`.
import type { Suggestions } from '../option.ts';
import { type CommandLineWords, names, type OptionWords } from './words.ts';

const FUNCTION = '_ecs-revision-pruner';

export function completeZsh({ commands, options }: CommandLineWords): string {
  return `#compdef ${names.join(' ')}
# Completion of ecs-revision-pruner for zsh.
${FUNCTION}() {
  local curcontext=$curcontext state line
  local -a commands=(
${commands.map(({ name, summary }) => `    ${quote(`${name}:${summary}`)}`).join('\n')}
    'help:Prints the help of a command.'
  )
  _arguments -C \\
${specsOf(options)} \\
    '1: :->command' \\
    '*:: :->rest'
  case $state in
    command) _describe command commands ;;
    rest)
      case $line[1] in
${commands
  .map(
    (one) =>
      `        ${one.name}) _arguments ${one.operands.length > 0 ? `'1: :(${one.operands.join(' ')})' ` : ''}\\\n${specsOf(one.options)} ;;`,
  )
  .join('\n')}
      esac ;;
  esac
}
if [[ $funcstack[1] == ${FUNCTION} ]]; then
  ${FUNCTION} "$@"
else
  compdef ${FUNCTION} ${names.join(' ')}
fi
`;
}

function specsOf(options: readonly OptionWords[]): string {
  return options.map((option) => `    ${quote(specOf(option))}`).join(' \\\n');
}

/** `--settings[the settings file]:file:_files` */
function specOf({ flag, help, value, suggestions }: OptionWords): string {
  const described = `${flag}[${help.replaceAll(/[[\]\\]/g, String.raw`\$&`)}]`;
  return value === undefined ? described : `${described}:${value}:${actionOf(suggestions)}`;
}

function actionOf(suggestions: Suggestions | undefined): string {
  if (suggestions === undefined) return ' ';
  if (typeof suggestions !== 'string') return `(${suggestions.join(' ')})`;
  return suggestions === 'files' ? '_files' : '_files -/';
}

function quote(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
