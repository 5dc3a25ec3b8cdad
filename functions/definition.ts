// The definition of a function, and the part of a run that depends on its invocation.
import type { Steps } from '../shared/run/steps.ts';
import type { FunctionEvent } from './event.ts';

export interface FunctionDefinition {
  /** The schema of its events in event.ts. */
  readonly schema: 'pruneEvent' | 'previewEvent';
  readonly dryRun: (event: FunctionEvent) => boolean;
  readonly notify: (event: FunctionEvent) => boolean;
  /** Whether it writes to the state store. */
  readonly writes: boolean;
  /** Whether it may read the journal, whose definitions contain environment values. */
  readonly readsJournal: boolean;
  /** Whether the alarm for missing runs counts its runs. */
  readonly countsSuccess: boolean;
  /** The packed settings. */
  readonly settings: URL;
}

/** The part of a run that depends on its invocation, or on its execution of several invocations. */
export interface InvocationContext {
  /** Stable when a part of the run is repeated. */
  readonly id: string;
  readonly steps: Steps;
  /** The time left to the current invocation. */
  readonly leftMs: () => number;
}
