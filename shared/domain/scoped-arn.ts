// Gives services and tasks an ARN that is unique in the account. Before 2021 ECS left the cluster out of it (`service/web`,
// `task/ID`), so that two services of one name in two clusters still share one.
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-account-settings.html#ecs-resource-ids

const SHORT = /^(arn:[^:]*:ecs:[^:]*:[^:]*:(?:service|task|container-instance))\/([^/]+)$/;
const CLUSTER = /:cluster\/([^/]+)$/;

/** `…:service/prod/web` for `…:service/web` in the cluster `prod`; any other ARN stays as it is.
 *  @param clusterArn the cluster of which AWS listed or described it */
export function scopedArn(arn: string, clusterArn: string | undefined): string {
  const [, type, name] = SHORT.exec(arn) ?? [];
  const [, cluster] = CLUSTER.exec(clusterArn ?? '') ?? [];
  return type === undefined || name === undefined || cluster === undefined
    ? arn
    : `${type}/${cluster}/${name}`;
}
