// The help, as it is printed.
import { expect, test } from 'vitest';
import { exitCodes } from '../../cli/exit.ts';
import { commandHelp, commandNames } from '../../cli/help.ts';
import { parseCommandLine } from '../../cli/options.ts';

function printed(...args: string[]): string {
  const answer = parseCommandLine(args, { version: '1.2.3', columns: 80 });
  return answer.command === 'help' || answer.command === 'version'
    ? answer.text
    : `not an answer: ${answer.command}`;
}

test('prune says what it does, what it takes, and shows how', () => {
  expect(printed('prune', '--help')).toBe(`\
Usage: ./pruner prune [options]

Shows the plan, asks for the number of the account, and deregisters.

Options:
  --topic <arn>              publish the report to this SNS topic, too
  --yes                      do not ask; needs --account
  --account <number>         the account that you mean; any other is refused
  --no-wait                  do not wait out the window before the report
  -h, --help                 print this

Global Options:
  --version                  print the version
  --settings <file>          the settings file (default: pruner.yml)
  --region <region>          instead of the Region of your AWS configuration
  --profile <profile>        a profile of your AWS configuration
  --families <globs>         only these families, as 'web*,batch-*'
  --keep-latest <n>          instead of keepLatest in the settings, from 1;
                             overrides keep theirs
  --min-age-days <days>      instead of minAgeDays in the settings, 0 for none;
                             overrides keep theirs
  --max-deregistrations <n>  instead of maxDeregistrations in the settings
  --share <share>            instead of share in the settings, up to 1
  --write-share <share>      instead of writeShare in the settings, up to 1
  --state <place>            where runs keep what they know: s3://bucket/prefix,
                             or a folder
  --without <sources>        sources not to read either, such as tags
  --json                     print one JSON document and nothing else
  --no-color                 print without colours
  --debug                    print the stack trace of an unexpected failure

Examples:
  # asks you to type the number of the account
  ./pruner prune --state s3://bucket
  # a careful first time
  ./pruner prune --state s3://bucket --max-deregistrations 10
  # where nobody can be asked
  ./pruner prune --state s3://bucket --yes --account 123456789012

Exit codes:
  0    done; also when nothing had to go, a family is held or the cap is reached
  1    failed: AWS not reached, a call refused, a report not sent; or something
       began to use what was deregistered
  2    not begun: the options, settings, Region, account or revision are wrong
  3    held: something could not be read to its end; nothing went after that
  130  interrupted
`);
});

test('the help of the whole names each command and each exit code', () => {
  const help = printed('--help');
  expect(help).toContain('Usage: ./pruner <command> [options]');
  for (const name of commandNames) expect(help).toMatch(new RegExp(`^  ${name} .*\\[options\\]`, 'm'));
  for (const code of Object.values(exitCodes)) expect(help).toMatch(new RegExp(`^  ${code} +[a-z]`, 'm'));
  expect(help).toContain('explain <family:revision> [options]');
});

test('every command is in the list of commands', () => {
  expect(Object.keys(commandHelp)).toEqual([...commandNames]);
});

test.each(commandNames)(
  'the help of %s fits on 80 columns, has examples that work, and no options of others',
  (name) => {
    const help = printed(name, '--help');
    expect(help.split('\n').filter((line) => line.length > 80)).toEqual([]);
    expect(help.includes('--account')).toBe(name === 'prune' || name === 'restore');
    expect(help.includes('--topic')).toBe(['plan', 'prune', 'doctor'].includes(name));
    for (const [line] of commandHelp[name].examples) {
      expect(help).toContain(`\n  ${line}\n`);
      // As a shell would split it.
      const words = line
        .replace(/ > .*/, '')
        .split(' ')
        .slice(1)
        .map((word) => word.replaceAll("'", ''));
      expect(parseCommandLine(words, { version: '', columns: 80 }).command).toBe(name);
    }
  },
);

test('help can be asked for in every way that people try', () => {
  expect(printed('help')).toBe(printed('--help'));
  expect(printed('-h')).toBe(printed('--help'));
  expect(printed('help', 'plan')).toBe(printed('plan', '--help'));
  expect(printed('plan', '-h')).toBe(printed('plan', '--help'));
  expect(printed('plan', '--share', '7', '--help')).toBe(printed('plan', '--help'));
});

test('a wide terminal gets longer lines', () => {
  const wide = parseCommandLine(['--help'], { version: '', columns: 200 });
  expect(wide).toMatchObject({ command: 'help' });
  expect(JSON.stringify(wide)).toContain(
    'instead of keepLatest in the settings, from 1; overrides keep theirs',
  );
});

test('the version is one line', () => {
  expect(printed('--version')).toBe('1.2.3\n');
});
