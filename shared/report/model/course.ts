// How a run went on its way: whether it waited out the window, whether it was cut off and went on, and whether one before it
// never ended. What a person has to look at is an attention, the rest a note.
import type { ActionItem } from './action-items.ts';
import { printCommand, shortenId, type CommandScope } from '../text/commands.ts';
import { formatCount, formatTime } from '../text/wording.ts';

export interface Course {
  /** Where the state is, as `--state` takes it; every printed command names it. */
  readonly where?: string | undefined;
  /** Absent where nothing went, so that there was nothing to wait for. */
  readonly window?: Window | undefined;
  /** How often the run read, decided and deregistered. */
  readonly passes?: number | undefined;
  /** How often a step of it was begun anew, since it had been cut off. */
  readonly resumed?: number | undefined;
  /** How many have gone that this report cannot list, as the ledger could not be read. */
  readonly unlisted?: number | undefined;
  /** An earlier run that never ended: this one took over its lock. */
  readonly before?: Unfinished | undefined;
}

/** Whether the ten minutes were waited out in which AWS may still let a revision be taken up after it went.
 *  https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deregister-task-definition-v2.html */
export type Window =
  | {
      readonly waited: true;
      /** When it was looked up again who names what has gone; milliseconds since the epoch. */
      readonly until: number;
    }
  | { readonly waited: false; readonly why: keyof typeof WHY };

export interface Unfinished {
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly beganAt: number;
  /** How many it had deregistered. */
  readonly deregistered: number;
}

const WHY = {
  'no-wait': 'it was told not to (--no-wait)',
  'not durable': 'durable is false in the settings',
  interrupted: 'a person interrupted it',
  stopped: 'it could not look again',
} as const;

export function listCourseNotes({ window, resumed = 0, before }: Course): string[] {
  const notes: string[] = [];
  if (window?.waited === false)
    notes.push(
      `The ten minutes in which AWS may still let what went be used were not waited out (${WHY[window.why]}): the next run tells who uses it`,
    );
  if (resumed > 0)
    notes.push(
      `It was cut off and went on from where it stood, ${resumed === 1 ? 'once' : formatCount(resumed, 'time')}`,
    );
  if (before?.deregistered === 0) notes.push(`${neverEnded(before)}; it had deregistered nothing`);
  return notes;
}

/** Nobody has had its report. */
export function unfinishedRunItems({ before }: Course, spot: CommandScope): ActionItem[] {
  if (before === undefined || before.deregistered === 0) return [];
  return [
    {
      problem: `${neverEnded(before)}; it had deregistered ${formatCount(before.deregistered, 'revision')}`,
      remedy: `Who still names one of them is told by this report. What that run did: \`${printCommand(`history ${idArgument(before.id)}`, spot)}\``,
    },
  ];
}

function neverEnded({ id, beganAt }: Unfinished): string {
  return `Run ${id} of ${formatTime(beganAt)} never ended, and sent no report`;
}

/** The run's id as a command takes it. An id is ours, and AWS's request ids are plain; what is neither is not pasted. */
export function idArgument(id: string): string {
  return /^\w[\w.-]*$/.test(id) ? shortenId(id) : 'ID';
}

/** `Until 02:52 UTC nobody took one up.` */
export function describeVerification({ window }: Course): string {
  return window?.waited === true
    ? ` Until ${new Date(window.until).toISOString().slice(11, 16)} UTC nobody took one up.`
    : '';
}
