// The options of a run, and a run that is open. The function and the command line differ only in these options.
import type { Stop } from '../domain/apply-results.ts';
import type { Pacer } from '../aws/pacer.ts';
import type { Problem } from '../domain/problem.ts';
import type { Caller, Revision, Target } from '../domain/revision.ts';
import type { ObserveContext } from '../observe/context.ts';
import type { Observer } from '../observe/observe.ts';
import type { Limit } from '../plan/limit.ts';
import type { Window } from '../report/model/course.ts';
import type { Report } from '../report/model/report.ts';
import type { Settings } from '../settings/schema.ts';
import type { Journal } from '../state/journal.ts';
import type { Lock } from '../state/lock.ts';
import type { RunName } from '../state/run-records.ts';
import type { StateStore } from '../state/store.ts';
import type { Halt } from './halt.ts';
import type { RunProgress } from './progress.ts';

export interface RunOptions extends ObserveContext {
  /** The same when a step of the run is repeated. */
  readonly id: string;
  readonly by: 'function' | 'command line';
  readonly version: string;
  readonly pacer: Pacer;
  /** Why the settings cannot be used. The run then ends with that before it reads anything. */
  readonly settingsProblem?: Problem | undefined;
  readonly dryRun: boolean;
  /** How to turn a dry run of this function into a run that deregisters, for its report. */
  readonly goLive?: string | undefined;
  /** Keeps a run record and the report in the state store, as every run that deregisters does. */
  readonly keepsRecords: boolean;
  /** Whether another pass follows one that ends because its time is up. */
  readonly allowsMorePasses: boolean;
  /** Why the run does not wait out the window; nothing where it does. */
  readonly skipWindowReason: () => Extract<Window, { waited: false }>['why'] | undefined;
  /** Whether the run deregisters nothing without an approval, and whether it can ask for one. Absent where the settings require
   *  none, and for an operator, whose consent is the approval. */
  readonly approval?: 'asks' | 'cannot ask' | undefined;
  /** Reads the settings anew, after a wait for an approval. Absent where they are those of the whole run. */
  readonly deployedSettings?: (() => Promise<{ readonly settings: Settings; readonly problem?: Problem }>) | undefined;
  /** A saved plan: the run deregisters nothing outside it, and deletes nothing for good. */
  readonly saved?: SavedLimit | undefined;
  /** The topic of the report. Without one, the report is only returned. */
  readonly topicArn?: string | undefined;
  /** The topic of a chat channel, which receives the report as well. */
  readonly chatTopicArn?: string | undefined;
  /** Buses that receive the event with which the run ends. */
  readonly busArns?: readonly string[];
  /** The one of the hub. It receives the question of a run as well, so that a target that waits is not silent. */
  readonly fleetBusArn?: string | undefined;
  readonly stopRequested: () => Stop | undefined;
  /** The pause parameter of the stack, instead of the one in the settings. */
  readonly pauseParameter?: string | undefined;
  /** Called once the account is known, before anything is read. Throws to refuse the account. */
  readonly admit?: (target: Target) => void;
  /** Called when AWS does not tell who calls, or the state store cannot be used. May throw, so that nothing is reported. */
  readonly onOpenFailure?: (error: unknown) => void;
  /** Called when the run has started, with the way to abandon it while nothing is deregistered. */
  readonly onStarted?: (abandon: () => Promise<void>) => void;
  /** Called with the plan before anything is done. Throws to decline. */
  readonly consent?: (report: Report) => Promise<void>;
  readonly onProgress: (revision: Revision, outcome: string, of: number) => void;
  /** Called with the question of a run that waits for approval, once it is sent, as `onReport`. */
  readonly onQuestion?: (question: Report) => void | Promise<void>;
  /** Called with the report once it is sent, and with its address: twice only where the run was cut off just then. */
  readonly onReport: (report: Report, at?: string) => void | Promise<void>;
  /** Receives an unexpected error, which the report shows as well. Without it the run throws the error. */
  readonly onUnexpectedError?: (error: unknown) => void;
}

/** The plan of an earlier dry run, or the approved one of this run, as the limit of this run. */
export interface SavedLimit {
  /** The run that made it. */
  readonly run: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly limit: Limit;
}

/** A run that is open in this process. */
export interface OpenRun {
  readonly target: Target;
  readonly caller?: Caller | undefined;
  readonly observer: Observer;
  readonly progress: RunProgress;
  /** Asked before anything is deregistered or deleted, so never in a dry run. */
  readonly halt: Halt;
  /** The approved plan. Absent before the approval. */
  readonly approved?: SavedLimit | undefined;
  /** Absent in a dry run, and in a run that lost its lock. */
  readonly writer?: Writer | undefined;
  /** Why a run that may deregister has no writer any more. */
  readonly lost?: Stop | undefined;
  /** The last run did not look for late references, so this one does. */
  readonly check?: Pick<RunName, 'id' | 'beganAt'> | undefined;
}

/** The context of a run that deregisters. */
export interface Writer {
  readonly state: StateStore;
  readonly journal: Journal;
  readonly lock: Lock;
}
