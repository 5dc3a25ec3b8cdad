/**
 * AWS's token buckets: one for each group of operations, per account and Region, shared by every caller. A call takes a
 * token or is refusal; tokens come back with time, by the sandbox's clock. The numbers are those that AWS publishes.
 */
import type { Clock } from './clock.ts';

export interface Bucket {
  readonly burst: number;
  readonly perSecond: number;
}

/**
 * ECS: developer guide, "Request throttling for the Amazon ECS API". Operations that AWS does not list there
 * (DescribeTaskSets, CreateTaskSet, StopServiceDeployment) have no bucket here either. `tagging` is GetResources alone, `sns-publish` the rate
 * of the smaller Regions; for these two AWS publishes no burst, so it is one second's worth. EventBridge has one rate for
 * all of its calls. Step Functions: its guide, "Service quotas", those of the smaller Regions; there each operation has a
 * bucket of its own, and those that change something share `state-machine-modify` here. Pipes, CodeDeploy and
 * CloudFormation publish nothing at all, nor does Cloud Control: theirs are a guess on the low side. Lambda: its guide, "Lambda
 * quotas", all control-plane calls together. Systems Manager: the Get calls of parameters together.
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

  /** Takes a token; false when there is none. A bucket without a size never runs dry. */
  take(name: BucketName): boolean {
    const size = this.#sizes[name];
    if (size === undefined) return true;
    const now = this.#clock.now();
    const { tokens, at } = this.#levels.get(name) ?? { tokens: size.burst, at: now };
    const refilled = Math.min(size.burst, tokens + (Math.max(0, now - at) / 1000) * size.perSecond);
    // A refill of 0.1 + 0.2 tokens must count as the 0.3 it is, or a bucket stays empty a tick too long.
    const granted = refilled >= 1 - 1e-9;
    this.#levels.set(name, { tokens: granted ? Math.max(0, refilled - 1) : refilled, at: now });
    return granted;
  }
}
