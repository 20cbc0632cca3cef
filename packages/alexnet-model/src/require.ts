/** @throws RangeError of the one shape all errors of a net have. */
export function refuse(name: string, rule: string, value: unknown): never {
  const shown =
    typeof value === 'string' ? `'${value}'` : Array.isArray(value) ? `[${value}]` : String(value);
  throw new RangeError(`${name} must be ${rule} (alexnet), got ${shown}.`);
}

/** @throws RangeError unless `value` is a finite number > 0. */
export function requirePositive(name: string, value: unknown): void {
  if (typeof value !== 'number' || !Number.isFinite(value) || value <= 0) {
    refuse(name, 'a finite number > 0', value);
  }
}

/** @throws RangeError unless `value` is a whole number of at least `least`. */
export function requireWhole(name: string, value: unknown, least: number): void {
  if (!Number.isSafeInteger(value) || (value as number) < least) {
    refuse(name, `a whole number >= ${least}`, value);
  }
}

/** @throws RangeError unless `value` is one of `allowed`. */
export function requireOneOf(name: string, value: unknown, allowed: readonly unknown[]): void {
  if (allowed.includes(value)) return;
  const list = allowed.map((one) => (typeof one === 'string' ? `'${one}'` : String(one)));
  refuse(name, list.length === 1 ? `${list[0]} or left out` : `one of ${list.join(', ')}`, value);
}
