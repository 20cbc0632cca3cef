import type { ImportedMean, ImportMeanOptions } from './caffe/mean-of-file.js';

export type { ImportedMean, ImportMeanOptions } from './caffe/mean-of-file.js';

/**
 * Reads the mean image of a Caffe net, which its `.caffemodel` names but does not contain, and averages each
 * channel over the whole image, as pycaffe's examples do. Caffe itself subtracts the image pixel by pixel; the
 * averages are one value per channel, as `preprocessing` has them.
 *
 * | file | contents |
 * |---|---|
 * | `.binaryproto` | a `BlobProto`, `[1, 3, height, width]` or `[3, height, width]` |
 * | `.npy` | float32 or float64, `[3, height, width]` or `[3]` |
 *
 * @throws Error naming the file and what is wrong with it: it is damaged, or has another shape or type.
 * @example
 * const { mean } = await importMean(await readFile('imagenet_mean.binaryproto'));
 * const options = { preprocessing: { mean, std: [1, 1, 1] } };
 * const { model } = await importWeights(await readFile('bvlc_alexnet.caffemodel'), options);
 */
export async function importMean(file: Uint8Array, options?: ImportMeanOptions): Promise<ImportedMean> {
  const { meanOfFile } = await import('./caffe/mean-of-file.js');
  return meanOfFile(file, options);
}
