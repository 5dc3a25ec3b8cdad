// Checks whether runs are paused: by a parameter of Systems Manager that an operator can set at any time, or by a change
// calendar that is closed. In doubt the run is held: what cannot be read may say that nothing may be deregistered.
import { readCalendarState } from '../aws/calendar-state.ts';
import type { Aws } from '../aws/connect.ts';
import { describeError, type ErrorKind, kindOf, whereDenied } from '../aws/errors.ts';
import { readText, UnusableText } from '../aws/read-text.ts';
import type { Stop } from '../domain/apply-results.ts';
import { type Clock, momentOf, msSince } from '../domain/clock.ts';
import type { Moment } from '../domain/evidence.ts';
import { option } from '../domain/paste.ts';
import { endpointsFor } from '../sources/vpc-endpoints.ts';

/** An operator who pauses runs waits at most this long, and a run asks twice a minute instead of before each call. */
export const CACHED_MS = 30_000;
/** `true` or `false`, with room for blanks. */
const MOST_BYTES = 100;

interface HaltOptions {
  readonly aws: Aws;
  readonly clock: Clock;
  readonly region: string;
  /** The name of the parameter. Empty: runs cannot be paused by one. */
  readonly pauseParameter: string;
  /** Names and ARNs of change calendars. */
  readonly changeCalendar: readonly string[];
}

/** One for each open run. */
export class Halt {
  readonly #options: HaltOptions;
  #last: { readonly stop: Stop | undefined; readonly asked: Moment } | undefined;

  constructor(options: HaltOptions) {
    this.#options = options;
  }

  /** Before each call that deregisters or deletes: an answer of the last 30 seconds counts. */
  async check(): Promise<Stop | undefined> {
    if (this.#last !== undefined && msSince(this.#last.asked, this.#options.clock) < CACHED_MS) return this.#last.stop;
    return this.checkNow();
  }

  /** Before each pass. */
  async checkNow(): Promise<Stop | undefined> {
    // The answer may be as old as the question.
    const asked = momentOf(this.#options.clock);
    const stop = (await this.#pausedByParameter()) ?? (await this.#closedByCalendar());
    this.#last = { stop, asked };
    return stop;
  }

  async #pausedByParameter(): Promise<Stop | undefined> {
    const { aws, pauseParameter: name } = this.#options;
    if (name === '') return undefined;
    const operation = `reading the pause parameter ${name}`;
    let text: string;
    try {
      text = await readText(aws, `ssm:${name}`, MOST_BYTES);
    } catch (error) {
      const reason = error instanceof UnusableText ? error.message : describeError(error);
      return { by: 'hold', reason: `${operation}: ${reason}`, remedy: this.#parameterRemedy(error) };
    }
    const value = text.trim().toLowerCase();
    if (value === 'false') return undefined;
    if (value === 'true')
      return {
        by: 'paused',
        reason: `the parameter ${name} is true`,
        remedy: 'The next run continues once it is false.',
      };
    // Not quoted: a wrong name may be that of a secret.
    const remedy = `Set it to true or false: ${this.#commandToSet()}`;
    return { by: 'hold', reason: `${operation}: it is neither true nor false`, remedy };
  }

  async #closedByCalendar(): Promise<Stop | undefined> {
    const { aws, changeCalendar } = this.#options;
    if (changeCalendar.length === 0) return undefined;
    const isOne = changeCalendar.length === 1;
    const names = changeCalendar.map(shortName).join(', ');
    const what = `the change ${isOne ? 'calendar' : 'calendars'} ${names}`;
    const operation = `reading ${what}`;
    try {
      const { state, until } = await readCalendarState(aws, changeCalendar);
      if (state === 'OPEN') return undefined;
      if (state === undefined)
        return { by: 'hold', reason: `${operation}: AWS answered no state`, remedy: 'Run again.' };
      const closed = isOne ? 'is closed' : 'are not all open';
      return {
        by: 'paused',
        reason: `${what} ${closed}${until === undefined ? '' : `, until ${until}`}`,
        remedy: `The next run continues once ${isOne ? 'it is' : 'all of them are'} open.`,
      };
    } catch (error) {
      return { by: 'hold', reason: `${operation}: ${describeError(error)}`, remedy: calendarRemedy(error, names) };
    }
  }

  #parameterRemedy(error: unknown): string {
    const { pauseParameter: name } = this.#options;
    const allow = `Allow ssm:GetParameter on ${name} in ${whereDenied(error)}, and kms:Decrypt on its key if it is a secure string.`;
    const create = `Create it, or correct its name in the settings (pauseParameter): ${this.#commandToSet(' --type String')}`;
    const advice: Partial<Record<ErrorKind, string>> = {
      denied: allow,
      locked: allow,
      gone: create,
      refused: create,
      unanswered: `Check the network path to AWS, and ssm:GetParameter on ${name}. ${endpointsFor('ssm:GetParameter')}`,
    };
    if (error instanceof UnusableText) return `Set it to true or false: ${this.#commandToSet()}`;
    return advice[kindOf(error)] ?? `Check ssm:GetParameter on ${name}, and run again.`;
  }

  /** AWS knows the type of a parameter that exists. */
  #commandToSet(type = ''): string {
    const { pauseParameter: name, region } = this.#options;
    return `\`aws ssm put-parameter${option('--name', name)}${type} --value false --overwrite${option('--region', region)}\``;
  }
}

/** An ARN is too long for a sentence, and its account is shown where it is another one. */
function shortName(calendar: string): string {
  const [, account, name] = /^arn:[^:]*:ssm:[^:]*:(\d{12}):document\/(.+)$/.exec(calendar) ?? [];
  return account === undefined || name === undefined ? calendar : `${name} (of account ${account})`;
}

function calendarRemedy(error: unknown, names: string): string {
  const correct =
    'Correct its name in the settings (changeCalendar): each must be a document of the type ChangeCalendar in this Region, or be shared with this account.';
  const advice: Partial<Record<ErrorKind, string>> = {
    denied: `Allow ssm:GetCalendarState on ${names} in ${whereDenied(error)}.`,
    gone: correct,
    refused: correct,
    unanswered: `Check the network path to AWS, and ssm:GetCalendarState on ${names}. ${endpointsFor('ssm:GetCalendarState')}`,
  };
  return advice[kindOf(error)] ?? `Check ssm:GetCalendarState on ${names}, and run again.`;
}
