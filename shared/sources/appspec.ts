// What a revision of CodeDeploy deploys on ECS: the task definition that its AppSpec names, as JSON or as YAML, and whatever
// else it mentions. Where the AppSpec lies elsewhere or is not understood, the families of the group's services are what it
// could mean. Pure.
import type { RevisionLocation } from '@aws-sdk/client-codedeploy';
import { parseDocument } from 'yaml';
import { textsIn } from '../aws/answer-texts.ts';
import type { Reference, UnresolvedReference } from '../domain/evidence.ts';
import type { FindMentions } from '../domain/mentions.ts';
import { isTooDeep, parseJson } from '../domain/json-depth.ts';
import { anyReference, isAnyReference, type Pattern } from '../domain/pattern.ts';
import { nameOf, type Target } from '../domain/revision.ts';
import { type JsonReference, referencesInJson } from './common/references-in-json.ts';
import { Incomplete } from './common/incomplete.ts';
import { mentionedReference } from './common/unparsed-references.ts';

/** Where a revision was met. */
export interface Deployed {
  readonly source: string;
  readonly referrer: string;
  readonly use: Reference['relation'];
  readonly via: readonly string[];
  /** ARNs of the services that it would be deployed to. */
  readonly services: readonly string[];
}

/** What an AppSpec says, or what nobody can tell of it. */
export type Said = Reference | UnresolvedReference;

/** How its texts are understood. */
export interface Reading {
  readonly target: Target;
  readonly find: FindMentions;
}

/** An AppSpec for ECS has some twenty lines. The time that YAML takes grows with the square of its keys: this much, a second. */
const MOST_CHARACTERS = 32_768;
/** A few anchors are a person's shorthand, thousands are a bomb. */
const MOST_ALIASES = 100;

/** https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_RevisionLocation.html */
export function deployedBy(
  revision: RevisionLocation | undefined,
  deployed: Deployed,
  reading: Reading,
): Said[] {
  const { revisionType, s3Location, gitHubLocation, appSpecContent, string } = revision ?? {};
  const content = appSpecContent?.content ?? string?.content;
  if (content !== undefined) return specified(content, deployed, reading);
  if (s3Location !== undefined) {
    const { bucket = '', key = '' } = s3Location;
    return [unknown(deployed, `an AppSpec that lies in s3://${bucket}/${key}`)];
  }
  if (gitHubLocation !== undefined)
    return [
      unknown(deployed, `an AppSpec that lies on GitHub in ${gitHubLocation.repository ?? 'a repository'}`),
    ];
  // A group that was never deployed to has no revision; one of a type without its content cannot be read.
  return revisionType === undefined ? [] : [unknown(deployed, `an AppSpec of the type ${revisionType}`)];
}

/** https://docs.aws.amazon.com/codedeploy/latest/userguide/reference-appspec-file-structure-resources.html */
function specified(content: string, deployed: Deployed, { target, find }: Reading): Said[] {
  const value = appSpecIn(content);
  const named = namingsOf(content, value, target);
  // What is not understood may be a value without an end: its text has one.
  if (typeof named === 'string')
    return [unknown(deployed, `an AppSpec that ${named}`), ...mentionedIn(content, [], deployed, find)];
  const said = named.map((one): Said => {
    if (one.kind === 'unresolved')
      return unknown(deployed, `an AppSpec that ${one.description}`, one.resolvesTo);
    const { source, referrer, use, via } = deployed;
    return { kind: 'reference', source, referrer, relation: use, target: one.target, via };
  });
  return [...said, ...mentionedIn(value, said, deployed, find)];
}

/** What stands under any other key, or in a text that is not understood: a hook may be given what it is to compare with. The
 *  raw answer is not searched for it, since only the status of its deployment tells whether an AppSpec counts. */
function mentionedIn(
  value: unknown,
  said: readonly Said[],
  { source, referrer, via }: Deployed,
  find: FindMentions,
): Reference[] {
  const known = new Set(
    said.flatMap((one) =>
      one.kind === 'reference' && one.target.kind === 'revision' ? [nameOf(one.target)] : [],
    ),
  );
  const found = new Map<string, Reference>();
  for (const { text, isImage } of textsIn(value, { isUsers: true }))
    for (const mention of find(text, { isImage })) {
      const name = nameOf(mention);
      const isBetter = found.get(name)?.isShort === true && !mention.isShort;
      if (!known.has(name) && (isBetter || !found.has(name)))
        found.set(name, mentionedReference(mention, { source, referrer, via }));
    }
  return [...found.values()];
}

/** An AppSpec's text as a value; nothing where it is not understood. */
export function appSpecIn(content: string): unknown {
  return content.length > MOST_CHARACTERS ? undefined : parsed(content);
}

/** What it names, or why that cannot be told. */
function namingsOf(content: string, value: unknown, target: Target): readonly JsonReference[] | string {
  if (content.length > MOST_CHARACTERS) return `has more than ${MOST_CHARACTERS} characters`;
  if (isTooDeep(content)) return 'is nested too deeply to be read';
  if (value === undefined) return 'is neither JSON nor YAML';
  try {
    const named = referencesInJson(value, target);
    const isSaid = named.some(({ path }) => /^taskdefinition$/i.test(path.at(-1) ?? ''));
    return isSaid ? named : 'names no task definition of this account and Region';
  } catch (error) {
    if (error instanceof Incomplete) return 'is nested too deeply to be read';
    throw error;
  }
}

/** JSON is YAML as well, but for a few that only a JSON parser takes. A key that is there twice could mean either. */
function parsed(content: string): unknown {
  try {
    if (isTooDeep(content)) return undefined;
    // A key that is a map itself is written out as text, again at each level: 900 braces ran for nine minutes without an end.
    const document = parseDocument(content, { stringKeys: true });
    if (document.errors.length === 0) return document.toJS({ maxAliasCount: MOST_ALIASES }) as unknown;
    const isAmbiguous = document.errors.some(({ code }) => code === 'DUPLICATE_KEY');
    return isAmbiguous ? undefined : parseJson(content);
  } catch {
    return undefined; // too deep for a stack, too many aliases, or no JSON either: not understood, and that is what it says
  }
}

/** What cannot be told in any other way is one of the families of the services that it is for. */
function unknown(
  { source, referrer, use, services }: Deployed,
  parsed: string,
  means: Pattern = anyReference,
): UnresolvedReference {
  const could = isAnyReference(means) ? { kind: 'services' as const, services } : means;
  return { kind: 'unresolved', source, referrer, description: `${use} ${parsed}`, resolvesTo: could };
}
