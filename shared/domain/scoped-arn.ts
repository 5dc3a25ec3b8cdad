// Gives services and tasks an ARN that is unique in the account. Before 2021, ECS omitted the cluster (`service/web`,
// `task/ID`), so two services with one name in two clusters may share an ARN.
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-account-settings.html#ecs-resource-ids

const SHORT = /^(arn:[^:]*:ecs:[^:]*:[^:]*:(?:service|task|container-instance))\/([^/]+)$/;
const CLUSTER = /:cluster\/([^/]+)$/;

/** `…:service/prod/web` for `…:service/web` in the cluster `prod`. Returns any other ARN unchanged.
 *  @param clusterArn the cluster of the call that returned the ARN */
export function scopedArn(arn: string, clusterArn: string | undefined): string {
  const [, type, name] = SHORT.exec(arn) ?? [];
  const [, cluster] = CLUSTER.exec(clusterArn ?? '') ?? [];
  return type === undefined || name === undefined || cluster === undefined ? arn : `${type}/${cluster}/${name}`;
}
