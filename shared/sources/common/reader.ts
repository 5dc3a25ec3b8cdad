// The type of a reader, and the context that every reader receives.
import type { Aws } from '../../aws/connect.ts';
import type { Answer, CallProgress, Tally } from '../../aws/tally.ts';
import type { Clock } from '../../domain/clock.ts';
import type { Finding } from '../../domain/evidence.ts';
import type { Target } from '../../domain/revision.ts';
import type { SearchPlace } from '../../domain/search-place.ts';
import type { Memory } from './memory.ts';

export interface PartProgress extends CallProgress {
  readonly part: string;
}

/** Reads one source. It yields once for each item, with all references in that item. */
export type Reader = (context: ReadContext, tally: Tally) => AsyncIterable<readonly Finding[]>;

/** The context of one part of a reader, with the client of its service. */
export interface ClientContext<Client> {
  readonly context: ReadContext;
  readonly tally: Tally;
  readonly client: Client;
}

export interface ReadContext {
  readonly aws: Aws;
  readonly target: Target;
  readonly clock: Clock;
  readonly outOfTime: () => boolean;
  /** Whether the settings leave out this member, by its ARN. */
  readonly leftOut: (arn: string) => boolean;
  readonly memory: Memory;
  /** Whether a text that mentions a family without a revision counts: where families may be retired. */
  readonly findsFamilies?: boolean;
  /** How many days of usage the settings ask for. */
  readonly usedWithinDays: number;
  /** Objects and parameters that are searched for mentions. */
  readonly search?: readonly SearchPlace[];
  /** Receives every answer, for a snapshot of the account. */
  readonly answered?: ((answer: Answer) => void) | undefined;
  /** Receives the progress of each part. */
  readonly onCall?: ((progress: PartProgress) => void) | undefined;
}
