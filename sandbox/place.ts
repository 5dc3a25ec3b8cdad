/** The parts that every ARN of one account and Region shares. */
export interface Place {
  readonly partition: string;
  readonly region: string;
  readonly account: string;
}

export function arnIn({ partition, region, account }: Place, service: string, resource: string): string {
  return `arn:${partition}:${service}:${region}:${account}:${resource}`;
}

/** IAM is global: its ARNs have no Region. */
export function iamArn({ partition, account }: Place, resource: string): string {
  return `arn:${partition}:iam::${account}:${resource}`;
}
