// Reads the deployments that CodeDeploy makes to ECS, and those that it would roll back to. A rollback deploys an
// earlier AppSpec again, whether or not a service still references its revision.
import type { Tally } from '../aws/tally.ts';
import type { ReadContext, Reader } from './common/reader.ts';
import type { AppSpecReference } from './appspec.ts';

/** Applications are not deleted by hand as fast as three readings. */
const ATTEMPTS = 3;

export const readCodeDeploy: Reader = async function* (context, tally) {
  const found = await readWhole(context, tally);
  // readServices, which runs after this, checks whether these exist.
  context.memory.codeDeployServices = new Set(
    found
      .flat()
      .flatMap((one) =>
        one.kind === 'unresolved' && one.resolvesTo.kind === 'services' ? one.resolvesTo.services : [],
      ),
  );
  yield* found;
};

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
        for (const { deploymentId = '' } of [lastAttemptedDeployment ?? {}, lastSuccessfulDeployment ?? {}])
          if (deploymentId !== '') ids.add(deploymentId);
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
