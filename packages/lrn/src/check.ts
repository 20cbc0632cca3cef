/** @throws RangeError unless `value` is a finite number greater than `above`. */
export function requireFinite(name: string, value: number, above: number, of: string): void {
  if (!Number.isFinite(value) || value <= above) {
    throw new RangeError(`${name} must be a finite number > ${above} (${of}), got ${value}.`);
  }
}

/** @throws RangeError unless `value` is a whole number of at least `least`. */
export function requireInteger(name: string, value: number, least: number, of: string): void {
  if (!Number.isInteger(value) || value < least) {
    throw new RangeError(`${name} must be a whole number >= ${least} (${of}), got ${value}.`);
  }
}
