// Finds mentions in a searched text. Pure. A text that starts nothing, such as an old log, may contain any revision:
// the mention counts while that revision is ACTIVE, and is never a dangling reference.
import { textsIn } from '../../aws/answer-texts.ts';
import type { Reference } from '../../domain/evidence.ts';
import type { FindMentions, Mention } from '../../domain/mentions.ts';
import { nameOf } from '../../domain/revision.ts';
import { mentionedReference } from '../common/unparsed-references.ts';

/** Parsed JSON takes many times the memory of its text. A longer text is searched as it is, so names of images in it
 *  count as well. */
const MOST_PARSED = 2_000_000;

/** @returns each revision once */
export function mentionsIn(
  text: string,
  find: FindMentions,
  origin: Pick<Reference, 'source' | 'referrer' | 'via'>,
): Reference[] {
  const found = new Map<string, Mention>();
  const parts = text.length > MOST_PARSED ? [{ text, isImage: false }] : textsIn(text, { isUsers: true });
  for (const part of parts)
    for (const mention of [...find(part.text, part), ...find(unescaped(part.text), part)])
      found.set(nameOf(mention), mention);
  return Array.from(found.values(), (mention) => mentionedReference({ ...mention, isShort: true }, origin));
}

/** The pattern matches a run of backslashes only at its beginning, so a long run does not take quadratic time.
 *  Unparsed JSON, such as a log line, may write `:` as `\u003a` and `/` as `\/`. */
function unescaped(text: string): string {
  if (!/\\(?:u00|\/)/.test(text)) return '';
  return text
    .replaceAll(/(?<!\\)\\+u00([0-7][0-9a-f])/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
    .replaceAll(/(?<!\\)\\+\//g, '/');
}
