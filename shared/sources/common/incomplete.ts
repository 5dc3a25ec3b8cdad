/** A reader saw that its answers are not complete, although no call failed. */
export class Incomplete extends Error {
  override readonly name = 'Incomplete';
  /** The remedy for the operator, if one is known. */
  readonly remedy: string | undefined;

  constructor(message: string, { remedy, ...options }: ErrorOptions & { readonly remedy?: string } = {}) {
    super(message, options);
    this.remedy = remedy;
  }
}

/** The time of a run ended before the reading did. A later pass continues from what is remembered. */
export class TimeOver extends Incomplete {}
