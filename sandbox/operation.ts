/**
 * The declaration of one API operation: its token bucket, its IAM scope and its effect. Schema checks, faults, throttling
 * and permissions are the same for all operations; dispatch.ts applies them.
 */
import type { AccountStores } from './account-stores.ts';
import type { BucketName } from './buckets.ts';
import type { Call } from './calls.ts';
import type { Faults } from './faults.ts';

export interface OperationContext {
  readonly account: AccountStores;
  readonly call: Call;
  readonly faults: Faults;
  /** The upper limit of every page. */
  readonly pageSize: number;
  /** The caller's ARN. */
  readonly caller: string;
  /** The Region of the request's signature. */
  readonly signedRegion: string | undefined;
  /** Whether IAM also allows the caller another action; some errors depend on it. */
  readonly isAuthorized: (action: string, resource: string) => boolean;
  /** Requires another action for this call. @throws AwsError with the service's access denied code */
  readonly authorize: (action: string, resource: string, conditionKeys?: IamScope['conditionKeys']) => void;
}

/** The ARNs and the service's condition keys that IAM evaluates. */
export interface IamScope {
  readonly resources: readonly string[];
  readonly conditionKeys?: Readonly<Record<string, string>>;
}

export interface Operation {
  readonly bucket?: BucketName;
  /** AWS answers every caller. */
  readonly needsNoPermission?: true;
  /** The IAM action without its prefix if it differs from the operation's name: `ListBucket` for HeadBucket. */
  readonly permission?: string;
  /** The Region that must have signed the request, where the input names one; otherwise that of the account. */
  regionOf?(input: object): string | undefined;
  /** Absent if the action has no resource: IAM then evaluates `*`. */
  iamScope?(input: object, account: AccountStores): IamScope;
  /**
   * The input has passed the SDK's schema, so it has the type that an implementation declares. TypeScript lets only methods
   * narrow a parameter's type; therefore these are methods.
   */
  run(input: object, context: OperationContext): object;
}

export type Operations = Readonly<Record<string, Operation>>;
