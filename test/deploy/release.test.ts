// The template of a release against infra/template.yml.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { isAlias, parseDocument, visit } from 'yaml';
import { parseTemplate, readTemplate } from '../../cli/template.ts';
import { maxTemplateBytes, releaseTemplate } from '../../scripts/release-template.ts';

const file = 'infra/template.yml';
const source = readFileSync(join(import.meta.dirname, '../..', file), 'utf8');
const released = releaseTemplate(source, '1.2.3', file);

test('the template of a release equals infra/template.yml', () => {
  expect(parseTemplate(released)).toEqual(readTemplate());
});

test('the template of a release fits into a request to CloudFormation', () => {
  expect(maxTemplateBytes).toBe(51_200);
  expect(Buffer.byteLength(released)).toBeLessThanOrEqual(51_200);
  const key = '  Padding: ';
  expect(() => releaseTemplate(`${source}${key}${'x'.repeat(51_200)}\n`, '1.2.3', file)).toThrow('takes 51200');
});

test('the template of a release begins with its version and the place of the comments, and has no other comment', () => {
  const [first, second, third] = released.split('\n');
  expect([first, second]).toEqual([
    '# ecs-revision-pruner 1.2.3: Deregisters the ECS task definition revisions that nothing names any more.',
    '# The same template with comments is infra/template.yml of that version.',
  ]);
  expect(third).toBe("AWSTemplateFormatVersion: '2010-09-09'");
  // These are in the text of a saved query and of the dashboard.
  expect(
    released
      .match(/^.*# .*$/gm)
      ?.slice(2)
      .map((line) => line.trim().slice(0, 20)),
  ).toEqual(['{ "type": "text", "x', '# | filter revision ']);
});

test('the template of a release uses no YAML alias, which CloudFormation does not read', () => {
  let aliases = 0;
  visit(parseDocument(released, { customTags: [] }), (_, node) => {
    if (isAlias(node)) aliases++;
  });
  expect(aliases).toBe(0);
});
