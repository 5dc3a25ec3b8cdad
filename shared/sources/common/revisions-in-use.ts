// Lists the revisions in use: referenced, in a deployment, used lately, or the newest of a family. Their definitions
// may reference others, so they are read as well. Pure.
import type { Finding, Usage } from '../../domain/evidence.ts';
import { clipRanges, isAmong, nameOf, numbersIn, type Ranges, type Revision } from '../../domain/revision.ts';

export interface InUse extends Revision {
  /** Only short names reference it, and `db:5432` may be a host and its port. */
  readonly isShort?: true | undefined;
}

export interface InUseEvidence {
  readonly findings: readonly Finding[];
  /** Every ACTIVE revision; absent where only references count. */
  readonly inventory?: ReadonlyMap<string, Ranges> | undefined;
  readonly lastUsed?: Usage['lastUsed'] | undefined;
  /** Milliseconds since the epoch. Used at or after it means used lately. */
  readonly usedSince: number;
}

/** ACTIVE or not: a service can run an INACTIVE revision, and a later reading finds revisions newer than the
 *  inventory. */
export function revisionsInUse({
  findings,
  inventory = new Map<string, Ranges>(),
  lastUsed = new Map<string, Map<number, number>>(),
  usedSince,
}: InUseEvidence): InUse[] {
  const inUse = new Map<string, InUse>();
  const add = ({ family, number }: Revision) => void inUse.set(nameOf({ family, number }), { family, number });
  // Over all rollouts of a family: a thousand services may deploy the same one.
  const lowest = new Map<string, number>();
  for (const [family, ranges] of inventory) {
    const newest = ranges.at(-1)?.upto;
    if (newest !== undefined) add({ family, number: newest });
  }
  for (const finding of findings) {
    if (finding.kind === 'reference' && finding.target.kind === 'revision') {
      if (finding.isShort === undefined) add(finding.target);
      else if (!inUse.has(nameOf(finding.target)))
        inUse.set(nameOf(finding.target), {
          family: finding.target.family,
          number: finding.target.number,
          isShort: true,
        });
    }
    if (finding.kind === 'used' && finding.at >= usedSince) add(finding.revision);
    if (finding.kind === 'rollout')
      for (const { family, number } of finding.lowest)
        lowest.set(family, Math.min(number, lowest.get(family) ?? Infinity));
  }
  for (const [family, number] of lowest) fromUpwards({ family, number }).forEach(add);
  for (const [family, numbers] of lastUsed)
    for (const [number, at] of numbers) if (at >= usedSince) add({ family, number });
  return [...inUse.values()];

  function fromUpwards({ family, number: lowest }: Revision): Revision[] {
    const numbers = numbersIn(clipRanges(inventory.get(family) ?? [], lowest, Infinity));
    return Array.from(numbers, (number) => ({ family, number }));
  }
}

/** Whether it can be started, as far as the inventory tells. A short name outside the inventory is no revision,
 *  unless its number is newer than the inventory. */
export function isStartable(
  { family, number, isShort }: InUse,
  inventory: ReadonlyMap<string, Ranges> | undefined,
): boolean {
  const active = inventory?.get(family);
  return (
    isShort === undefined || active === undefined || isAmong(number, active) || number > (active.at(-1)?.upto ?? 0)
  );
}
