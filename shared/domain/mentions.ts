// Finds the revisions that a text mentions, as an ARN or as `family:number`. Pure, and linear in the length of the text: one
// scan for names, and a look-up of each family in the inventory.
import { nameOf, type Ranges, type Revision, type Target } from './revision.ts';

export interface Mention extends Revision {
  /** Written as `family:number` instead of an ARN, like an image and its tag: a reference only to an ACTIVE revision. */
  readonly isShort: boolean;
}

export interface TextOptions {
  /** The text is the name of an image, so only an ARN in it is a mention. */
  readonly isImage?: boolean;
  /** Called with each family that has a number in the text and no ACTIVE revision: it may have one tomorrow. */
  readonly missed?: ((family: string) => void) | undefined;
}

export type FindMentions = (text: string, options?: TextOptions) => Mention[];

/** @param inventory a short mention of a family without ACTIVE revisions is not returned, so that nothing else of the text is
 *  remembered */
export function mentionFinder(target: Target, inventory: ReadonlyMap<string, Ranges>): FindMentions {
  return (text, { isImage = false, missed } = {}) => {
    if (!text.includes(':') && !text.includes('%')) return [];
    const found = new Map<string, Mention>();
    const unmatched = new Set<string>();
    const note = (spelled: Spelled) => {
      const { family, number } = spelled;
      const name = nameOf(spelled);
      const known = found.get(name);
      if (known?.isShort === false) return;
      const writing = writingOf(spelled, target);
      if (writing === 'arn') found.set(name, { family, number, isShort: false });
      if (known !== undefined || writing === 'arn' || writing === undefined) return;
      const isActive = inventory.has(family);
      if (!isActive && (missed === undefined || unmatched.has(family))) return;
      if (writing === 'bare' && (isImage || isPartOfAnother(spelled))) return;
      if (isActive) found.set(name, { family, number, isShort: true });
      else {
        unmatched.add(family);
        missed?.(family);
      }
    };
    for (const spelled of spelledIn(text)) note(spelled);
    if (ENCODED.test(text)) for (const spelled of spelledIn(decoded(text))) note(spelled);
    return [...found.values()];
  };
}

interface Spelled extends Revision {
  readonly text: string;
  /** Its first character's index in the text. */
  readonly at: number;
}

/** No letter of a name may precede the family or follow the number: neither `web:12` nor `my-web:1` contains `web:1`. The
 *  number is a lookahead, since it may begin the next name (`a:1:2`). */
const NAME = /(?<![\w-])([\w-]{1,255}):(?=([1-9]\d{0,14})(?![\w-]))/g;

function* spelledIn(text: string): Generator<Spelled> {
  for (const { 1: family = '', 2: digits, index: at } of text.matchAll(NAME)) {
    const number = Number(digits);
    yield { family, number, text, at };
    // In an escaped text that was not parsed, `\n` or `\u0022` may directly precede the name.
    const escape = text[at - 1] === '\\' ? ESCAPE.exec(family)?.[0] : undefined;
    if (escape !== undefined && escape.length < family.length)
      yield { family: family.slice(escape.length), number, text, at: at + escape.length };
  }
}

const ESCAPE = /^(?:u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|[bfnrtv])/;

/** A URL encodes `:` as `%3A`, and `/` as `%2F`. */
const ENCODED = /%(?:3a|2f)/i;

function decoded(text: string): string {
  return text.replaceAll(/%([0-7][0-9a-f])/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
}

const RESOURCE = 'task-definition/';
/** Longer than the part of an ARN before its resource. */
const MOST_OF_AN_ARN = 128;
const ARN = /(?:^|[^\w-])(?:arn:([\w-]*):ecs:([\w-]*):(\w*):)?(daemon-)?$/;

/** How a name is written. Undefined for a task definition of another account or Region, or of a daemon. */
function writingOf({ text, at }: Spelled, target: Target): 'arn' | 'part of an ARN' | 'bare' | undefined {
  if (!text.endsWith(RESOURCE, at)) return 'bare';
  const start = at - RESOURCE.length;
  const [whole, partition, region = '', account = '', daemon] =
    ARN.exec(text.slice(Math.max(0, start - MOST_OF_AN_ARN), start)) ?? [];
  if (whole === undefined) return 'bare';
  if (daemon !== undefined) return undefined;
  // A placeholder of a template counts as ours.
  if (partition === undefined) return 'part of an ARN';
  if (region !== '' && region !== target.region) return undefined;
  if (account !== '' && account !== target.account) return undefined;
  return partition === '' || partition === target.partition ? 'arn' : 'part of an ARN';
}

/** After `arn:aws:lambda:…:function:`, a name with a number is a function and its version. Excludes ECS, where only task
 *  definitions have a colon in the resource. */
const OTHER_ARN = /^arn:[\w-]*:(?!ecs:)[\w-]+:[\w-]*:\w*:/;
/** The host of a registry has a dot, and the image has no scheme. */
const REGISTRY = /^[\w-]+(?:\.[\w-]+)+(?::\d+)?\//;

/** Whether the name ends another ARN, or an image in a registry. */
function isPartOfAnother({ text, at }: Spelled): boolean {
  const last = text[at - 1];
  if (last !== ':' && last !== '/') return false;
  const run = text.slice(startOfRun(text, at), at);
  return OTHER_ARN.test(run.slice(run.lastIndexOf('arn:'))) || (last === '/' && REGISTRY.test(run));
}

/** Longer than an ARN, and than a registry with its path. */
const MOST_OF_A_RUN = 512;
const IN_A_RUN = new Set('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-./:+@');

function startOfRun(text: string, end: number): number {
  let start = end;
  while (start > 0 && end - start < MOST_OF_A_RUN && IN_A_RUN.has(text.charAt(start - 1))) start--;
  return start;
}

/** FNV-1a with 32 bits: enough to recognize a family later, and too few to reconstruct a text that was not a family. */
export function digestOf(family: string): number {
  let digest = 0x811c9dc5;
  for (let at = 0; at < family.length; at++) digest = Math.imul(digest ^ family.charCodeAt(at), 0x01000193);
  return digest >>> 0;
}
