import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { OneDnnBackend } from '../backend.js';
import { type Reduction, sumAt } from '../plans/matrix-sums.js';
import { writeInChunks } from '../values/chunks.js';

/**
 * The sums over all dimensions but the channels of images that are deferred, or materialized in channel
 * blocks: a bias's gradient. The sums are deferred until the filter's gradient of the same images computes
 * them along the way.
 *
 * @returns undefined for other reductions.
 */
export function deferChannelSums(
  backend: OneDnnBackend,
  x: TensorInfo,
  reduction: Reduction,
): TensorInfo | undefined {
  const images = backend.deferredInShape(x);
  const isOverChannels = reduction.over === 'rows' && reduction.columns === images?.shape[3];
  if (!images?.work.inBlocks || !isOverChannels) return undefined;
  const { outShape } = reduction;
  const { work } = images; // kept with its blocks: the images may change their work, or be disposed, in the meantime
  const sums = backend.defer(
    outShape,
    {
      key: `sums of ${work.key}`,
      chunkSize: outShape[0] ?? 1,
      writeChunk: (_, __, to) =>
        backend.pool.borrow(images.items * images.itemBytes, (at) => {
          writeInChunks(images, work.chunkSize, work.writeChunk, at);
          sumAt(backend, reduction, 1, at, to);
        }),
    },
    images.blocks,
  );
  images.channelSums ??= backend.deferred(sums);
  return sums;
}
