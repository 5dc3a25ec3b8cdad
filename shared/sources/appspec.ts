// Finds the task definition that a CodeDeploy AppSpec deploys on ECS, and what else the AppSpec mentions, as JSON or
// YAML. If the AppSpec lies elsewhere or cannot be parsed, it may mean any family of the group's services. Pure.
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

/** Where CodeDeploy's revision was found. */
export interface DeployedRevision {
  readonly source: string;
  readonly referrer: string;
  readonly use: Reference['relation'];
  readonly via: readonly string[];
  /** ARNs of the services that it would be deployed to. */
  readonly services: readonly string[];
}

export type AppSpecReference = Reference | UnresolvedReference;

export interface ParseContext {
  readonly target: Target;
  readonly find: FindMentions;
}

/** An AppSpec for ECS has some twenty lines. YAML parsing time grows with the square of the keys: this many take a
 *  second. */
const MOST_CHARACTERS = 32_768;
/** A few anchors are shorthand, thousands are a bomb. */
const MOST_ALIASES = 100;

/** https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_RevisionLocation.html */
export function referencesInRevision(
  revision: RevisionLocation | undefined,
  deployed: DeployedRevision,
  reading: ParseContext,
): AppSpecReference[] {
  const { revisionType, s3Location, gitHubLocation, appSpecContent, string } = revision ?? {};
  const content = appSpecContent?.content ?? string?.content;
  if (content !== undefined) return referencesInAppSpec(content, deployed, reading);
  if (s3Location !== undefined) {
    const { bucket = '', key = '' } = s3Location;
    return [unresolvedAppSpec(deployed, `an AppSpec that lies in s3://${bucket}/${key}`)];
  }
  if (gitHubLocation !== undefined)
    return [
      unresolvedAppSpec(deployed, `an AppSpec that lies on GitHub in ${gitHubLocation.repository ?? 'a repository'}`),
    ];
  // A group that was never deployed to has no revision; a revision type without its content cannot be read.
  return revisionType === undefined ? [] : [unresolvedAppSpec(deployed, `an AppSpec of the type ${revisionType}`)];
}

/** https://docs.aws.amazon.com/codedeploy/latest/userguide/reference-appspec-file-structure-resources.html */
function referencesInAppSpec(
  content: string,
  deployed: DeployedRevision,
  { target, find }: ParseContext,
): AppSpecReference[] {
  const value = parseAppSpec(content);
  const named = parsedReferences(content, value, target);
  // An AppSpec that cannot be parsed may be a value that never ends, but its text ends.
  if (typeof named === 'string')
    return [unresolvedAppSpec(deployed, `an AppSpec that ${named}`), ...mentionsInAppSpec(content, [], deployed, find)];
  const others = named.map((one): AppSpecReference => {
    if (one.kind === 'unresolved')
      return unresolvedAppSpec(deployed, `an AppSpec that ${one.description}`, one.resolvesTo);
    const { source, referrer, use, via } = deployed;
    return { kind: 'reference', source, referrer, relation: use, target: one.target, via };
  });
  return [...others, ...mentionsInAppSpec(value, others, deployed, find)];
}

/** Text under other keys, or in an AppSpec that cannot be parsed: a hook may get a revision to compare with. The raw
 *  answer is not searched for it, since only the status of its deployment tells whether an AppSpec counts. */
function mentionsInAppSpec(
  value: unknown,
  others: readonly AppSpecReference[],
  { source, referrer, via }: DeployedRevision,
  find: FindMentions,
): Reference[] {
  const known = new Set(
    others.flatMap((one) => (one.kind === 'reference' && one.target.kind === 'revision' ? [nameOf(one.target)] : [])),
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

/** @returns its references, or why they cannot be found */
function parsedReferences(content: string, value: unknown, target: Target): readonly JsonReference[] | string {
  if (content.length > MOST_CHARACTERS) return `has more than ${MOST_CHARACTERS} characters`;
  if (isTooDeep(content)) return 'is nested too deeply to be read';
  if (value === undefined) return 'is neither JSON nor YAML';
  try {
    const named = referencesInJson(value, target);
    const isSaid = named.some(({ path }) => /^taskdefinition$/i.test(path.at(-1) ?? ''));
    return isSaid ? named : 'contains no task definition of this account and Region';
  } catch (error) {
    if (error instanceof Incomplete) return 'is nested too deeply to be read';
    throw error;
  }
}

/** JSON is YAML as well, except some that only a JSON parser accepts. A duplicate key could mean either value.
 *  @returns the parsed AppSpec, or undefined where it cannot be parsed */
export function parseAppSpec(content: string): unknown {
  if (content.length > MOST_CHARACTERS || isTooDeep(content)) return undefined;
  try {
    // The parser writes a key that is a map as text, again at each level: 900 braces ran for nine minutes.
    const document = parseDocument(content, { stringKeys: true });
    if (document.errors.length === 0) return document.toJS({ maxAliasCount: MOST_ALIASES }) as unknown;
    const isAmbiguous = document.errors.some(({ code }) => code === 'DUPLICATE_KEY');
    return isAmbiguous ? undefined : parseJson(content);
  } catch {
    return undefined; // too deep for a stack, too many aliases, or no JSON either: not understood, and that is what it says
  }
}

/** A reference that cannot be resolved otherwise may mean any family of the AppSpec's services. */
function unresolvedAppSpec(
  { source, referrer, use, services }: DeployedRevision,
  parsed: string,
  means: Pattern = anyReference,
): UnresolvedReference {
  const could = isAnyReference(means) ? { kind: 'services' as const, services } : means;
  return { kind: 'unresolved', source, referrer, description: `${use} ${parsed}`, resolvesTo: could };
}
