// The completion script for bash. It runs on bash 3.2 as well, which macOS has.
import type { CommandLineWords, OptionWords } from './words.ts';
import { names } from './words.ts';

const FUNCTION = '_ecs_revision_pruner';

export function completeBash({ commands, options, valueOptions }: CommandLineWords): string {
  const patterns = commands.map(({ name }) => name).join('|');
  const flags = (all: readonly OptionWords[]) => all.map(({ flag }) => flag).join(' ');
  return `# Completion of ecs-revision-pruner for bash.
${FUNCTION}() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD - 1]}
  local command='' skip='' word words IFS=$' \\t\\n'
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    if [[ -n $skip ]]; then skip=''; continue; fi
    case $word in
      ${valueOptions.map(({ flag }) => flag).join('|')}) skip=1 ;;
      ${patterns}) command=$word; break ;;
    esac
  done
  COMPREPLY=()
  case $previous in
${valueOptions.map((option) => `    ${option.flag}) ${suggest(option)}return ;;`).join('\n')}
  esac
  case $command in
    '') words='${[...commands.map(({ name }) => name), 'help'].join(' ')} ${flags(options)}' ;;
${commands.map((one) => `    ${one.name}) words='${[...one.operands, flags(one.options)].join(' ')}' ;;`).join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -F ${FUNCTION} ${names.join(' ')}
`;
}

/** Names with blanks stay one word: the split is at line ends, and bash 4 quotes what is marked as a file name. */
function suggest({ suggestions }: OptionWords): string {
  if (suggestions === undefined) return '';
  if (typeof suggestions !== 'string') return `COMPREPLY=($(compgen -W '${suggestions.join(' ')}' -- "$current")); `;
  const kind = suggestions === 'files' ? '-f' : '-d';
  return `IFS=$'\\n'; COMPREPLY=($(compgen ${kind} -- "$current")); compopt -o filenames 2>/dev/null; `;
}
