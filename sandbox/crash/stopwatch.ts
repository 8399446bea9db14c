/** Where the time of a crash test goes. */
export type Spent = 'worlds' | 'teardown commands' | 'whole updates' | 'killed updates' | 'restarts';

export class Stopwatch {
  readonly #milliseconds = new Map<Spent, number>();

  async time<Result>(what: Spent, work: () => Promise<Result>): Promise<Result> {
    const started = performance.now();
    try {
      return await work();
    } finally {
      this.#milliseconds.set(what, (this.#milliseconds.get(what) ?? 0) + performance.now() - started);
    }
  }

  /** Whole seconds. */
  get seconds(): Readonly<Partial<Record<Spent, number>>> {
    return Object.fromEntries(
      [...this.#milliseconds].map(([what, spent]) => [what, Math.round(spent / 1000)]),
    );
  }
}
