// The one change that would release a kept revision, as an action or as the moment at which it comes by itself.
import { type Chain, definitionName } from '../../domain/chain.ts';
import type { Reference } from '../../domain/evidence.ts';
import { nameOf } from '../../domain/revision.ts';
import { protectingTag } from '../../domain/protect-tag.ts';
import { DAY_MS } from '../../domain/time.ts';
import { shortName } from '../../plan/rules/referenced.ts';
import { protectedByName } from '../../plan/rules/protected.ts';
import { day } from '../../plan/rules/rule.ts';
import type { Reason, Verdict } from '../../plan/verdict.ts';
import type { Explanation } from '../../observe/explanation.ts';
import { formatCount, joinList } from '../text/wording.ts';

type Facts = Pick<Explanation, 'revision' | 'chains' | 'limits' | 'lastUse' | 'registeredAt' | 'tags' | 'protectTags'>;

export function describeRelease(
  [first, ...more]: Extract<Verdict, { verdict: 'keep' }>['reasons'],
  facts: Facts,
): string {
  if (more.length === 0) return releaseOf(first, facts);
  const names = [first, ...more].map(({ rule }) => rule);
  return `No single change would release it: ${joinList(names, names.length)} each keep it.`;
}

function releaseOf(reason: Reason, facts: Facts): string {
  const { revision, limits, lastUse, registeredAt } = facts;
  switch (reason.rule) {
    case 'referenced':
      return releaseOfReferences(reason.by, facts);
    case 'in-flight':
      return reason.by.length === 1
        ? `It is released when the deployment of ${shortName(reason.by[0] ?? '')} has ended.`
        : `It is released when all ${reason.by.length} deployments have ended.`;
    case 'newest':
      return `${CHANGE} register a newer revision of ${revision.family}.`;
    case 'keep-latest':
      return `${CHANGE} lower keepLatest (${limits.keepLatest}) for its family. Newer revisions that grow old release it as well.`;
    case 'min-age':
      return registeredAt === undefined
        ? `It is released once its age is known and over minAgeDays (${limits.minAgeDays}).`
        : `It is released on ${day(registeredAt + limits.minAgeDays * DAY_MS)}, when it is older than minAgeDays (${limits.minAgeDays}).`;
    case 'recently-used': {
      const days = `usedWithinDays is ${limits.usedWithinDays}`;
      return lastUse === undefined || lastUse.at < limits.usedSince
        ? `It is released once usage is known for long enough: ${days}.`
        : `It is released on ${day(lastUse.at + limits.usedWithinDays * DAY_MS)} unless it is used again: ${days}.`;
    }
    case 'protected':
      return `${CHANGE} ${protectionChange(reason.text, facts)}.`;
  }
}

const CHANGE = 'One change would release it:';

function protectionChange(text: string, { limits, tags = [], protectTags }: Facts): string {
  if (limits.protectedBy !== undefined) return `change the settings that protect its family (${limits.protectedBy})`;
  const tag = protectingTag(protectTags, tags);
  if (tag !== undefined && text === `tagged ${tag}`) return `remove its tag ${tag}`;
  return `it could be deregistered if ${protectedByName.frees} (${text})`;
}

function releaseOfReferences(by: readonly Reference[], { chains }: Facts): string {
  const referrers = Map.groupBy(by, ({ referrer }) => referrer);
  const isTask = (references: readonly Reference[]) => references.every(({ source }) => source === 'tasks');
  const [tasks, others] = [
    [...referrers.values()].filter(isTask),
    [...referrers.values()].filter((one) => !isTask(one)),
  ];
  const [only, ...more] = others;
  if (only === undefined) {
    const [task, ...further] = tasks;
    const [reference] = task ?? [];
    if (reference === undefined || further.length > 0)
      return `It is released when ${formatCount(tasks.length, 'task')} have ended.`;
    return reference.relation === 'ran'
      ? `It is released when ECS no longer lists ${shortName(reference.referrer)}, about an hour after the task stopped.`
      : `It is released when ${shortName(reference.referrer)} ends.`;
  }
  if (more.length > 0) {
    const names = others.map(([one]) => shortName(one?.referrer ?? ''));
    return `No single change would release it: ${joinList(names, 3)} each reference it.`;
  }
  const [reference] = only;
  if (reference === undefined) return '';
  const ends = tasks.length === 0 ? '' : ` ${formatCount(tasks.length, 'task')} must end as well.`;
  return `${CHANGE} ${actionFor(only, chains)}.${ends}`;
}

function actionFor(references: readonly Reference[], chains: readonly Chain[]): string {
  const [reference] = references;
  if (reference === undefined) return 'remove the reference';
  const { source, referrer, relation, target, computed } = reference;
  const name = shortName(referrer);
  if (computed !== undefined) return `let ${name} reference a family without a revision, instead of ${computed}`;
  if (source === 'definitions') return actionForChain(referrer, chains);
  if (target.kind === 'floating') return `register a newer revision of ${target.family}: ${name} references the family`;
  switch (relation) {
    case 'rolls back to':
      return `deploy ${name} again: a later successful deployment replaces what it would roll back to`;
    case 'holds':
      return `change its task definition in the template of ${name}, and update the stack`;
    case 'mentions':
      return `remove ${nameOf(target)} from ${name}`;
    case 'deploys':
    case 'starts':
    case 'runs':
    case 'ran':
      return `point ${name} at another revision`;
  }
}

/** The definition itself cannot change, so its user must. */
function actionForChain(definition: string, chains: readonly Chain[]): string {
  const name = definitionName(definition);
  const chain = chains.find((one) => one.at(-1)?.referrer === definition) ?? [];
  const [user] = chain;
  if (user === undefined || user.source === 'definitions')
    return `let ${name}, whose definition names it, go out of use`;
  if (user.source === 'tasks') return `wait until ${shortName(user.referrer)} ends, or stop it`;
  return `point ${shortName(user.referrer)} at a revision that does not name it`;
}

/** `service prod/web deploys web:12, whose container app > environment WORKER names batch:41` */
export function describeChain(chain: Chain): string | undefined {
  const [first, ...more] = chain;
  if (first === undefined || more.length === 0) return undefined;
  const who = definitionName(first.referrer) || shortName(first.referrer);
  const start = `${who} ${first.relation} ${definitionName(more[0]?.referrer ?? '')}`;
  const steps = more.map(({ via = [], target }, at) => {
    const next = more[at + 1];
    const named =
      next === undefined
        ? target.kind === 'revision'
          ? nameOf(target)
          : `${target.family} without a revision`
        : definitionName(next.referrer);
    return `whose ${via.length === 0 ? 'definition' : via.join(' > ')} names ${named}`;
  });
  return [start, ...steps].join(', ');
}
