// Who names what no longer is ACTIVE: it runs on and scales, but nothing can be started with it, updated to it or rolled
// back to it any more. Found on every run, whoever deregistered it. Pure, as all of deciding is.
import type { Evidence, Reference } from '../domain/evidence.ts';
import { isAmong, nameOf, type Revision } from '../domain/revision.ts';

export type Status = 'ACTIVE' | 'INACTIVE' | 'DELETE_IN_PROGRESS' | 'missing';

export interface Stranded {
  readonly reference: Reference;
  /** Of what it names; of a family without a revision: `missing`, since none is ACTIVE. */
  readonly status: Exclude<Status, 'ACTIVE'>;
  /** The newest ACTIVE revision of the family, which it could name instead. */
  readonly newest: number | undefined;
}

/** What a task runs, or ran, is over when the task is. */
const OVER: ReadonlySet<Reference['use']> = new Set(['runs', 'ran']);

/** `web:7`, or `web` of a floating reference. */
export function whatOf({ what }: Reference): string {
  return what.kind === 'revision' ? nameOf(what) : what.family;
}

/** Who names a revision in two ways, as a service does that deploys it and would roll back to it, is told of once. */
export function onceEach(references: readonly Reference[]): Reference[] {
  const seen = new Set<string>();
  return references.filter((one) => {
    const key = `${one.who} ${whatOf(one)}`;
    return !seen.has(key) && seen.add(key);
  });
}

/** References to what is not in the inventory. It may have been registered since the inventory was read: whoever reports
 *  them asks AWS for the status first. */
export function suspectsIn({ readings, inventory }: Evidence): Reference[] {
  const isActive = ({ family, number }: Revision) => isAmong(number, inventory.get(family));
  const findings = readings.flatMap((reading) => reading.findings);
  const moving = new Set(findings.filter(({ kind }) => kind === 'rollout').map(({ who }) => who));
  const references = findings.filter((finding) => finding.kind === 'reference');
  const referenced = new Set(references.map(whatOf));
  const suspects = references
    // A definition that is read only for being the newest of its family may be nobody's: what it mentions fails for nobody.
    .filter(({ source, who }) => source !== 'definitions' || referenced.has(definitionOf(who)))
    .filter(({ use, isShort }) => !OVER.has(use) && isShort === undefined)
    // A service at rest has nothing to roll back, and its next deployment would be rolled back to what it has now. Nobody
    // can repair its history, so nobody is told.
    .filter(({ source, who }) => source !== 'service-deployments' || moving.has(who))
    .filter(({ what }) => (what.kind === 'revision' ? !isActive(what) : !inventory.has(what.family)));
  return onceEach(suspects);
}

/** `web:7` of its ARN. */
function definitionOf(arn: string): string {
  return arn.slice(arn.lastIndexOf('/') + 1);
}

/** @param statuses of what the suspects name; one that was not asked for is no finding */
export function strandedAmong(
  suspects: readonly Reference[],
  statuses: ReadonlyMap<string, Status>,
  { inventory }: Pick<Evidence, 'inventory'>,
): Stranded[] {
  return suspects.flatMap((reference) => {
    const status = statuses.get(whatOf(reference));
    if (status === undefined || status === 'ACTIVE') return [];
    return [{ reference, status, newest: inventory.get(reference.what.family)?.at(-1)?.upto }];
  });
}
