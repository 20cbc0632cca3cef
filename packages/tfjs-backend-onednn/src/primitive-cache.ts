/** One or more compiled primitives for fixed shapes. */
export interface Plan {
  destroy(): void;
}

/**
 * The kernel plans compiled so far, by a key that names the operation, its shapes and its attributes. Beyond
 * `capacity` the least recently used plan is destroyed.
 *
 * A plan in use is safe as long as fewer than `capacity` other plans are requested in the meantime.
 */
export class PrimitiveCache {
  readonly #plans = new Map<string, Plan>();
  readonly #capacity: number;

  /** @param capacity The training step of AlexNet has about 120 plans. */
  constructor(capacity = 1024) {
    this.#capacity = capacity;
  }

  get size(): number {
    return this.#plans.size;
  }

  /** The plan of that key, created by `make` if it is missing; all plans of a key have one type. */
  get<P extends Plan>(key: string, make: () => P): P {
    const known = this.#plans.get(key);
    const plan = known ?? make();
    if (known) this.#plans.delete(key); // set again below, since a Map keeps the order of insertion
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
