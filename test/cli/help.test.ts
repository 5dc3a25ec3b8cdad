// Tests the text of the help.
import { expect, test } from 'vitest';
import { exitCodes } from '../../cli/exit.ts';
import { commands } from '../../cli/commands.ts';
import { parseCommandLine } from '../../cli/parse.ts';

function printed(...args: string[]): string {
  const answer = parseCommandLine(args, { version: '1.2.3', columns: 80 });
  return 'text' in answer ? answer.text : `no text: ${answer.command}`;
}

test('the help of prune has its options, examples and exit codes', () => {
  expect(printed('prune', '--help')).toBe(`\
Usage: ./pruner prune [options]

Shows the plan, asks for the number of the account, and deregisters.

Options:
  --plan <file>              deregister nothing but what a saved plan has, each
                             decided anew; needs the options of that plan
  --topic <arn>              publish the report to this SNS topic, too
  --yes                      do not ask; needs --account
  --account <number>         the account that you mean; any other is refused
  --no-wait                  do not wait out the window before the report
  --verbose                  show what was read with how many calls, and the
                             facts of the run, too
  --settings <file>          the settings file (default: pruner.yml)
  --region <region>          instead of the Region of your AWS configuration
  --profile <profile>        a profile of your AWS configuration
  --state <place>            the state store: s3://bucket/prefix, or a folder
  --share <share>            instead of share in the settings, up to 1
  --json                     print one JSON document and nothing else
  --no-color                 print without colours
  --debug                    print the stack trace of an unexpected failure
  --families <globs>         only these families, as 'web*,batch-*'
  --keep-latest <n>          instead of keepLatest in the settings, from 1;
                             overrides keep theirs
  --min-age-days <days>      instead of minAgeDays in the settings, 0 for none;
                             overrides keep theirs
  --max-deregistrations <n>  instead of maxDeregistrations in the settings
  --without <sources>        sources to leave out as well, such as tags
  --write-share <share>      instead of writeShare in the settings, up to 1
  -h, --help                 print this

Examples:
  # asks you to type the number of the account
  ./pruner prune --state s3://bucket
  # a careful first time
  ./pruner prune --state s3://bucket --max-deregistrations 10
  # at most what plan --out plan.json has saved
  ./pruner prune --state s3://bucket --plan plan.json
  # without a terminal
  ./pruner prune --state s3://bucket --yes --account 123456789012

Exit codes:
  0    done; also with nothing to do, a family on hold, or the cap reached
  1    failed: AWS not reached, a call refused, a report not sent; or something
       began to use a revision after it was deregistered
  2    not begun: wrong options, settings, account, revision or saved plan
  3    held or paused: something could not be read; nothing was done after that
  130  interrupted
`);
});

test('the general help lists each command and exit code on 80 columns', () => {
  const help = printed('--help');
  expect(help).toContain('Usage: ./pruner <command> [options]');
  for (const { name } of commands) expect(help).toMatch(new RegExp(`^  ${name} .*[a-z]`, 'm'));
  for (const code of Object.values(exitCodes)) expect(help).toMatch(new RegExp(`^  ${code} +[a-z]`, 'm'));
  expect(help).toContain('explain <family[:revision]>');
  expect(help.split('\n').filter((line) => line.length > 80)).toEqual([]);
});

test.each(commands)(
  'the help of $name fits on 80 columns, has working examples, and no options of others',
  ({ name, examples, options }) => {
    const help = printed(name, '--help');
    expect(help.split('\n').filter((line) => line.length > 80)).toEqual([]);
    const flags = Array.from(help.matchAll(/^ {2}(--[a-z-]+)/gm), ([, flag]) => flag);
    expect(flags).toEqual(Object.values(options).map((option) => option.flags.split(' ')[0]));
    for (const [line] of examples) {
      expect(help).toContain(`\n  ./pruner ${line}\n`);
      // As a shell would split it.
      const words = line
        .replace(/ >>? .*/, '')
        .split(' ')
        .map((word) => word.replaceAll("'", ''));
      expect(parseCommandLine(words, { version: '', columns: 80 }).command).toBe(name);
    }
  },
);

test('help can be asked for in all usual ways', () => {
  expect(printed('help')).toBe(printed('--help'));
  expect(printed('-h')).toBe(printed('--help'));
  expect(printed('help', 'plan')).toBe(printed('plan', '--help'));
  expect(printed('plan', '-h')).toBe(printed('plan', '--help'));
  expect(printed('plan', '--share', '7', '--help')).toBe(printed('plan', '--help'));
});

test('a wide terminal gets longer lines', () => {
  const wide = parseCommandLine(['plan', '--help'], { version: '', columns: 200 });
  expect(wide).toMatchObject({ command: 'help' });
  expect(JSON.stringify(wide)).toContain('instead of keepLatest in the settings, from 1; overrides keep theirs');
});

test('the version is one line', () => {
  expect(printed('--version')).toBe('1.2.3\n');
});
