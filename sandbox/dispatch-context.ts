/** The parts of a running sandbox that every call uses, and the operation that a request asks for. */
import type { AccountStores } from './account-stores.ts';
import type { AwsService } from './aws-service.ts';
import type { Buckets } from './buckets.ts';
import type { Call, Calls } from './calls.ts';
import type { Clock } from './clock.ts';
import type { Faults } from './faults.ts';
import type { PolicyDocument } from './iam/policy.ts';
import type { Ids } from './ids.ts';
import type { Operation } from './operation.ts';
import type { HttpResponse } from './protocols/protocol.ts';
import type { OperationShapes } from './shapes.ts';

export interface DispatchContext {
  readonly account: AccountStores;
  readonly clock: Clock;
  readonly buckets: Buckets;
  readonly faults: Faults;
  readonly calls: Calls;
  readonly problems: string[];
  readonly before: Set<(call: Call) => void | Promise<void>>;
  readonly after: Set<(call: Call, output: unknown) => void | Promise<void>>;
  readonly roles: Readonly<Record<string, PolicyDocument[]>>;
  readonly pageSize: number;
  readonly requestIds: Ids;
}

/** A response, a reset connection, or no response at all. */
export type Outcome = HttpResponse | 'reset' | 'hang';

export interface OperationRequest {
  readonly service: AwsService;
  readonly name: string;
  readonly operation: Operation;
  readonly shapes: OperationShapes;
  readonly requestId: string;
}
