// The undo trap: a copy is the newest ACTIVE revision of its family, so that whatever names the family without a revision
// starts the old content from then on, and who names the old number still names what is gone. Pure.
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RunTask.html (taskDefinition)
import type { Reading, Reference, UnresolvedReference } from '../domain/evidence.ts';
import { uniqueReferences } from '../domain/dangling.ts';
import { mayResolveTo } from '../plan/unresolved.ts';
import { nameOf, type Revision } from '../domain/revision.ts';

/** A task that runs, or ran, has been started already. */
const OVER: ReadonlySet<Reference['relation']> = new Set(['runs', 'ran']);

export interface Concerned {
  /** By family: who starts its newest. */
  readonly floating: ReadonlyMap<string, readonly Reference[]>;
  readonly unknown: ReadonlyMap<string, readonly UnresolvedReference[]>;
  /** Who names one of these by its number. */
  readonly named: readonly Reference[];
}

export function familiesIn(
  readings: readonly Reading[],
  items: readonly { readonly revision: Revision }[],
): Concerned {
  const findings = readings.flatMap((reading) => reading.findings);
  const moving = new Set(findings.filter(({ kind }) => kind === 'rollout').map(({ referrer }) => referrer));
  const references = uniqueReferences(
    findings
      .filter((finding) => finding.kind === 'reference')
      .filter(({ relation }) => !OVER.has(relation))
      // Nobody can repair the history of a service at rest, and nothing rolls it back.
      .filter(({ source, referrer }) => source !== 'service-deployments' || moving.has(referrer)),
  );
  const names = new Set(items.map(({ revision }) => nameOf(revision)));
  const families = [...new Set(items.map(({ revision }) => revision.family))];
  const deployedBy = (service: string) =>
    new Set(references.filter(({ referrer }) => referrer === service).map(({ target }) => target.family));
  const unknowns = findings.filter((finding) => finding.kind === 'unresolved');
  const by = <One>(choose: (family: string) => One[]) =>
    new Map(families.map((family) => [family, choose(family)]));
  return {
    floating: by((family) =>
      references.filter(({ target }) => target.kind === 'floating' && target.family === family),
    ),
    unknown: by((family) => unknowns.filter((one) => mayResolveTo(one, family, deployedBy))),
    named: references.filter(({ target }) => target.kind === 'revision' && names.has(nameOf(target))),
  };
}
