// Compares the JSON Schema for editors and the commented pruner.yml with the code.
import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { loadSettings } from '../../shared/settings/load.ts';
import { defaults } from '../../shared/settings/parse.ts';
import { settingsJsonSchema, settingsSchema } from '../../shared/settings/schema.ts';

const text = readFileSync('pruner.yml', 'utf8');
const schema = new Ajv({ allowUnionTypes: true }).compile(settingsJsonSchema());

test('pruner.schema.json is what the code makes of the schema', () => {
  const committed: unknown = JSON.parse(readFileSync('pruner.schema.json', 'utf8'));
  expect(committed, 'run npm run generate').toEqual(settingsJsonSchema());
});

test('pruner.yml has every key, with its default', () => {
  expect(loadSettings('pruner.yml')).toEqual(defaults);
  expect(parse(text)).toEqual(defaults);
});

test('pruner.yml begins with the line by which editors find the schema', () => {
  expect(text.split('\n')[0]).toBe('# yaml-language-server: $schema=./pruner.schema.json');
});

test.each(Object.entries(settingsSchema.shape))('pruner.yml says beside %s what the schema says', (key, field) => {
  const lines = text.split('\n');
  const at = lines.findIndex((line) => line.startsWith(`${key}:`));
  const from = lines.lastIndexOf('', at);
  const comment = lines.slice(from + 1, at).map((line) => line.replace(/^# ?/, ''));
  expect(comment.join(' ')).toBe(field.description);
});

test('the examples in pruner.yml are right when the # is taken away', () => {
  const examples = text.replaceAll(/ (?:\[\]|\{\})$/gm, '').replaceAll(/^#  /gm, '  ');
  const value: unknown = parse(examples);
  expect(settingsSchema.safeParse(value).success).toBe(true);
  expect(schema(value)).toBe(true);
  expect(value).toMatchObject({ without: ['tags'], overrides: [{ families: 'batch-*' }, { protect: true }] });
});

test.each([
  { value: {}, right: true },
  { value: { families: ['web-{a,b}*'], protectTags: ['keep', 'team=shop'], share: 0.1 }, right: true },
  { value: { keepLatests: 1 }, right: false },
  { value: { keepLatest: 0 }, right: false },
  { value: { families: [] }, right: false },
  { value: { families: ['web app'] }, right: false },
  { value: { overrides: [{ keepLatest: 1 }] }, right: false },
  { value: { without: ['services'] }, right: false },
  { value: { quotas: { nothing: { perSecond: 1, burst: 1 } } }, right: false },
  { value: { share: 0 }, right: false },
  { value: { protectTags: [] }, right: false },
  { value: { protectTags: ['=shop'] }, right: false },
  { value: { retireFamiliesAfterDays: 90 }, right: true },
  { value: { retireFamiliesAfterDays: 89 }, right: false },
  { value: { deleteAfterDays: 0 }, right: true },
  { value: { deleteAfterDays: 30 }, right: true },
  { value: { deleteAfterDays: 29 }, right: false },
  { value: { announceNights: 30 }, right: true },
  { value: { announceNights: 31 }, right: false },
  { value: { approval: 'required', approvalHours: 72 }, right: true },
  { value: { approval: true }, right: false },
  { value: { approvalHours: 0 }, right: false },
  { value: { approvalHours: 73 }, right: false },
  { value: { pauseParameter: '/a/b' }, right: true },
  { value: { pauseParameter: 'ssm:/a/b' }, right: false },
  { value: { pauseParameter: '/a/*' }, right: false },
  { value: { changeCalendar: ['freeze'] }, right: true },
  { value: { changeCalendar: ['arn:aws:ssm:eu-west-1:123456789012:document/freeze'] }, right: true },
  { value: { changeCalendar: ['*'] }, right: false },
  { value: { changeCalendar: 'freeze' }, right: false },
  { value: { changeCalendar: Array(11).fill('freeze') }, right: false },
])('an editor takes $value as right: $right', ({ value, right }) => {
  expect(schema(value)).toBe(right);
  expect(settingsSchema.safeParse(value).success).toBe(right);
});
