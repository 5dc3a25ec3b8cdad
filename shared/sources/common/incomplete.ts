/** A reader saw that its answers are not complete, although no call failed. */
export class Incomplete extends Error {
  override readonly name = 'Incomplete';
  /** What the operator can do, where that is known. */
  readonly remedy: string | undefined;

  constructor(message: string, { remedy, ...options }: ErrorOptions & { readonly remedy?: string } = {}) {
    super(message, options);
    this.remedy = remedy;
  }
}

/** The time of a run ended before the reading did. A later pass continues from what is remembered. */
export class TimeOver extends Incomplete {}

/** @returns the error to throw, with the time that the whole reading would take */
export function outOfTimeAfter(done: number, all: number, tookMs: number): TimeOver {
  const seconds = Math.ceil((tookMs * all) / Math.max(done, 1) / 1000);
  return new TimeOver(`the run ran out of time after ${done} of ${all}; all of them take about ${seconds} seconds`);
}
