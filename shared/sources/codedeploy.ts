// The source `codedeploy`: what CodeDeploy is deploying to ECS, and what it would bring back. A rollback is a new deployment
// of an earlier AppSpec, which names its revision whether or not any service still does.
import type { LastDeploymentInfo } from '@aws-sdk/client-codedeploy';
import type { Tally } from '../aws/tally.ts';
import type { ReadContext } from './common/reader.ts';
import type { Said } from './appspec.ts';
import type { Reader } from './common/reader.ts';

/** Whoever deletes applications as fast as we read them three times is no person. */
const ATTEMPTS = 3;

export const readCodeDeploy: Reader = async function* (context, tally) {
  const found = await readWhole(context, tally);
  context.memory.codeDeployServices = new Set(found.flat().flatMap(servicesMeant));
  yield* found;
};

/** The source `services`, which is read after this one, looks whether they exist. */
function servicesMeant(said: Said): readonly string[] {
  return said.kind === 'unresolved' && said.resolvesTo.kind === 'services' ? said.resolvesTo.services : [];
}

/** What is listed and then not described was deleted in between, or is a fault: the next attempt tells. */
async function readWhole(context: ReadContext, tally: Tally): Promise<readonly Said[][]> {
  const calls = await import('./codedeploy-calls.ts');
  const { findingsIn } = await import('./codedeploy-references.ts');
  const client = calls.connect(context, tally);
  for (let attempt = 1; ; attempt++) {
    try {
      const groups = await calls.groupsOnEcs(context, client);
      // Groups before deployments: one that begins in between is in the listing, one that began before is its group's last.
      const ids = new Set(await calls.unfinishedDeployments(context, client));
      for (const { lastAttemptedDeployment, lastSuccessfulDeployment } of groups)
        for (const last of [lastAttemptedDeployment, lastSuccessfulDeployment]) add(ids, last);
      const deployments = await calls.describeDeployments(ids, client);
      const rollbacks = deployments.flatMap(({ rollbackInfo }) => rollbackInfo?.rollbackDeploymentId ?? []);
      const more = new Set(rollbacks).difference(ids);
      deployments.push(...(await calls.describeDeployments(more, client)));
      return findingsIn(groups, deployments, context);
    } catch (error) {
      if (!(error instanceof calls.Moved) || attempt >= ATTEMPTS) throw error;
    }
  }
}

function add(ids: Set<string>, last: LastDeploymentInfo | undefined): void {
  if (last?.deploymentId !== undefined && last.deploymentId !== '') ids.add(last.deploymentId);
}
