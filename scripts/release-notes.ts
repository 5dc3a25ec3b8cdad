// `node scripts/release-notes.ts v1.2.3` prints the changelog section of a release. It fails when the tag, package.json and
// CHANGELOG.md disagree, so that a release cannot be published under the wrong version or without its notes.
import { readFileSync } from 'node:fs';
import manifest from '../package.json' with { type: 'json' };

/** @param tag the git tag of the release, such as `v1.2.3` */
export function releaseNotes(tag: string, version: string, changelog: string): string {
  if (tag !== `v${version}`)
    throw new Error(`The tag is ${tag}, but package.json has version ${version}. Tag the release v${version}.`);
  const [, heading = '', ...sections] = changelog.split(/^## (.*)$/m);
  const [body = ''] = sections;
  const [name, status] = heading.split(' ', 2);
  if (name !== version)
    throw new Error(`CHANGELOG.md begins with "${heading}", not with ${version}. Add the section of ${version}.`);
  if (!/^\(\d{4}-\d{2}-\d{2}\)$/.test(status ?? ''))
    throw new Error(`CHANGELOG.md has "${heading}". Replace the status with the date: ${version} (YYYY-MM-DD).`);
  const notes = body.trim();
  if (notes === '') throw new Error(`CHANGELOG.md says nothing about ${version}. Add its entries.`);
  return notes;
}

if (import.meta.main) {
  const changelog = readFileSync(new URL('../CHANGELOG.md', import.meta.url), 'utf8');
  try {
    console.log(releaseNotes(process.argv[2] ?? '', manifest.version, changelog));
  } catch (error) {
    console.error(`error: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  }
}
