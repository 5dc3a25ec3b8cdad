// Reads the deployments that CodeDeploy makes to ECS, and those that it would roll back to. A rollback deploys an
// earlier AppSpec again, whether or not a service still references its revision.
import type { LastDeploymentInfo } from '@aws-sdk/client-codedeploy';
import type { Tally } from '../aws/tally.ts';
import type { ReadContext, Reader } from './common/reader.ts';
import type { AppSpecReference } from './appspec.ts';

/** Applications are not deleted by hand as fast as three readings. */
const ATTEMPTS = 3;

export const readCodeDeploy: Reader = async function* (context, tally) {
  const found = await readWhole(context, tally);
  context.memory.codeDeployServices = new Set(found.flat().flatMap(servicesOfUnreadable));
  yield* found;
};

/** readServices, which runs after this, checks whether they exist. */
function servicesOfUnreadable(reference: AppSpecReference): readonly string[] {
  return reference.kind === 'unresolved' && reference.resolvesTo.kind === 'services'
    ? reference.resolvesTo.services
    : [];
}

/** An item that is listed but not described was deleted in between, or AWS contradicts itself. The next attempt
 *  tells. */
async function readWhole(context: ReadContext, tally: Tally): Promise<readonly AppSpecReference[][]> {
  const calls = await import('./codedeploy-calls.ts');
  const { findingsIn } = await import('./codedeploy-references.ts');
  const client = calls.connect(context, tally);
  for (let attempt = 1; ; attempt++) {
    try {
      const groups = await calls.groupsOnEcs(context, client);
      // Groups before deployments: a deployment that begins in between is in the listing, an earlier one is its group's
      // last.
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
