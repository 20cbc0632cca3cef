import { describeValue } from './describe-value.js';

/** @throws RangeError unless `value` is a finite number greater than `above`. */
export function requireFinite(name: string, value: unknown, above: number, caller: string): void {
  if (!Number.isFinite(value) || (value as number) <= above) {
    throw new RangeError(
      `${name} must be a finite number > ${above} (${caller}), got ${describeValue(value)}.`,
    );
  }
}

/** @throws RangeError unless `value` is a whole number >= `least`. */
export function requireWhole(name: string, value: unknown, least: number, caller: string): void {
  if (!Number.isSafeInteger(value) || (value as number) < least) {
    throw new RangeError(
      `${name} must be a whole number >= ${least} (${caller}), got ${describeValue(value)}.`,
    );
  }
}

/** @throws TypeError unless `value` is true or false; 'false' and 0 are not. */
export function requireBoolean(name: string, value: unknown, caller: string): void {
  if (typeof value !== 'boolean') {
    throw new TypeError(`${name} must be true or false (${caller}), got ${describeValue(value)}.`);
  }
}

/** @throws RangeError unless `value` is one of `choices`. */
export function requireOneOf(name: string, value: unknown, choices: readonly string[], caller: string): void {
  if (!choices.includes(value as string)) {
    const quoted = choices.map((choice) => `'${choice}'`);
    const rule = [quoted.slice(0, -1).join(', '), quoted.at(-1)].filter(Boolean).join(' or ');
    throw new RangeError(`${name} must be ${rule} (${caller}), got ${describeValue(value)}.`);
  }
}
