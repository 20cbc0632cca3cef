import { type TensorInfo, util } from '@tensorflow/tfjs-core';
import type { OneDnnBackend } from '../backend.js';
import { type Reduction, sumAt } from '../plans/matrix-sums.js';

/**
 * The sums over all but the channels of images that are still to be made, or made in channel blocks: a bias's
 * gradient. It waits for the filter's gradient of the same images, which makes it along the way.
 *
 * @returns undefined for other reductions.
 */
export function deferChannelSums(
  backend: OneDnnBackend,
  x: TensorInfo,
  reduction: Reduction,
): TensorInfo | undefined {
  const images = backend.deferred(x);
  const isOfChannels = reduction.over === 'rows' && reduction.columns === images?.shape[3];
  if (!images?.work.inBlocks || !isOfChannels || !util.arraysEqual(images.shape, x.shape)) return undefined;
  const { outShape } = reduction;
  const { work } = images; // and what it reads: by the time the images may be elsewhere, or nowhere
  const sums = backend.defer(
    outShape,
    {
      key: `sums of ${work.key}`,
      together: outShape[0] ?? 1,
      write: (_, __, to) =>
        backend.pool.borrow(images.items * images.itemBytes, (at) => {
          images.inParts(work.together, (first, count) => work.write(first, count, images.offset(at, first)));
          sumAt(backend, reduction, 1, at, to);
        }),
    },
    images.blocks,
  );
  images.channelSums ??= backend.deferred(sums);
  return sums;
}
