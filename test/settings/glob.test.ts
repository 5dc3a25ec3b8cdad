// Which families a glob means, and which globs are refused because they could not mean what they seem to.
import { expect, test } from 'vitest';
import { glob } from '../../shared/settings/glob.ts';
import { compile } from '../../shared/settings/match.ts';

const families = ['web', 'WEB', 'web-admin', 'web_admin2', 'webshop', 'api', 'api-1', 'api-2', '-', '_x'];

test.each([
  { glob: 'web', means: ['web'] },
  { glob: 'web*', means: ['web', 'web-admin', 'web_admin2', 'webshop'] },
  { glob: 'web-*', means: ['web-admin'] },
  { glob: 'web?admin*', means: ['web-admin', 'web_admin2'] },
  { glob: '*', means: families },
  { glob: '**', means: families },
  { glob: '*admin*', means: ['web-admin', 'web_admin2'] },
  { glob: 'api-[12]', means: ['api-1', 'api-2'] },
  { glob: 'api-[2-9]', means: ['api-2'] },
  { glob: '{api,web}-*', means: ['web-admin', 'api-1', 'api-2'] },
  { glob: '{api-*,web}', means: ['web', 'api-1', 'api-2'] },
  { glob: 'WEB', means: ['WEB'] },
  { glob: '?', means: ['-'] },
  { glob: '_*', means: ['_x'] },
  { glob: 'eb', means: [] },
])('$glob means $means', ({ glob, means }) => {
  expect(families.filter(compile(glob))).toEqual(means);
});

test.each([
  '',
  ' ',
  'web app',
  'web/api',
  'web:41',
  'web.1',
  '!web', // would add every other family to a list whose members add up
  'web-[!a]', // picomatch reads it as the opposite of what a shell does
  'web-[^a]',
  '!(web)',
  '+(web|api)',
  'web|api',
  'web\\*',
  'web-[',
  'web-[]',
  'web-[9-0]',
  'web-{a',
  'web-{a}',
  'web-{a,}',
  'web-{a,{b,c}}',
  'web-{1..9}',
  'wéb',
  '*a*b*c*',
  '{a,b}{a,b}{a,b}{a,b}',
  'a'.repeat(256),
])('%j is refused', (text) => {
  expect(glob.safeParse(text).success).toBe(false);
});

test('a family of 255 letters is matched in time by the worst glob that is allowed', () => {
  const worst = '*a*a*ab';
  expect(glob.safeParse(worst).success).toBe(true);
  const began = performance.now();
  expect(compile(worst)('a'.repeat(255))).toBe(false);
  expect(performance.now() - began).toBeLessThan(1000); // about 10 ms; with five wildcards it would be 45 s
  expect(compile('a'.repeat(255))('a'.repeat(255))).toBe(true);
});
