/**
 * What a resource says about each of its operations: which token bucket it is paid from, what IAM is asked, and what
 * it does. The server does the rest (checks, faults, throttling, permissions) alike for all of them.
 */
import type { AccountStores } from './account-stores.ts';
import type { BucketName } from './buckets.ts';
import type { Call } from './calls.ts';
import type { Faults } from './faults.ts';

export interface Surroundings {
  readonly account: AccountStores;
  readonly call: Call;
  readonly faults: Faults;
  /** No page of any listing is larger. */
  readonly pageSize: number;
  /** The ARN of who calls. */
  readonly caller: string;
  /** The Region that the request is signed for. */
  readonly signedFor: string | undefined;
  /** Whether IAM allows the caller something else as well; some answers tell no more than that. */
  readonly mayAlso: (action: string, resource: string) => boolean;
  /** Something else that IAM must allow the caller for this call; @throws AwsError as the service says that it is denied */
  readonly demand: (action: string, resource: string, context?: ActsOn['context']) => void;
}

/** What IAM is asked: the ARNs acted on, and the condition keys that this service adds. */
export interface ActsOn {
  readonly resources: readonly string[];
  readonly context?: Readonly<Record<string, string>>;
}

export interface Operation {
  readonly bucket?: BucketName;
  /** AWS answers everybody. */
  readonly needsNoPermission?: true;
  /** The IAM action without its prefix, where that is not the operation's name; `ListBucket` for HeadBucket. */
  readonly permission?: string;
  /** Left out where IAM knows no resource for the action: `*`. */
  actsOn?(input: object, account: AccountStores): ActsOn;
  /**
   * The input has passed the SDK's schema when these are called, so it has the type that an implementation names. That is
   * why they are methods: TypeScript lets a method's parameter be narrower than declared.
   */
  run(input: object, at: Surroundings): object;
}

export type Operations = Readonly<Record<string, Operation>>;
