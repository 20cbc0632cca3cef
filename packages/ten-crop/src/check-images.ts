import type { Tensor4D } from '@tensorflow/tfjs-core';

/** Height and width of a batch of images. @throws TypeError unless the tensor has rank 4, `[N, H, W, C]`. */
export function checkImages(images: Tensor4D, name: string): [height: number, width: number] {
  if (images.rank !== 4) {
    throw new TypeError(
      `images must be a tensor of rank 4, [N, H, W, C] (${name}), got rank ${images.rank}.`,
    );
  }
  return [images.shape[1], images.shape[2]];
}
