// Reads what each service deploys, leaves and would roll back to, and what it deployed within the last days. Families
// may differ from one deployment to the next.
import { ecsReader } from '../aws/ecs.ts';
import { DAY_MS } from '../domain/time.ts';
import type { Service } from '@aws-sdk/client-ecs';
import type { Finding, Reference, Relation, PastUse } from '../domain/evidence.ts';
import { describeDeployments, listDeployments, type HistoryContext } from './deployment-history-calls.ts';
import { historyOf, type Roles, rolesOf, toDescribe } from './deployment-history.ts';
import { isServiceDeleted, type OfService, readPerService, type ListedService } from './read-per-service.ts';
import { readServiceRevisions } from './service-revisions.ts';
import { referencesIn, rolloutOf } from './services.ts';
import { firstReferences } from './common/first-references.ts';
import type { Reader } from './common/reader.ts';

const source = 'service-deployments';

export const readServiceDeployments: Reader = async function* (context, tally) {
  const client = ecsReader(context.aws, tally);
  yield* readPerService({
    context,
    tally,
    client,
    source,
    // Only these have a history. AWS does not document how it answers for others.
    wanted: ({ deploymentController }) => (deploymentController?.type ?? 'ECS') === 'ECS',
    read: (service) => readService({ context, tally, client }, service),
  });
};

async function readService(means: HistoryContext, service: ListedService): Promise<OfService> {
  const { context, client } = means;
  const { referrer } = service;
  const now = context.aws.asOf();
  const usedSince = now - context.usedWithinDays * DAY_MS;
  const briefs = await Array.fromAsync(listDeployments(means, service));
  const history = historyOf(
    briefs.filter(({ serviceDeploymentArn: arn }) => arn === undefined || !context.leftOut(arn)),
  );
  const described = await describeDeployments(means, toDescribe(history, usedSince));
  const { deploys, leaves, picks, before, used, isIncomplete } = rolesOf(history, described, { usedSince, now });

  const current = hiddenServiceRevisions(service);
  const wanted = [...deploys, ...leaves, ...picks, ...used.keys()];
  const named = await readServiceRevisions(means, referrer, [...wanted, ...before, ...current]);
  const all = [...named.values()].flat();
  const references = (relation: Relation, arns: Iterable<string>) =>
    [...arns].flatMap((arn) => named.get(arn)?.filter(isOwn) ?? []).map((own) => ({ ...own, relation }));

  const moving = [...references('deploys', deploys), ...references('rolls back to', leaves)];
  const isMoving = deploys.size > 0;
  const findings: Finding[] = [
    ...firstReferences([
      ...moving,
      ...references('deploys', current),
      ...references('rolls back to', picks),
      ...references('rolls back to', before),
    ]),
    ...all.filter((reference) => !isOwn(reference)),
    ...(isMoving ? [rolloutOf(source, referrer, [...moving, ...referencesIn(service, context.target)])] : []),
    ...usedIn(used, named),
  ];
  if (!isIncomplete && wanted.every((arn) => named.has(arn))) return { findings, settled: !isMoving };
  // A deleted service has lost its history. Otherwise ECS does not say what may start again, and that is no absence.
  if (await isServiceDeleted(client, service)) return { findings, settled: false };
  const description = 'has a deployment whose revisions ECS does not all describe';
  const resolvesTo = { kind: 'services' as const, services: [referrer] };
  return { findings: [...findings, { kind: 'unresolved', source, referrer, description, resolvesTo }], settled: false };
}

/** A service's deployments show what it runs, each with its task definition. If it has more service revisions than
 *  deployments, one is not shown, perhaps long after the 90 days of its history. */
function hiddenServiceRevisions({ currentServiceRevisions = [], deployments = [] }: Service): string[] {
  if (currentServiceRevisions.length <= deployments.length) return [];
  return currentServiceRevisions.flatMap(({ arn }) => arn ?? []);
}

/** Its task definition. Mentions come from fields that this version does not know. */
function isOwn({ relation }: Reference): boolean {
  return relation !== 'mentions';
}

function usedIn(used: Roles['used'], named: ReadonlyMap<string, readonly Reference[]>): PastUse[] {
  return Array.from(used).flatMap(([arn, at]) =>
    (named.get(arn) ?? []).flatMap((reference) => {
      const { referrer, target } = reference;
      return isOwn(reference) && target.kind === 'revision'
        ? [{ kind: 'used' as const, source, referrer, revision: target, at }]
        : [];
    }),
  );
}
