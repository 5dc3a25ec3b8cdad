// Builds the searched objects and parameters of an account file: their names, and in place of their texts the revisions
// that they mention. No value leaves the account.
import type { Finding } from '../domain/evidence.ts';
import { arnOf, type Target } from '../domain/revision.ts';
import type { SearchPlace } from '../domain/search-place.ts';
import { type Answers, type Item, itemsIn, textIn } from './answers.ts';
import { REPLACED } from './texts.ts';

export interface Searched {
  readonly buckets?: readonly Item[];
  readonly parameters?: readonly Item[];
}

interface Searching {
  readonly target: Target;
  readonly places: readonly SearchPlace[];
  readonly answers: Answers;
  readonly findings: readonly Finding[];
}

/** Of those without mentions one in each place is kept: an empty place is reported differently. */
export function searchedFrom({ target, places, answers, findings }: Searching): Searched {
  if (places.length === 0) return {};
  const contents = contentsIn(findings, target);
  const objects = Map.groupBy(
    places.filter((place) => place.kind === 'objects'),
    ({ bucket }) => bucket,
  );
  const paths = places.filter((place) => place.kind === 'parameters');
  return {
    buckets: Array.from(objects, ([Name, prefixes]) => ({
      Name,
      objects: kept(
        prefixes.map(({ prefix }) => keysIn(answers, Name, prefix)),
        (key) => contents.get(`arn:${target.partition}:s3:::${Name}/${key}`),
      ).map(([Key, content]) => ({ Key, ...written(content) })),
    })),
    parameters: kept(
      paths.map(({ path }) => [...parametersIn(answers, path).keys()]),
      (arn) => contents.get(arn),
    ).map(([ARN, content]) => ({
      ...paths.map(({ path }) => parametersIn(answers, path).get(ARN)).find((one) => one !== undefined),
      Value: content === undefined ? REPLACED : content.join(','),
    })),
  };
}

/** The ARNs that each text mentions; no entry for an object that is no text. */
function contentsIn(findings: readonly Finding[], target: Target): ReadonlyMap<string, readonly string[]> {
  const contents = new Map<string, string[]>();
  for (const finding of findings) {
    if (finding.source !== 'search') continue;
    const known = contents.get(finding.referrer) ?? [];
    contents.set(finding.referrer, known);
    if (finding.kind === 'reference' && finding.target.kind === 'revision') known.push(arnOf(finding.target, target));
  }
  return contents;
}

function kept(
  places: readonly (readonly string[])[],
  contentOf: (name: string) => readonly string[] | undefined,
): [string, readonly string[] | undefined][] {
  const names = new Set(
    places.flatMap((all) => {
      const telling = all.filter((name) => contentOf(name) !== undefined);
      return telling.length > 0 ? telling : all.slice(0, 1);
    }),
  );
  return Array.from(names, (name) => [name, contentOf(name)]);
}

/** A byte that no text contains stands for an object that is no text. */
function written(content: readonly string[] | undefined): Item {
  if (content === undefined) return { Body: REPLACED };
  return content.length === 0 ? { Base64: 'AA==' } : { Body: content.join('\n') };
}

function keysIn(answers: Answers, bucket: string, prefix: string): string[] {
  const pages = answers
    .of('ListObjectsV2')
    .filter(({ input }) => input['Bucket'] === bucket && input['Prefix'] === prefix);
  const keys = pages.flatMap(({ output }) => itemsIn(output['Contents'])).map((one) => textIn(one, 'Key'));
  return [...new Set(keys.map((key) => decodeURIComponent(key.replaceAll('+', ' '))))];
}

/** By ARN, without their values. */
function parametersIn(answers: Answers, path: string): ReadonlyMap<string, Item> {
  const pages = answers.of('GetParametersByPath').filter(({ input }) => input['Path'] === path);
  const all = pages.flatMap(({ output }) => itemsIn(output['Parameters']));
  return new Map(all.map((one) => [textIn(one, 'ARN'), { Name: one['Name'], Type: one['Type'] }]));
}
