interface Kept<T> {
  readonly value: Promise<T>;
  readonly weight: number;
}

/** Keeps the values that were used last: those of `most` weight in all, and at least two. */
export class RecentValues<T> {
  readonly #values: Map<string, Kept<T>> = new Map();
  readonly #most: number;
  #weight = 0;

  constructor(most: number) {
    this.#most = most;
  }

  /** The value of a key, made if it is not kept. A value that could not be made is forgotten. */
  get(key: string, weight: number, make: () => Promise<T>): Promise<T> {
    const known = this.#values.get(key);
    if (known) {
      this.#values.delete(key);
      this.#values.set(key, known); // a Map keeps insertion order: the last used value goes to its end
      return known.value;
    }
    const value = make();
    this.#values.set(key, { value, weight });
    this.#weight += weight;
    value.catch(() => this.#forget(key, value));
    for (const [oldest, kept] of this.#values) {
      if (this.#weight <= this.#most || this.#values.size <= 2) break;
      this.#forget(oldest, kept.value);
    }
    return value;
  }

  #forget(key: string, value: Promise<T>): void {
    const kept = this.#values.get(key);
    if (kept?.value !== value) return;
    this.#values.delete(key);
    this.#weight -= kept.weight;
  }
}
