// Says which single change would release a kept revision, or keep one that will be deregistered.
import type { Reference } from '../../domain/evidence.ts';
import { leaveOut } from '../../domain/paste.ts';
import { tagFor } from '../../domain/protect-tag.ts';
import { shortName } from '../../plan/rules/referenced.ts';
import { rules } from '../../plan/rules/rules.ts';
import type { Verdict } from '../../plan/verdict.ts';
import { formatNumber, joinList } from '../text/wording.ts';
import { wrap, wrapCommand } from '../text/wrap.ts';
import type { Explanation } from '../../observe/explanation.ts';

export function printChange({ status, verdict, arn, protectTags, unresolved }: Explanation, width: number): string[] {
  if (status !== 'ACTIVE' || verdict === undefined) return [];
  if (verdict.verdict === 'keep') return wrap(describeRelease(verdict.reasons), { width });
  const [only, ...more] = unresolved;
  if (verdict.verdict === 'hold' && only !== undefined && more.length === 0)
    return [
      ...wrap(
        'One change would release it: reference its family there without a revision, or leave the reference out in the settings:',
        { width },
      ),
      ...wrapCommand(leaveOut(only.referrer), width, '  '),
    ];
  const [tag] = protectTags;
  if (tag === undefined) return wrap('To keep it, protect its family in the settings.', { width });
  const { key, value } = tagFor(tag);
  const command = `aws ecs tag-resource --resource-arn ${arn} --tags 'key=${key},value=${value}'`;
  return [
    ...wrap('To keep it, tag it, or protect its family in the settings:', { width }),
    ...wrapCommand(command, width, '  '),
  ];
}

function describeRelease([first, ...more]: Extract<Verdict, { verdict: 'keep' }>['reasons']): string {
  if (more.length > 0) {
    const names = [first, ...more].map(({ rule }) => rule);
    return `No single change would release it: ${joinList(names, names.length)} each keep it.`;
  }
  const by: readonly (Reference | string)[] = 'by' in first ? first.by : [];
  const [only] = by;
  const would = 'One change would release it: it could be deregistered if';
  if (by.length === 1 && typeof only === 'object')
    return `${would} ${shortName(only.referrer)} referenced another revision.`;
  const all = by.length > 1 ? `, all ${formatNumber(by.length)} of them` : '';
  const frees = rules.find(({ name }) => name === first.rule)?.frees ?? 'that were no longer so';
  return `${would} ${frees}${all}.`;
}
