// Builds the service deployments and service revisions of an account file. An account file has every service revision
// of its deployments; of one that no reader described, it has only the ARN.
import { type Answers, type Item, itemsIn, picked, scopedIn, textIn } from './answers.ts';

export interface ServiceHistory {
  readonly deployments: readonly Item[];
  readonly revisions: readonly Item[];
  /** Services for which ECS no longer describes every service revision. */
  readonly incomplete: ReadonlySet<string>;
}

const members =
  'serviceDeploymentArn serviceArn clusterArn createdAt startedAt finishedAt stoppedAt updatedAt status sourceServiceRevisions targetServiceRevision rollback';

/** @param isThere whether a service existed until the end */
export function serviceHistoryFrom(answers: Answers, isThere: (service: string) => boolean): ServiceHistory {
  const full = new Map(
    answers
      .listed('DescribeServiceDeployments', 'serviceDeployments', 'serviceDeploymentArn')
      .map((one) => [one['serviceDeploymentArn'], one]),
  );
  const briefs = answers.listed('ListServiceDeployments', 'serviceDeployments', 'serviceDeploymentArn');
  const all = briefs
    .map((brief) => full.get(brief['serviceDeploymentArn']) ?? inFull(brief))
    .filter((one) => isThere(scopedIn(one, 'serviceArn')));

  const described = answers
    .listed('DescribeServiceRevisions', 'serviceRevisions', 'serviceRevisionArn')
    .filter((one) => isThere(scopedIn(one, 'serviceArn')))
    .map((one) => picked(one, 'serviceRevisionArn serviceArn clusterArn taskDefinition createdAt'));
  const known = new Set(described.map((one) => textIn(one, 'serviceRevisionArn')));
  const asked = new Set(
    answers.of('DescribeServiceRevisions').flatMap(({ input }) => {
      const arns: unknown = input['serviceRevisionArns'];
      return Array.isArray(arns) ? arns.map(String) : [];
    }),
  );
  const isUntold = (arn: string) => asked.has(arn) && !known.has(arn);
  const untold = new Set(
    all.filter((one) => revisionsOf(one).some(isUntold)).map((one) => scopedIn(one, 'serviceArn')),
  );
  const deployments = all.flatMap((one) => withoutUndescribed(one, isUntold));
  const others = new Set(deployments.flatMap(revisionsOf)).difference(known);
  return {
    deployments,
    revisions: [...described, ...[...others].map((serviceRevisionArn) => ({ serviceRevisionArn }))],
    incomplete: untold,
  };
}

function inFull({ targetServiceRevisionArn: arn, ...brief }: Item): Item {
  return { ...brief, targetServiceRevision: { arn } };
}

function revisionsOf({ targetServiceRevision: to, sourceServiceRevisions: from, rollback }: Item): string[] {
  const back = itemsIn([rollback]).map((one) => textIn(one, 'serviceRevisionArn'));
  return [...itemsIn([to]), ...itemsIn(from)]
    .map((one) => textIn(one, 'arn'))
    .concat(back)
    .filter((arn) => arn !== '');
}

/** The sandbox requires a description of each service revision. */
function withoutUndescribed(deployment: Item, isUntold: (arn: string) => boolean): Item[] {
  const { sourceServiceRevisions: from, targetServiceRevision, rollback, ...rest } = deployment;
  const isTold = (one: Item) => !isUntold(textIn(one, 'arn')) && !isUntold(textIn(one, 'serviceRevisionArn'));
  const to = itemsIn([targetServiceRevision]).find(isTold);
  if (to === undefined) return [];
  const back = itemsIn([rollback]).find(isTold);
  const sources = itemsIn(from).filter(isTold);
  return [
    {
      ...picked(rest, members),
      targetServiceRevision: picked(to, 'arn'),
      ...(from === undefined ? {} : { sourceServiceRevisions: sources.map((one) => picked(one, 'arn')) }),
      ...(back === undefined ? {} : { rollback: picked(back, 'serviceRevisionArn') }),
    },
  ];
}
