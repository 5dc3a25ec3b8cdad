// Runs large work one at a time, and small work at once.

export class OneAtATime {
  #last: Promise<unknown> = Promise.resolve();

  async run<Result>(isLarge: boolean, work: () => Promise<Result>): Promise<Result> {
    if (!isLarge) return work();
    const turn = this.#last.then(work);
    this.#last = turn.catch(() => undefined);
    return turn;
  }
}
