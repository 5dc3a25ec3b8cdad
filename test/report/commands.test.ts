// Tests the commands in reports: they contain the Region and the state store, with any folder name.
import { describe, expect, test } from 'vitest';
import { printCommand, shortenId } from '../../shared/report/text/commands.ts';
import { splitRemedy } from '../../shared/report/text/wrap.ts';

const target = { region: 'eu-west-1' };

describe('a command to paste', () => {
  test.each([
    [undefined, './pruner restore web:41 --region eu-west-1'],
    ['s3://kept/pruner', './pruner restore web:41 --region eu-west-1 --state s3://kept/pruner'],
    ['/var/lib/pruner', './pruner restore web:41 --region eu-west-1 --state /var/lib/pruner'],
    ['my state', "./pruner restore web:41 --region eu-west-1 --state 'my state'"],
    ['$(reboot)', "./pruner restore web:41 --region eu-west-1 --state '$(reboot)'"],
    ['~/state', "./pruner restore web:41 --region eu-west-1 --state '~/state'"],
    ['größe', "./pruner restore web:41 --region eu-west-1 --state 'größe'"],
    // A text that would end the quotes, or the command in the mail, is left to the operator.
    ["o'hara", './pruner restore web:41 --region eu-west-1 --state STATE'],
    ['a`b', './pruner restore web:41 --region eu-west-1 --state STATE'],
    ['a\u202Eb', './pruner restore web:41 --region eu-west-1 --state STATE'],
  ])('with its state in %s', (where, command) => {
    expect(printCommand('restore web:41', { target, where })).toBe(command);
    expect(splitRemedy(`Undo: \`${command}\``).paste).toBe(command);
  });

  test('names no Region where none is known', () => {
    expect(printCommand('plan', { target: undefined })).toBe('./pruner plan');
  });
});

test.each([
  ['6f1c0a52-98d7-4a35', [], '6f1c0a52'],
  ['6f1c0a52-98d7-4a35', ['6f1c0a52-98d7-4a35', '0d9e8f7a-1111'], '6f1c0a52'],
  ['6f1c0a52-98d7-4a35', ['6f1c0a52-98aa-4a35'], '6f1c0a52-98d'],
  ['6f1c0a52-98d7-4a35', ['6f1c0a52-98d7-4a35-more'], '6f1c0a52-98d7-4a35'],
  ['run-1', ['run-2'], 'run-1'],
])('the short id of %s beside %j is %s', (id, others, short) => {
  expect(shortenId(id, others)).toBe(short);
});
