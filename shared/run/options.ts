// What a run is given: the surroundings, who it is, and who is asked and told. The function and the command line each make
// one of these, and everything in which they differ is in it.
import type { Stop } from '../apply/done.ts';
import type { Pacer } from '../aws/pacer.ts';
import type { ObserveContext } from '../observe/observe.ts';
import type { Report } from '../report/model/report.ts';
import type { Window } from '../report/model/course.ts';
import type { Revision, Target } from '../domain/revision.ts';

export interface RunOptions extends ObserveContext {
  /** The same when a part of the run is done again. */
  readonly id: string;
  readonly by: 'function' | 'command line';
  readonly version: string;
  readonly pacer: Pacer;
  readonly dryRun: boolean;
  /** Keeps a ledger and the report in the state, as every run that deregisters does; who only looks leaves none. */
  readonly records: boolean;
  /** Whether a pass that ends because its time is over is followed by another. */
  readonly continues: boolean;
  /** Why the window is not waited out; nothing where it is. */
  readonly waitsNot: () => Extract<Window, { waited: false }>['why'] | undefined;
  /** Where the report goes as well; without one it is only told. */
  readonly topicArn?: string | undefined;
  readonly stopped: () => Stop | undefined;
  /** Called once the account is known, before anything is read; throws to refuse it. */
  readonly admit?: (target: Target) => void;
  /** Called when AWS does not say who calls, or the state store cannot be used: may throw, so that nothing is reported. */
  readonly cannotBegin?: (error: unknown) => void;
  /** Called when this run has begun, with the way to take that back while nothing has gone. */
  readonly begun?: (abandon: () => Promise<void>) => void;
  /** Called with the plan before anything is done; throws to decline. */
  readonly consent?: (report: Report) => Promise<void>;
  readonly acted: (revision: Revision, became: string, of: number) => void;
  /** Called with the report when it has been sent: twice only where the run was cut off just then. */
  readonly told: (report: Report) => void;
  /** Hears of a fault of ours, which the report tells as well; without it the run ends with it. */
  readonly unexpected?: (error: unknown) => void;
}
