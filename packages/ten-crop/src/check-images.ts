import { requireTensor } from '@alexnet/validate';
import type { Tensor4D } from '@tensorflow/tfjs-core';

/** Height and width of a batch of images. @throws TypeError unless it is a tensor `[N, H, W, C]`. */
export function checkImages(images: Tensor4D, name: string): [height: number, width: number] {
  requireTensor('images', images, { axes: ['N', 'H', 'W', 'C'] }, name);
  return [images.shape[1], images.shape[2]];
}
