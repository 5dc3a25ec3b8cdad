/**
 * AWS's token buckets: one for each group of operations, account and Region, shared by all callers. A call takes a
 * token or is throttled; the bucket refills by the sandbox's clock. The sizes are those that AWS publishes.
 */
import type { Clock } from './clock.ts';

export interface Bucket {
  readonly burst: number;
  readonly perSecond: number;
}

/**
 * ECS: developer guide, "Request throttling for the Amazon ECS API". Operations that this page omits
 * (DescribeTaskSets, CreateTaskSet, StopServiceDeployment) have no bucket here either. `tagging` is GetResources
 * alone; `sns-publish` is the rate of the smaller Regions. AWS publishes no burst for these two, so it is one
 * second's worth. EventBridge has one rate for all calls. Step Functions: its guide, "Service quotas", the quotas of
 * the smaller Regions. Each of its operations has a bucket; here the changing ones share `state-machine-modify`.
 * Lambda: its guide, "Lambda quotas", all control plane calls together. Systems Manager: all calls that get
 * parameters together. AWS publishes nothing for Pipes, CodeDeploy, CloudFormation and Cloud Control: these sizes are
 * low guesses.
 */
export const publishedBuckets = {
  'task-definition-modify': { burst: 20, perSecond: 1 },
  'task-definition-read': { burst: 50, perSecond: 20 },
  'task-definition-deletion': { burst: 5, perSecond: 1 },
  'cluster-read': { burst: 50, perSecond: 20 },
  'cluster-resource-read': { burst: 100, perSecond: 20 },
  'cluster-resource-modify': { burst: 100, perSecond: 40 },
  'service-read': { burst: 100, perSecond: 20 },
  'service-modify': { burst: 50, perSecond: 5 },
  'service-deployment': { burst: 50, perSecond: 20 },
  'service-revision': { burst: 50, perSecond: 20 },
  'tag-read': { burst: 50, perSecond: 20 },
  'tag-modify': { burst: 20, perSecond: 10 },
  tagging: { burst: 15, perSecond: 15 },
  events: { burst: 50, perSecond: 50 },
  'list-schedules': { burst: 50, perSecond: 50 },
  'list-schedule-groups': { burst: 10, perSecond: 10 },
  'get-schedule': { burst: 250, perSecond: 250 },
  pipes: { burst: 10, perSecond: 10 },
  'sns-publish': { burst: 300, perSecond: 300 },
  'cloudtrail-lookup': { burst: 2, perSecond: 2 },
  'lambda-control': { burst: 15, perSecond: 15 },
  'get-parameters': { burst: 40, perSecond: 40 },
  cloudcontrol: { burst: 10, perSecond: 5 },
  s3: { burst: 3500, perSecond: 3500 },
  codedeploy: { burst: 10, perSecond: 5 },
  cloudformation: { burst: 10, perSecond: 5 },
  'describe-state-machine': { burst: 200, perSecond: 20 },
  'list-state-machines': { burst: 100, perSecond: 5 },
  'list-state-machine-versions': { burst: 100, perSecond: 1 },
  'list-state-machine-aliases': { burst: 100, perSecond: 1 },
  'describe-state-machine-alias': { burst: 100, perSecond: 1 },
  'list-executions': { burst: 100, perSecond: 2 },
  'describe-execution': { burst: 250, perSecond: 10 },
  'describe-state-machine-for-execution': { burst: 200, perSecond: 1 },
  'state-machine-modify': { burst: 100, perSecond: 1 },
  'start-execution': { burst: 800, perSecond: 150 },
  'stop-execution': { burst: 500, perSecond: 25 },
} as const satisfies Record<string, Bucket>;

export type BucketName = keyof typeof publishedBuckets;
export type Quotas = Partial<Record<BucketName, Bucket>>;

export const isBucketName = (name: string): name is BucketName => Object.hasOwn(publishedBuckets, name);

export class Buckets {
  readonly #clock: Clock;
  readonly #sizes: Quotas;
  readonly #levels = new Map<BucketName, { tokens: number; at: number }>();

  constructor(clock: Clock, sizes: Quotas) {
    this.#clock = clock;
    this.#sizes = sizes;
  }

  /** Takes a token. A bucket without a size is never empty. @returns false if the bucket is empty */
  take(name: BucketName): boolean {
    const size = this.#sizes[name];
    if (size === undefined) return true;
    const now = this.#clock.now();
    const { tokens, at } = this.#levels.get(name) ?? { tokens: size.burst, at: now };
    const refilled = Math.min(size.burst, tokens + (Math.max(0, now - at) / 1000) * size.perSecond);
    // In floating point, refills such as 0.1 + 0.2 do not add up exactly. Without a tolerance, the bucket stays empty
    // a tick too long.
    const granted = refilled >= 1 - 1e-9;
    this.#levels.set(name, { tokens: granted ? Math.max(0, refilled - 1) : refilled, at: now });
    return granted;
  }
}
