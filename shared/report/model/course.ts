// The course of a run: whether it waited out the window, was interrupted and resumed, or took over from an unfinished run.
import type { ActionItem } from './action-item.ts';
import { printCommand, shortenId, type CommandScope } from '../text/commands.ts';
import { formatCount, formatHour, formatTime } from '../text/wording.ts';

export interface Course {
  /** The state store, as `--state` accepts it; every printed command has it. */
  readonly where?: string | undefined;
  /** Absent where nothing was deregistered. */
  readonly window?: Window | undefined;
  /** How often the run read, decided and deregistered. */
  readonly passes?: number | undefined;
  /** How often an interrupted step was repeated. */
  readonly resumed?: number | undefined;
  /** The number of deregistered revisions that this report cannot list, because the run record could not be read. */
  readonly unlisted?: number | undefined;
  /** An earlier run that never finished. This run took over its lock. */
  readonly before?: Unfinished | undefined;
}

/** Whether the run waited out the ten minutes in which AWS may still start an INACTIVE revision.
 *  https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deregister-task-definition-v2.html */
export type Window =
  | {
      readonly waited: true;
      /** When references were read again; milliseconds since the epoch. */
      readonly until: number;
    }
  | { readonly waited: false; readonly why: keyof typeof reasons };

export interface Unfinished {
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly beganAt: number;
  readonly deregistered: number;
}

const reasons = {
  'no-wait': '--no-wait was given',
  'not durable': 'the function is not durable',
  interrupted: 'the operator interrupted the run',
  stopped: 'references could not be read again',
} as const;

export function listCourseNotes({ window, resumed = 0, before }: Course): string[] {
  const notes: string[] = [];
  if (window?.waited === false)
    notes.push(
      `The run did not wait out the ten minutes in which AWS may still start a deregistered revision (${reasons[window.why]}). The next run reports late references`,
    );
  if (resumed > 0)
    notes.push(`The run was interrupted and resumed ${resumed === 1 ? 'once' : formatCount(resumed, 'time')}`);
  if (before?.deregistered === 0) notes.push(`${describeUnfinished(before)}. It had deregistered nothing`);
  return notes;
}

/** An unfinished run sent no report, so the operator does not know yet what it deregistered. */
export function unfinishedRunItems({ before }: Course, scope: CommandScope): ActionItem[] {
  if (before === undefined || before.deregistered === 0) return [];
  return [
    {
      problem: `${describeUnfinished(before)}. It had deregistered ${formatCount(before.deregistered, 'revision')}`,
      remedy: `This report lists every remaining reference to them. See the whole run: \`${printCommand(`history ${idArgument(before.id)}`, scope)}\``,
    },
  ];
}

function describeUnfinished({ id, beganAt }: Unfinished): string {
  return `Run ${id} of ${formatTime(beganAt)} never finished and sent no report`;
}

/** The run's id as an argument of a command. A request id of AWS needs no quotes; any other text is not printed. */
export function idArgument(id: string): string {
  return /^\w[\w.-]*$/.test(id) ? shortenId(id) : 'ID';
}

/** ` As of 02:52 UTC, nothing had started to use any of them.` */
export function describeVerification({ window }: Course): string {
  return window?.waited === true ? ` As of ${formatHour(window.until)}, nothing had started to use any of them.` : '';
}
