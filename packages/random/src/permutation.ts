import { requireWhole } from '@alexnet/validate';
import type { RandomStream } from './random-stream.js';

/**
 * The numbers 0 .. length - 1 in random order (Fisher-Yates).
 *
 * @throws RangeError if `length` is not a whole number >= 0.
 * @example
 * const order = permutation(1281167, randomStream(seed, epoch));
 */
export function permutation(length: number, stream: RandomStream): Uint32Array {
  requireWhole('length', length, 0, 'permutation');
  const order = Uint32Array.from({ length }, (_, i) => i);
  for (let i = length - 1; i > 0; i--) {
    const j = stream.integer(i + 1);
    const swapped = order[i] as number;
    order[i] = order[j] as number;
    order[j] = swapped;
  }
  return order;
}
