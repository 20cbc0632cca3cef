import { describeValue } from './describe-value.js';

/**
 * Refuses misspelled options, which would otherwise give a wrong result without an error.
 *
 * @throws TypeError unless `options` is an object whose every name is among `known`.
 */
export function requireKnownOptions(options: unknown, known: readonly string[], caller: string): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw new TypeError(`options must be an object (${caller}), got ${describeValue(options)}.`);
  }
  const unknown = Object.keys(options).find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new TypeError(`options must be among ${known.join(', ')} (${caller}), got '${unknown}'.`);
  }
}
