/** Runs at most `limit` pieces of work at a time; waiting pieces start in order of rank, lowest first. */
export class PrioritySemaphore {
  readonly #waiting: { readonly rank: number; readonly begin: () => void }[] = [];
  #free: number;

  constructor(limit: number) {
    this.#free = limit;
  }

  async run<T>(rank: number, work: () => Promise<T>): Promise<T> {
    if (this.#free === 0) await new Promise<void>((begin) => this.#enqueue(rank, begin));
    else this.#free--;
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next) next.begin();
      else this.#free++;
    }
  }

  #enqueue(rank: number, begin: () => void): void {
    const after = this.#waiting.findIndex((other) => other.rank > rank);
    this.#waiting.splice(after < 0 ? this.#waiting.length : after, 0, { rank, begin });
  }
}
