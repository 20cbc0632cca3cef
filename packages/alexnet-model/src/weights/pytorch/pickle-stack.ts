/** The stack of values of a pickle, and the marks in it. */
export class PickleStack {
  readonly #values: unknown[] = [];
  readonly #marks: number[] = [];

  push(value: unknown): void {
    this.#values.push(value);
  }

  pop(): unknown {
    this.top();
    return this.#values.pop();
  }

  top(): unknown {
    if (this.#values.length <= (this.#marks.at(-1) ?? 0))
      throw new RangeError('a pickle takes a value from an empty stack');
    return this.#values.at(-1);
  }

  mark(): void {
    this.#marks.push(this.#values.length);
  }

  popToMark(): unknown[] {
    const mark = this.#marks.pop();
    if (mark === undefined) throw new RangeError('a pickle takes a value from an empty stack');
    return this.#values.splice(mark);
  }

  /** POP takes the last value, or the last mark if it is on top. */
  drop(): void {
    if (this.#marks.length > 0 && this.#marks.at(-1) === this.#values.length) this.#marks.pop();
    else this.pop();
  }
}
