import { describeValue } from '@alexnet/validate';

/** @throws RangeError in the one shape of all errors about a network description. */
export function refuseNet(name: string, rule: string, value: unknown): never {
  throw new RangeError(`${name} must be ${rule} (alexnet), got ${describeValue(value)}.`);
}
