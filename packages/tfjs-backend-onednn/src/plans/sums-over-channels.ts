import type { Address } from '../library/c-api.js';
import type { MemoryPool } from '../values/memory-pool.js';
import { type NeighborSums, operands } from './divisive-normalization.js';

/**
 * The sum over the channels within `radius` of each value of [pixels, channels], as a product with a band
 * matrix [channels, channels] of ones (TensorFlow's own LRN on CPUs does the same). The band is the only
 * constant. A value whose square is not finite makes its whole pixel NaN or infinite.
 */
export function sumsOverChannels(pixels: number, channels: number, radius: number): NeighborSums {
  return {
    key: `channels [${pixels}, ${channels}] radius ${radius}`,
    bytes: pixels * channels * 4,
    layout: (native) => native.dense([pixels, channels]),
    divisor: 1,
    primitive(native, postOps) {
      const data = native.dense([pixels, channels]);
      const band = native.dense([channels, channels]);
      return native.primitive(native.matrixProduct({ a: data, b: band, c: data, postOps }), [
        ['source', data],
        ['destination', data],
        ['weights', band],
        ...operands(postOps),
      ]);
    },
  };
}

/** Lends the band matrix for the call of `use`. */
export function lendBand(
  pool: MemoryPool,
  channels: number,
  radius: number,
  use: (band: Address) => void,
): void {
  const block = pool.allocate(channels * channels * 4);
  try {
    const band = new Float32Array(block.buffer, 0, channels * channels).fill(0);
    for (let row = 0; row < channels; row++) {
      const first = row * channels;
      band.fill(1, first + Math.max(0, row - radius), first + Math.min(channels, row + radius + 1));
    }
    use(block.address);
  } finally {
    pool.release(block);
  }
}
