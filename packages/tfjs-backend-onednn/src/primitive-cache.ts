/** Compiled work on fixed shapes: one or more primitives. */
export interface Plan {
  destroy(): void;
}

/**
 * The plans made so far, by a key that names the operation, its shapes and attributes; the least recently
 * used are destroyed beyond `capacity`.
 *
 * A plan in use is safe as long as fewer than `capacity` others are asked for meanwhile.
 */
export class PrimitiveCache {
  readonly #plans = new Map<string, Plan>();
  readonly #capacity: number;

  /** @param capacity AlexNet's training step has some 120 plans. */
  constructor(capacity = 1024) {
    this.#capacity = capacity;
  }

  get size(): number {
    return this.#plans.size;
  }

  /** The plan of that key; a key always names plans of one type. */
  get<P extends Plan>(key: string, make: () => P): P {
    const known = this.#plans.get(key);
    const plan = known ?? make();
    if (known) this.#plans.delete(key); // set again below: a Map keeps the order of insertion
    this.#plans.set(key, plan);
    if (this.#plans.size > this.#capacity) this.#dropOldest();
    return plan as P;
  }

  clear(): void {
    for (const plan of this.#plans.values()) plan.destroy();
    this.#plans.clear();
  }

  #dropOldest(): void {
    for (const [key, plan] of this.#plans) {
      this.#plans.delete(key);
      plan.destroy();
      return;
    }
  }
}
