import { expectAllClose, readVectors, type StoredArray, type Vectors, valuesOf } from '@alexnet/testing';
import { testOnBackends } from '@alexnet/testing/on-backends';
import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { averageViews, type CropView, centerCrop, centerView, tenCrop, tenCropViews } from './index.js';

interface Case {
  size: number;
  x: StoredArray;
  y: StoredArray;
}
interface TenCropVectors extends Vectors<Case> {
  places: { height: number; width: number; size: number; views: (CropView & { name: string })[] }[];
  average: { probabilities: StoredArray; mean: StoredArray };
}

const { cases, places, average, tolerance } = readVectors<TenCropVectors>('ten-crop');
const tensorOf = (stored: StoredArray): tf.Tensor => tf.tensor(valuesOf(stored), stored.shape);
/** The values of a tensor, which is then disposed. */
async function read(tensor: tf.Tensor): Promise<Float32Array> {
  const values = await tensor.data<'float32'>();
  tensor.dispose();
  return values;
}

test.each(places)(
  'the ten views of $height x $width are where the vectors say',
  ({ height, width, size, views }) => {
    const expected = views.map(({ top, left, mirror }) => ({ top, left, mirror }));
    expect(tenCropViews({ imageSize: [height, width], size })).toEqual(expected);
    expect(centerView({ imageSize: [height, width], size })).toEqual(expected[2]);
  },
);

testOnBackends('tenCrop and centerCrop cut the views of the vectors', async () => {
  for (const { x, y, size } of cases) {
    const cut = tf.tidy(() => tenCrop(tensorOf(x) as tf.Tensor4D, { size }));
    expect(cut.shape).toEqual(y.shape);
    expectAllClose(await read(cut), y.data as number[], 0);
    const center = await read(tf.tidy(() => centerCrop(tensorOf(x) as tf.Tensor4D, { size })));
    const view = y.shape.slice(1).reduce((product, side) => product * side, 1);
    expectAllClose(center.subarray(0, view), (y.data as number[]).slice(2 * view, 3 * view), 0);
  }
});

testOnBackends('averageViews gives the mean of the vectors', async () => {
  const mean = tf.tidy(() => averageViews(tensorOf(average.probabilities) as tf.Tensor2D));
  expect(mean.shape).toEqual(average.mean.shape);
  expectAllClose(await read(mean), average.mean.data as number[], tolerance);
});
