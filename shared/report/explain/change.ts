// Prints the one change that would release a kept revision, or keep one that will be deregistered.
import { leaveOut } from '../../domain/paste.ts';
import { tagFor } from '../../domain/protect-tag.ts';
import { wrap, wrapCommand } from '../text/wrap.ts';
import type { Explanation } from '../../observe/explanation.ts';
import { describeRelease } from './release.ts';

export interface NextChange {
  readonly text: string;
  /** One command or settings line that does it. */
  readonly paste?: string;
}

/** Nothing where nothing is left to decide. */
export function findChange(explanation: Explanation): NextChange | undefined {
  const { status, verdict, arn, protectTags, unresolved } = explanation;
  if (status !== 'ACTIVE' || verdict === undefined) return undefined;
  if (verdict.verdict === 'keep') return { text: describeRelease(verdict.reasons, explanation) };
  const [only, ...more] = unresolved;
  if (verdict.verdict === 'hold' && only !== undefined && more.length === 0)
    return {
      text: 'One change would release it: reference its family there without a revision, or leave the reference out in the settings:',
      paste: leaveOut(only.referrer),
    };
  const [tag] = protectTags;
  if (tag === undefined) return { text: 'To keep it, protect its family in the settings.' };
  const { key, value } = tagFor(tag);
  return {
    text: 'To keep it, tag it, or protect its family in the settings:',
    paste: `aws ecs tag-resource --resource-arn ${arn} --tags 'key=${key},value=${value}'`,
  };
}

export function printChange(explanation: Explanation, width: number): string[] {
  const change = findChange(explanation);
  if (change === undefined) return [];
  const { text, paste } = change;
  return [...wrap(text, { width }), ...(paste === undefined ? [] : wrapCommand(paste, width, '  '))];
}
