// Finds the references that a restore affects. A copy becomes the newest ACTIVE revision of its family, so every floating
// reference starts the old content from then on, while a reference to the old number keeps failing. Pure.
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RunTask.html (taskDefinition)
import type { Reading, Reference, UnresolvedReference } from '../domain/evidence.ts';
import { nameOf, type Revision } from '../domain/revision.ts';
import { uniqueReferences } from '../domain/dangling.ts';
import { mayResolveTo } from '../plan/unresolved.ts';

/** A running or stopped task has been started already. */
const PAST: ReadonlySet<Reference['relation']> = new Set(['runs', 'ran']);

export interface AffectedReferences {
  readonly floating: ReadonlyMap<string, readonly Reference[]>;
  /** Unresolved references by the family that they can resolve to. */
  readonly unresolved: ReadonlyMap<string, readonly UnresolvedReference[]>;
  /** References to the number of a revision that is restored. */
  readonly pinned: readonly Reference[];
}

export function findAffectedReferences(
  readings: readonly Reading[],
  items: readonly { readonly revision: Revision }[],
): AffectedReferences {
  const findings = readings.flatMap((reading) => reading.findings);
  const rollouts = new Set(findings.filter(({ kind }) => kind === 'rollout').map(({ referrer }) => referrer));
  const references = uniqueReferences(
    findings
      .filter((finding) => finding.kind === 'reference')
      .filter(({ relation }) => !PAST.has(relation))
      // The history of a service at rest cannot be edited, and nothing rolls back to it.
      .filter(({ source, referrer }) => source !== 'service-deployments' || rollouts.has(referrer)),
  );
  const names = new Set(items.map(({ revision }) => nameOf(revision)));
  const families = [...new Set(items.map(({ revision }) => revision.family))];
  const deployedBy = (service: string) =>
    new Set(references.filter(({ referrer }) => referrer === service).map(({ target }) => target.family));
  const unresolved = findings.filter((finding) => finding.kind === 'unresolved');
  const groupByFamily = <One>(choose: (family: string) => One[]) =>
    new Map(families.map((family) => [family, choose(family)]));
  return {
    floating: groupByFamily((family) =>
      references.filter(({ target }) => target.kind === 'floating' && target.family === family),
    ),
    unresolved: groupByFamily((family) => unresolved.filter((one) => mayResolveTo(one, family, deployedBy))),
    pinned: references.filter(({ target }) => target.kind === 'revision' && names.has(nameOf(target))),
  };
}
