// What AWS's errors may say of a definition: nothing that is in it, however they quote it.
import { describe, expect, test } from 'vitest';
import { hideQuoted, withoutTextsOf } from '../../shared/aws/quoting.ts';
import { canaries, foundIn, secretContainer } from '../canaries.ts';

const { environment, secret } = canaries;

describe('an error of a call that answers with a definition', () => {
  test.each([
    [
      `Invalid environment variable DB_PASSWORD=${environment}`,
      'Invalid environment variable DB_PASSWORD=(...)',
    ],
    [`Invalid value: ${environment} at containerDefinitions[0]`, 'Invalid value: (...)'],
    [`The secret "${secret}" cannot be used`, 'The secret (...) cannot be used'],
    [`The secret '${secret}' cannot be used`, 'The secret (...) cannot be used'],
    [`Cannot read {"value":"${environment}"} here`, 'Cannot read (...) here'],
    [`"${secret}" and "${environment}"`, '(...)'],
    // What quotes nothing is AWS's own words.
    ['Unable to describe task definition.', 'Unable to describe task definition.'],
    [
      'User: arn:aws:sts::123456789012:assumed-role/pruner/run is not authorized to perform: ecs:DescribeTaskDefinition on resource: * because no identity-based policy allows the ecs:DescribeTaskDefinition action',
      'User: arn:aws:sts::123456789012:assumed-role/pruner/run is not authorized to perform: ecs:DescribeTaskDefinition on resource: * because no identity-based policy allows the ecs:DescribeTaskDefinition action',
    ],
  ])('%s', (message, expected) => {
    const error = new Error(message);
    hideQuoted(error, 'DescribeTaskDefinition');
    expect(error.message).toBe(expected);
    expect(foundIn(error.stack ?? '')).toEqual([]);
  });

  test('that quotes an answer which is no JSON quotes nothing, wherever it was damaged', () => {
    const answer = JSON.stringify({ taskDefinition: { containerDefinitions: [secretContainer] } });
    for (let at = 1; at < answer.length; at += 7) {
      for (const damaged of [answer.slice(0, at), `${answer.slice(0, at)}!${answer.slice(at)}`]) {
        const error = errorOf(damaged);
        if (error === undefined) continue;
        hideQuoted(error, 'DescribeTaskDefinition');
        expect(error.message).not.toMatch(/anary/);
        expect(error.stack).not.toMatch(/anary/);
      }
    }
  });

  test('of another call is left as it is', () => {
    const error = new Error('Topic "x" does not exist');
    hideQuoted(error, 'Publish');
    expect(error.message).toBe('Topic "x" does not exist');
  });
});

function errorOf(text: string): Error | undefined {
  try {
    JSON.parse(text);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : undefined;
  }
}

describe('a text about a known definition', () => {
  test('says nothing that is in it: all of it, a word of it, as it is or as JSON', () => {
    const whole = JSON.stringify(secretContainer);
    for (const text of [whole, JSON.stringify(whole), Object.values(canaries).join(' ')])
      expect(
        foundIn(withoutTextsOf(text, { containerDefinitions: [secretContainer], all: canaries })),
      ).toEqual([]);
  });

  test('keeps what names the revision, the account and the Region', () => {
    const text =
      'deregistering web:5: User: arn:aws:sts::123456789012:assumed-role/x is not authorized, eu-west-1, container app';
    expect(withoutTextsOf(text, { family: 'web', containerDefinitions: [secretContainer] })).toBe(text);
  });
});
