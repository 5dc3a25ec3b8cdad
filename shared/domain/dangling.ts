// Finds dangling references: their revision is INACTIVE or deleted. Running tasks continue, but starts, updates and rollbacks
// fail. Every run looks for them, even if another tool deregistered the revision.
import type { Evidence, Reference } from './evidence.ts';
import { isAmong, nameOf, type Revision } from './revision.ts';

export type Status = 'ACTIVE' | 'INACTIVE' | 'DELETE_IN_PROGRESS' | 'missing';

export interface DanglingReference {
  readonly reference: Reference;
  /** The status of the target. A family without ACTIVE revisions is `missing`. */
  readonly status: Exclude<Status, 'ACTIVE'>;
  /** The newest ACTIVE revision of the family, which the referrer could use instead. */
  readonly newest: number | undefined;
}

/** These relations end with the task. */
const TASK_RELATIONS: ReadonlySet<Reference['relation']> = new Set(['runs', 'ran']);

/** `web:7`, or `web` of a floating reference. */
export function targetName({ target }: Reference): string {
  return target.kind === 'revision' ? nameOf(target) : target.family;
}

/** One reference for each referrer and target: a service both deploys a revision and would roll back to it. */
export function uniqueReferences(references: readonly Reference[]): Reference[] {
  const seen = new Set<string>();
  return references.filter((one) => {
    const key = `${one.referrer} ${targetName(one)}`;
    return !seen.has(key) && seen.add(key);
  });
}

/** References whose target is not in the inventory. It may have been registered after the inventory was read, so the caller
 *  asks AWS for its status. */
export function findSuspects({ readings, inventory }: Evidence): Reference[] {
  const isActive = ({ family, number }: Revision) => isAmong(number, inventory.get(family));
  const findings = readings.flatMap((reading) => reading.findings);
  const deploying = new Set(findings.filter(({ kind }) => kind === 'rollout').map(({ referrer }) => referrer));
  const references = findings.filter((finding) => finding.kind === 'reference');
  const referenced = new Set(references.map(targetName));
  const suspects = references
    // A definition that was read only as the newest of its family may be unused, and then nothing fails by it.
    .filter(({ source, referrer }) => source !== 'definitions' || referenced.has(nameInArn(referrer)))
    .filter(({ relation, isShort }) => !TASK_RELATIONS.has(relation) && isShort === undefined)
    // A service at rest has nothing to roll back, and its next deployment would roll back to what it has now. Its history cannot be repaired.
    .filter(({ source, referrer }) => source !== 'service-deployments' || deploying.has(referrer))
    .filter(({ target }) => (target.kind === 'revision' ? !isActive(target) : !inventory.has(target.family)));
  return uniqueReferences(suspects);
}

/** `web:7` in its ARN. */
function nameInArn(arn: string): string {
  return arn.slice(arn.lastIndexOf('/') + 1);
}

/** @param statuses by target name; a target without a status is not reported */
export function danglingAmong(
  suspects: readonly Reference[],
  statuses: ReadonlyMap<string, Status>,
  { inventory }: Pick<Evidence, 'inventory'>,
): DanglingReference[] {
  return suspects.flatMap((reference) => {
    const status = statuses.get(targetName(reference));
    if (status === undefined || status === 'ACTIVE') return [];
    return [{ reference, status, newest: inventory.get(reference.target.family)?.at(-1)?.upto }];
  });
}
