// Which revisions are in use: referenced, in a deployment, used lately, or the newest of a family. Their definitions may
// reference others, so they are read as well. Pure.
import type { Finding, Reference, Usage } from '../evidence.ts';
import { isAmong, nameOf, numbersIn, type Ranges, type Revision } from '../revision.ts';

export interface InUseEvidence {
  readonly findings: readonly Finding[];
  /** Every ACTIVE revision; absent where only references count. */
  readonly inventory?: ReadonlyMap<string, Ranges> | undefined;
  readonly lastUsed?: Usage['lastUsed'] | undefined;
  /** Milliseconds since the epoch: used at or after it is used lately. */
  readonly usedSince: number;
}

/** ACTIVE or not: a service can run an INACTIVE revision, and a later reading meets revisions that are newer than the
 *  inventory. */
export function revisionsInUse({
  findings,
  inventory: known,
  lastUsed = new Map<string, Map<number, number>>(),
  usedSince,
}: InUseEvidence): Revision[] {
  const inventory = known ?? new Map<string, Ranges>();
  const inUse = new Map<string, Revision>();
  const add = ({ family, number }: Revision) => inUse.set(nameOf({ family, number }), { family, number });
  for (const [family, ranges] of inventory) {
    const newest = ranges.at(-1)?.upto;
    if (newest !== undefined) add({ family, number: newest });
  }
  for (const finding of findings) {
    if (finding.kind === 'reference' && finding.what.kind === 'revision' && !isOver(finding.what, finding))
      add(finding.what);
    if (finding.kind === 'used' && finding.at >= usedSince) add(finding.what);
    if (finding.kind === 'rollout') for (const lowest of finding.lowest) fromUpwards(lowest).forEach(add);
  }
  for (const [family, numbers] of lastUsed)
    for (const [number, at] of numbers) if (at >= usedSince) add({ family, number });
  return [...inUse.values()];

  /** A text that spells what is no longer ACTIVE, as an old log does, uses nothing. */
  function isOver({ family, number }: Revision, { isShort }: Reference): boolean {
    if (isShort === undefined || known === undefined) return false;
    const ranges = known.get(family);
    return number <= (ranges?.at(-1)?.upto ?? Infinity) && !isAmong(number, ranges);
  }

  function fromUpwards({ family, number: lowest }: Revision): Revision[] {
    const numbers = [...numbersIn(inventory.get(family) ?? [])];
    return numbers.filter((number) => number >= lowest).map((number) => ({ family, number }));
  }
}
