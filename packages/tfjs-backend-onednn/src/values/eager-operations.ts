/**
 * The operations that run eagerly, by the keys that name them and their shapes.
 *
 * A deferred value that is fused into its reader and then read itself is computed twice, in every step. So
 * the first such read makes the operation eager, on that shape, and a shape is never tried again: a later
 * step would compute twice once more and, because a bias added within the convolution rounds differently,
 * change the last bits of a training run halfway. The cost is that one double read anywhere in the process,
 * such as a look at an activation, turns off fusion for that shape everywhere.
 *
 * Only the `capacity` operations used last are remembered, so that a program with ever new shapes does not
 * grow; one that is forgotten is deferred again.
 */
export class EagerOperations {
  readonly #keys = new Set<string>();
  readonly #capacity: number;

  constructor(capacity = 1024) {
    this.#capacity = capacity;
  }

  /** True if an operation runs eagerly; asking counts as a use. */
  has(key: string): boolean {
    if (!this.#keys.delete(key)) return false;
    this.#keys.add(key); // a Set keeps the order of insertion: the first key is the least recently used
    return true;
  }

  add(key: string): void {
    this.#keys.delete(key);
    this.#keys.add(key);
    if (this.#keys.size <= this.#capacity) return;
    const [oldest] = this.#keys;
    if (oldest !== undefined) this.#keys.delete(oldest);
  }
}
