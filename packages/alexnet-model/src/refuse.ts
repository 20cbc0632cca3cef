import { describeValue } from '@alexnet/validate';

/** @throws RangeError of the one shape that all errors of a net have. */
export function refuse(name: string, rule: string, value: unknown): never {
  throw new RangeError(`${name} must be ${rule} (alexnet), got ${describeValue(value)}.`);
}
