import type { OneDnnBackend } from '../backend.js';
import type { Address } from '../library/c-api.js';
import {
  type ChannelNormalization,
  normalizeChannels,
  normalizeChannelsBack,
} from '../loops/normalize-channels.js';
import type { Block } from '../values/memory-pool.js';
import { inCache, type NeighborSums, normalize, normalizeBack } from './divisive-normalization.js';
import { weightedSum } from './elementwise.js';
import { type Reduction, sumAt } from './matrix-sums.js';
import { lendBand, sumsOverChannels } from './sums-over-channels.js';
import type { Runnable } from './workspace-plan.js';

/** Addresses or arrays of a pass over some pixels; the last is the result. */
type Forward<T> = [x: T, y: T];
type Backward<T> = [x: T, dy: T, dx: T];

/** Some pixels of an LRN. */
interface Pixels {
  count: number;
  channels: number;
  sums: NeighborSums;
  band: Address;
}

/** Both directions of an LRN by sums over the channels, on NHWC, without a workspace. */
export function normalizationBySums(
  backend: OneDnnBackend,
  [batch = 0, height = 0, width = 0, channels = 0]: readonly number[],
  norm: Omit<ChannelNormalization, 'channels'>,
): { forward: Runnable; backward: Runnable } {
  const { depthRadius } = norm;
  const constants = { ...norm, channels };
  const overPixels = (run: (pixels: Pixels, start: Address) => void): void =>
    lendBand(backend.pool, channels, depthRadius, (band) =>
      inCache(batch * height * width, channels * 4, (count, start) =>
        run({ count, channels, sums: sumsOverChannels(count, channels, depthRadius), band }, start),
      ),
    );
  return {
    forward: {
      run: (...images) =>
        overPixels((pixels, start) => {
          const [x, y] = images.map((image) => image + start) as Forward<Address>;
          normalize(backend, pixels.sums, norm, { x, y }, [pixels.band]);
          if (isFiniteAt(backend, pixels, y)) return;
          inArrays<Forward<Float32Array>>(backend, pixels, [x, y], (xs, ys) =>
            normalizeChannels(xs, ys, constants),
          );
        }),
    },
    backward: {
      run: (...images) =>
        overPixels((pixels, start) => {
          const [x, dy, dx] = images.map((image) => image + start) as Backward<Address>;
          normalizeBack(backend, pixels.sums, norm, { x, dy, dx }, [pixels.band]);
          if (isFiniteAt(backend, pixels, dx)) return;
          inArrays<Backward<Float32Array>>(backend, pixels, [x, dy, dx], (xs, dys, dxs) =>
            normalizeChannelsBack(xs, dys, dxs, constants),
          );
        }),
    },
  };
}

/** False if a value is NaN or infinite: 0 times such a value is NaN. */
function isFiniteAt(backend: OneDnnBackend, { count, channels }: Pixels, at: Address): boolean {
  const sums = backend.pool.allocate(channels * 4);
  try {
    const matrix: Reduction = { rows: count, columns: channels, over: 'rows', count, outShape: [channels] };
    sumAt(backend, matrix, 0, at, sums.address);
    return !new Float32Array(sums.buffer, 0, channels).some(Number.isNaN);
  } finally {
    backend.pool.release(sums);
  }
}

/**
 * Runs a loop on copies of the pixels and copies the last one, which is the result, back. In a product a value
 * that is not finite would reach every channel of its pixel.
 */
function inArrays<Arrays extends Float32Array[]>(
  backend: OneDnnBackend,
  { count, channels }: Pixels,
  at: readonly Address[],
  loop: (...arrays: Arrays) => void,
): void {
  const length = count * channels;
  const blocks: Block[] = [];
  try {
    for (const from of at) {
      const block = backend.pool.allocate(length * 4);
      blocks.push(block);
      weightedSum(backend, [1], length, [from], block.address);
    }
    loop(...(blocks.map(({ buffer }) => new Float32Array(buffer, 0, length)) as Arrays));
    weightedSum(backend, [1], length, [blocks.at(-1)?.address ?? 0n], at.at(-1) ?? 0n);
  } finally {
    for (const block of blocks) backend.pool.release(block);
  }
}
