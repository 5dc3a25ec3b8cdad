import { expect, test } from 'vitest';
import { releaseNotes } from '../../scripts/release-notes.ts';

const changelog = `# Changelog

For operators.

## 1.3.0 (2026-12-01)

- **New: a source.** It was not read.

## 1.2.0 (2026-11-01)

- **Fixed: a rule.**
`;

test('prints the section of the version that is released', () => {
  expect(releaseNotes('v1.3.0', '1.3.0', changelog)).toBe('- **New: a source.** It was not read.');
});

test('prints the last section when the changelog has no other', () => {
  expect(releaseNotes('v1.0.0', '1.0.0', '## 1.0.0 (2026-12-01)\n\n- New.\n')).toBe('- New.');
});

test.each([
  { problem: 'a tag of another version', tag: 'v1.3.1', version: '1.3.0', text: changelog, says: 'v1.3.0' },
  { problem: 'no tag', tag: '', version: '1.3.0', text: changelog, says: 'v1.3.0' },
  { problem: 'a tag without the v', tag: '1.3.0', version: '1.3.0', text: changelog, says: 'v1.3.0' },
  {
    problem: 'a changelog that begins with another version',
    tag: 'v1.4.0',
    version: '1.4.0',
    text: changelog,
    says: 'begins with "1.3.0 (2026-12-01)"',
  },
  {
    problem: 'a changelog that begins with a longer version',
    tag: 'v1.3.0',
    version: '1.3.0',
    text: '## 1.3.0-rc.1 (2026-12-01)\n\n- New.\n',
    says: 'begins with "1.3.0-rc.1 (2026-12-01)"',
  },
  {
    problem: 'a section that is still unreleased',
    tag: 'v1.3.0',
    version: '1.3.0',
    text: '## 1.3.0 (unreleased)\n\n- New.\n',
    says: '1.3.0 (YYYY-MM-DD)',
  },
  {
    problem: 'a section without entries',
    tag: 'v1.3.0',
    version: '1.3.0',
    text: '## 1.3.0 (2026-12-01)\n\n## 1.2.0 (2026-11-01)\n\n- Old.\n',
    says: 'says nothing about 1.3.0',
  },
  { problem: 'an empty changelog', tag: 'v1.3.0', version: '1.3.0', text: '', says: 'begins with ""' },
])('refuses $problem', ({ tag, version, text, says }) => {
  expect(() => releaseNotes(tag, version, text)).toThrow(says);
});
