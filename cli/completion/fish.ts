// The completion script for fish.
import { type CommandLineWords, names, type OptionWords } from './words.ts';

export function completeFish({ commands, options }: CommandLineWords): string {
  const before = `-n 'not __fish_seen_subcommand_from ${commands.map(({ name }) => name).join(' ')}'`;
  const lines = [
    '-f',
    ...options.map((option) => `${before} ${optionOf(option)}`),
    ...[...commands, { name: 'help', summary: 'Prints the help of a command.' }].map(
      ({ name, summary }) => `${before} -a ${name} -d ${quote(summary)}`,
    ),
    ...commands.flatMap(({ name, operands, options: own }) => {
      const condition = `-n '__fish_seen_subcommand_from ${name}'`;
      return [
        ...(operands.length > 0 ? [`${condition} -a ${quote(operands.join(' '))}`] : []),
        ...own.map((option) => `${condition} ${optionOf(option)}`),
      ];
    }),
  ];
  return `# Completion of ecs-revision-pruner for fish.
for program in ${names.join(' ')}
${lines.map((line) => `    complete -c $program ${line}`).join('\n')}
end
`;
}

/** `-l settings -r -F -d 'the settings file'`: -r wants a value, -x one that is no file. */
function optionOf({ flag, help, value, suggestions }: OptionWords): string {
  const option = `-l ${flag.slice(2)}`;
  const description = `-d ${quote(help)}`;
  if (value === undefined) return `${option} ${description}`;
  if (suggestions === 'files') return `${option} -r -F ${description}`;
  if (suggestions === 'folders') return `${option} -x -a '(__fish_complete_directories)' ${description}`;
  return `${option} -x ${suggestions === undefined ? '' : `-a ${quote(suggestions.join(' '))} `}${description}`;
}

function quote(text: string): string {
  return `'${text.replaceAll(/['\\]/g, String.raw`\$&`)}'`;
}
