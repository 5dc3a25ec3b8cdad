// A shell and the product's parsers understand the commands and settings lines of a report, with any name in them.
import * as fc from 'fast-check';
import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { parseCommandLine } from '../../cli/parse.ts';
import { leaveOut, option } from '../../shared/domain/paste.ts';
import { printCommand } from '../../shared/report/text/commands.ts';
import { splitRemedy, wrapCommand } from '../../shared/report/text/wrap.ts';
import { safeText } from '../../shared/domain/safe-text.ts';
import { hostile } from '../support/any-report.ts';

const family = fc.oneof(
  fc.stringMatching(/^[A-Za-z0-9_-]{1,40}$/),
  fc.constantFrom('-', '--', '-h', '--json', '--live', '-web', '--without', '1', 'tags'),
);
const number = fc.integer({ min: 1, max: 99_999 });

/** Splits a command into words as a shell does: quotes, and a backslash at the end of a line. */
function describeError(command: string): string[] {
  const words: string[] = [];
  for (const [, quoted, plain, gap] of command.replaceAll('\\\n', '').matchAll(/'([^']*)'|([^' \n]+)|( +|\n)/g)) {
    if (gap !== undefined) words.push('');
    else words.push((words.pop() ?? '') + (quoted ?? plain ?? ''));
  }
  return words.filter((word) => word !== '');
}

/** The command as a mail or a terminal shows it. */
function printed(paste: string, width: number): string {
  const next = safeText(`Look: \`${paste}\``);
  return wrapCommand(splitRemedy(next).paste ?? '', width, '  ').join('\n');
}

const parseContext = { version: '1.0.0', columns: 80 };

describe('a command for a revision', () => {
  test('has the right revision, Region and state store for any family and folder', () => {
    const anywhere = fc.oneof(
      hostile.filter((text) => text !== ''),
      fc.constantFrom('state', '-state', '--json', 'my state', "o'hara", 's3://kept/x'),
    );
    fc.assert(
      fc.property(family, number, anywhere, fc.integer({ min: 20, max: 160 }), (name, revision, where, width) => {
        for (const command of ['explain', 'restore'] as const) {
          const spot = { target: { region: 'eu-west-1' }, where };
          const words = describeError(printed(printCommand(`${command} ${name}:${revision}`, spot), width));
          expect(words.shift()).toBe('./pruner');
          const placeholder = words.includes('STATE');
          const given = parseCommandLine(words, parseContext);
          // A run cannot have a folder that the settings refuse.
          if ('message' in given && given.message.startsWith('--state')) continue;
          expect(given).toMatchObject(
            command === 'explain'
              ? { command, input: { subject: { revision: { family: name, number: revision } } } }
              : { command, input: { wanted: { revisions: [{ family: name, number: revision }] } } },
          );
          expect(given).toMatchObject({
            input: { region: 'eu-west-1', state: placeholder ? 'STATE' : where },
          });
        }
      }),
    );
  });

  test('has the same words in a shell and in this test', () => {
    const wheres = ['my state', '$(reboot)', 'größe', '~/x', 'a;b', '*'];
    for (const where of wheres) {
      const command = printed(printCommand('restore --web:41', { target: { region: 'eu-west-1' }, where }), 40);
      const script = `printf '%s\\0' ${command.replace('./pruner', 'pruner')}`;
      const words = execFileSync('sh', ['-c', script], { encoding: 'utf8' }).split('\0').slice(0, -1);
      expect(words).toEqual(['pruner', 'restore', '--region', 'eu-west-1', '--state', where, '--', '--web:41']);
      expect(describeError(command).slice(1)).toEqual(words.slice(1));
    }
  });
});

test('an option can have a value that begins with a dash', () => {
  fc.assert(
    fc.property(family, (name) => {
      const [first = '', second] = describeError(option('--rule', name));
      expect(second ?? first.slice('--rule='.length)).toBe(name);
      expect(second?.startsWith('-')).not.toBe(true);
    }),
  );
});

describe('--without', () => {
  const group = 'arn:aws:codedeploy:eu-west-1:123456789012:deploymentgroup:app/g,tags,usage';
  const withoutOf = (text: string) => {
    const given = parseCommandLine(['plan', '--without', text], parseContext);
    if ('message' in given) return given.message;
    return 'input' in given && 'without' in given.input ? given.input.without : '';
  };

  test('reads an ARN in double quotes as one entry, with any commas in it', () => {
    expect(withoutOf(`"${group}"`)).toEqual([group]);
    expect(withoutOf(`tags, "${group}",rules`)).toEqual(['tags', group, 'rules']);
    const name = fc.stringMatching(/^[\w+=,.@-]{1,50}$/);
    fc.assert(
      fc.property(name, (one) => {
        const arn = `arn:aws:codedeploy:eu-west-1:123456789012:deploymentgroup:app/${one}`;
        expect(withoutOf(`tags,"${arn}"`)).toEqual(['tags', arn]);
      }),
    );
  });

  test('refuses an ARN that may continue after its comma and excludes no other source', () => {
    expect(withoutOf(group)).toContain(
      '--without: "tags" may be a source, or part of the ARN before it: put sources first, or the ARN in double quotes',
    );
    expect(withoutOf('tags,usage,arn:aws:events:eu-west-1:123456789012:rule/a')).toEqual([
      'tags',
      'usage',
      'arn:aws:events:eu-west-1:123456789012:rule/a',
    ]);
  });
});

describe('a settings line that excludes one member', () => {
  test.each([
    [
      'arn:aws:states:eu-west-1:123456789012:stateMachine:m',
      'without: [arn:aws:states:eu-west-1:123456789012:stateMachine:m]',
    ],
    ['arn:x:app/g,tags,usage', 'without: ["arn:x:app/g,tags,usage"]'],
    ['arn:x:a`b', 'without: ["arn:x:a\\u0060b"]'],
    ['arn:x:a  b', 'without: ["arn:x:a \\u0020b"]'],
    ['arn:x:a\u202E', 'without: ["arn:x:a\\u202e"]'],
    ['arn:x:a: b', 'without: ["arn:x:a: b"]'],
    ['arn:x:a #b', 'without: ["arn:x:a #b"]'],
  ])('%s', (arn, line) => {
    expect(leaveOut(arn)).toBe(line);
  });

  test('excludes exactly that member, with any name', () => {
    fc.assert(
      fc.property(
        fc.oneof(hostile, fc.string({ unit: 'binary' })),
        fc.integer({ min: 20, max: 160 }),
        (name, width) => {
          const arn = `arn:aws:s3:::b/${name.toWellFormed()}`;
          expect(parse(printed(leaveOut(arn), width))).toEqual({ without: [arn] });
        },
      ),
    );
  });
});
