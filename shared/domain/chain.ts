// Follows a reference in a task definition back to what uses that definition: a service runs `web:12`, whose environment names
// `batch:41`.
import type { Reference } from './evidence.ts';
import { nameOf, type Revision } from './revision.ts';

/** From the referrer that nothing else explains, such as a service, to the revision. Each reference points at the definition
 *  in which the next one stands. */
export type Chain = readonly Reference[];

/** Longer chains are not written by hand. */
const MOST_STEPS = 20;
/** More than a screen shows. */
const MOST_CHAINS = 10;

/** The shortest chain for each definition that references the revision. Where nothing that was read references a definition,
 *  the chain begins with it.
 *  @param newestOf the newest ACTIVE revision of a family, to which a floating reference resolves */
export function findChains(
  revision: Revision,
  references: readonly Reference[],
  newestOf: (family: string) => number | undefined,
): Chain[] {
  const byTarget = Map.groupBy(references, ({ target }) => {
    const number = target.kind === 'revision' ? target.number : newestOf(target.family);
    return number === undefined ? '' : nameOf({ family: target.family, number });
  });
  const direct = (byTarget.get(nameOf(revision)) ?? []).filter(isInDefinition);
  const referrers = new Map(direct.map((one) => [one.referrer, one]));
  return [...referrers.values()].slice(0, MOST_CHAINS).map((last) => shortest(last, byTarget));
}

/** Breadth first, so the first chain that leaves the definitions is the shortest. Definitions may reference each other. */
function shortest(last: Reference, byTarget: ReadonlyMap<string, readonly Reference[]>): Chain {
  const seen = new Set([last.referrer]);
  let longest: Chain = [last];
  for (let chains: Chain[] = [[last]]; chains.length > 0 && (chains[0]?.length ?? 0) < MOST_STEPS;) {
    const next: Chain[] = [];
    for (const chain of chains) {
      longest = chain;
      const users = byTarget.get(definitionName(chain[0]?.referrer ?? '')) ?? [];
      const user = users.find((one) => !isInDefinition(one));
      if (user !== undefined) return [user, ...chain];
      for (const one of users) {
        if (seen.has(one.referrer)) continue;
        seen.add(one.referrer);
        next.push([one, ...chain]);
      }
    }
    chains = next;
  }
  return longest;
}

function isInDefinition({ source }: Reference): boolean {
  return source === 'definitions';
}

/** `web:12` of a task definition's ARN. */
export function definitionName(arn: string): string {
  return /:task-definition\/(.+)$/.exec(arn)?.[1] ?? '';
}
