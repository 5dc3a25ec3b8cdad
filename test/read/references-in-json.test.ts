// References in JSON, typed by hand: every form that ECS accepts, at any place, and references of which only a part is
// fixed. A doubtful one may resolve to any family.
import { describe, expect, test } from 'vitest';
import { referencesInJson, type JsonReference } from '../../shared/sources/common/references-in-json.ts';
import { nameOf } from '../../shared/domain/revision.ts';
import { describeTargets, target } from '../support/reader.ts';

const arn = 'arn:aws:ecs:eu-west-1:123456789012:task-definition/web:7';
const family = 'arn:aws:ecs:eu-west-1:123456789012:task-definition/web';

const shown = (named: JsonReference) => {
  if (named.kind === 'resolved') return named.target.kind === 'revision' ? nameOf(named.target) : named.target.family;
  const told = describeTargets(named.resolvesTo);
  return `?${told.replace(/^(?:family|families) /, '').replace(' family', '')}`;
};
const names = (value: unknown) => referencesInJson(value, target).map(shown);

describe('what is fixed', () => {
  test.each<[string, unknown, string[]]>([
    ['an ARN under a key', { TaskDefinition: arn }, ['web:7']],
    ['in ECS’s own spelling', { taskDefinition: 'web:7' }, ['web:7']],
    ['in a target', { EcsParameters: { TaskDefinitionArn: arn } }, ['web:7']],
    ['in a snake’s spelling', { task_definition: 'web:7', task_definition_arn: family }, ['web:7', 'web']],
    ['a family alone', { TaskDefinition: 'web' }, ['web']],
    ['an ARN without revision', { TaskDefinition: family }, ['web']],
    ['in a list', { TaskDefinition: ['web:7', 'web:8'] }, ['web:7', 'web:8']],
    ['at any depth', { a: [{ b: [{ c: { taskDefinition: 'web:7' } }] }] }, ['web:7']],
    ['JSON inside JSON', { Input: JSON.stringify({ Input: JSON.stringify({ taskDefinition: 'web:7' }) }) }, ['web:7']],
    ['a text in quotes that writes its slash in another way', { Input: `"${arn.replace('/', '\\/')}"` }, ['web:7']],
    [
      'a template that is JSON but for its placeholders',
      { Input: `{"id": <id>, "arn": "${arn.replace('/', '\\/')}", "ids": [<a>]}` },
      ['web:7'],
    ],
    ['an ARN in any text', { Comment: `starts ${arn}, then ${family}` }, ['web:7', 'web']],
    ['an ARN in a text that is no JSON', { Input: `{ not json: ${arn} }` }, ['web:7']],
    ['another account’s', { TaskDefinition: arn.replace('123456789012', '999999999999') }, []],
    ['another Region’s', { TaskDefinition: arn.replace('eu-west-1', 'eu-west-2') }, []],
    ['another partition’s', { TaskDefinition: arn.replace('arn:aws:', 'arn:aws-cn:') }, []],
    ['a daemon’s', { TaskDefinition: arn.replace('task-def', 'daemon-task-def') }, []],
    ['another account’s in a text', { Comment: arn.replace('123456789012', '999999999999') }, []],
    ['upper case is another family', { TaskDefinition: 'WEB:7' }, ['WEB:7']],
    ['a key that only contains the words', { myTaskDefinition: 'web:7', taskDefinitionFamilies: 'web:7' }, []],
    ['a short name without its key', { Comment: 'starts web:7' }, []],
    ['numbers and nothing', { TaskDefinition: 7, taskDefinition: null, a: true }, []],
  ])('%s', (_, value, expected) => {
    expect(names(value)).toEqual(expected);
  });
});

describe('what is computed', () => {
  const literal = "'arn:aws:ecs:eu-west-1:123456789012:task-definition/";
  test.each<[string, unknown, string[]]>([
    ['by JSONPath', { 'TaskDefinition.$': '$.task' }, ['?any']],
    ['by JSONPath that looks like a family', { 'TaskDefinition.$': 'web:7' }, ['?web:7*']],
    ['by States.Format', { 'TaskDefinition.$': `States.Format(${literal}web:{}', $.rev)` }, ['?web']],
    ['by States.Format of a short name', { 'TaskDefinition.$': "States.Format('web-{}', $.color)" }, ['?web-*']],
    ['by States.Format of nothing fixed', { 'TaskDefinition.$': "States.Format('{}:7', $.color)" }, ['?{}:7']],
    ['by JSONata', { TaskDefinition: '{% $states.input.task %}' }, ['?any']],
    ['by JSONata that adds to a literal', { TaskDefinition: `{% ${literal}web:' & $rev %}` }, ['?web']],
    ['by JSONata that adds twice', { TaskDefinition: `{% ${literal}web-' & $color & ':7' %}` }, ['?web-{}:7']],
    ['by JSONata with a fixed part before it', { TaskDefinition: 'task-definition/web-{% $color %}' }, ['?web-*']],
    ['by JSONata after a whole ARN’s beginning', { TaskDefinition: `${family}:{% $rev %}` }, ['?web']],
    ['by a condition', { TaskDefinition: `{% $a ? ${literal}web:7' : $b %}` }, ['web:7', '?any']],
    ['by a condition after a sum', { TaskDefinition: `{% ${literal}web:' & $a = 'x' ? $b : $c %}` }, ['?any']],
    ['by a template', { taskDefinition: 'web:<revision>' }, ['?web']],
    ['by a pipe’s path', { TaskDefinitionArn: '$.detail.task' }, ['?any']],
    ['in another account', { TaskDefinition: 'arn:aws:ecs:eu-west-1:999999999999:task-definition/web:{% $rev %}' }, []],
    ['an account as well', { TaskDefinition: 'arn:aws:ecs:eu-west-1:{% $account %}:task-definition/web:7' }, ['web:7']],
    ['an ARN in a text that goes on', { Input: `start ${family}-<color>:7` }, ['?web-*']],
    ['an ARN in a text with its revision to come', { Input: `start ${family}:\${rev} now` }, ['?web']],
    ['an unreadable value', { TaskDefinition: 'web:latest' }, ['?web']],
    ['something with blanks', { TaskDefinition: 'the web one' }, ['?any']],
    ['nothing at all', { TaskDefinition: '' }, ['?any']],
  ])('%s', (_, value, expected) => {
    expect(names(value)).toEqual(expected);
  });

  test('is shown, but not a megabyte of it', () => {
    const [one] = referencesInJson({ TaskDefinition: `{% $a ${'x'.repeat(5_000)} %}` }, target);
    expect(one?.kind === 'unresolved' ? one.description.length : 0).toBeLessThan(300);
  });
});

test('what is nested too deeply to be read is no absence', () => {
  let value: unknown = { TaskDefinition: arn };
  for (let depth = 0; depth < 900; depth++) value = { deeper: value };
  expect(names(value)).toEqual(['web:7']);
  for (let depth = 0; depth < 200; depth++) value = [value];
  expect(() => names(value)).toThrow('nested deeper than 1000');
});

test('its path is returned', () => {
  const [one] = referencesInJson({ States: { Run: { Parameters: { TaskDefinition: arn } } } }, target);
  expect(one?.path).toEqual(['States', 'Run', 'Parameters', 'TaskDefinition']);
});
