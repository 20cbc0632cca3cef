import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import type { OneDnnBackend } from '../backend.js';
import { SgdMomentumUpdate } from '../kernels/sgd-momentum-update.js';
import { expectClose, expectSameAsCpu, noisy, runKernel } from '../testing/compare-backends.js';
import { describeOneDnn } from '../testing/describe-onednn.js';
import { forEachChunk, itemsInLastLevelCache, itemsInThreadCaches } from './chunks.js';
import type { OneDnnMemory } from './onednn-memory.js';

const backend = () => tf.backend() as OneDnnBackend;
const live = () => (tf.memory() as tf.MemoryInfo & OneDnnMemory).poolLiveBytes;
const x = (): tf.Tensor4D => noisy([5, 23, 21, 16], 1) as tf.Tensor4D;
const filter = (): tf.Tensor4D => noisy([3, 3, 16, 32], 2) as tf.Tensor4D;
const bias = (): tf.Tensor1D => noisy([32], 3) as tf.Tensor1D;

/** Convolution, bias, relu, LRN and pooling, one kernel at a time as tfjs runs them under a tape. */
function block(image: tf.Tensor4D, weights: tf.Tensor4D, offset: tf.Tensor1D): tf.Tensor4D[] {
  const convolved = tf.conv2d(image, weights, 1, 'same');
  const shifted = tf.add(convolved, offset) as tf.Tensor4D;
  const rectified = tf.relu(shifted);
  const normalized = tf.localResponseNormalization(rectified, 2, 2, 0.1, 0.75);
  return [convolved, shifted, rectified, normalized, tf.maxPool(normalized, 3, 2, 'valid')];
}

describeOneDnn('deferred values', () => {
  test('every step of a block is right, whichever is read and in any order', () => {
    for (const order of [[4, 3, 2, 1, 0], [0, 1, 2, 3, 4], [4], [2, 0], [3]]) {
      expectSameAsCpu(() => {
        const steps = block(x(), filter(), bias());
        for (const i of order) steps[i]?.dataSync();
        return order.map((i) => steps[i] as tf.Tensor);
      });
    }
  });

  test('the gradients of a block agree with cpu for every input', () => {
    const loss = (image: tf.Tensor, weights: tf.Tensor, offset: tf.Tensor): tf.Scalar => {
      const pooled = block(
        image as tf.Tensor4D,
        weights as tf.Tensor4D,
        offset as tf.Tensor1D,
      )[4] as tf.Tensor;
      return tf.sum(tf.mul(pooled, noisy(pooled.shape, 9)));
    };
    expectSameAsCpu(() => tf.grads(loss)([x(), filter(), bias()]), 1e-4);
  });

  test('a value that is never read takes no memory', () => {
    const image = noisy([7, 19, 18, 16], 8) as tf.Tensor4D; // a shape that no other test has read twice
    const [weights, offset] = [filter(), bias()];
    for (const t of block(image, weights, offset)) t.dispose(); // from now on their inputs are native
    const before = live();
    const convolved = tf.conv2d(image, weights, 1, 'same');
    expect(live()).toBe(before);
    const rectified = tf.relu(tf.add(convolved, offset));
    expect(live() - before).toBeLessThan(1.2 * rectified.size * 4);
    expect(backend().deferred(convolved)?.isFused).toBe(true);
    tf.dispose([convolved, rectified]);
    tf.dispose([image, weights, offset]);
  });

  test('inputs may be disposed before the value is computed', () => {
    const [image, weights, offset] = [x(), filter(), bias()];
    const expected = tf.tidy(() => tf.relu(tf.add(tf.conv2d(image, weights, 1, 'same'), offset)).dataSync());
    const convolved = tf.conv2d(image, weights, 1, 'same');
    tf.dispose([image, weights]);
    tf.dispose(Array.from({ length: 4 }, (_, i) => tf.relu(noisy([5, 23, 21, 16], 20 + i)))); // would reuse the blocks
    const shifted = tf.add(convolved, offset);
    tf.dispose([convolved, offset]);
    const rectified = tf.relu(shifted);
    expectClose(rectified.dataSync(), expected, 1e-6);
    tf.dispose([shifted, rectified]);
  });

  test('an update in place does not change what was computed before it', () => {
    const image = x();
    const weight = tf.variable(filter());
    const velocity = tf.variable(tf.zeros(weight.shape));
    const expected = tf.tidy(() => tf.conv2d(image, weight as tf.Tensor4D, 1, 'same').dataSync());
    const before = tf.conv2d(image, weight as tf.Tensor4D, 1, 'same');
    tf.tidy(() => {
      const inputs = { weight, velocity, gradient: tf.ones(weight.shape) };
      runKernel(SgdMomentumUpdate, inputs, { learningRate: 1, momentum: 0.9, weightDecay: 0 });
    });
    expect(before.dataSync()).toEqual(expected);
    const after = tf.tidy(() => tf.conv2d(image, weight as tf.Tensor4D, 1, 'same').dataSync());
    expect(after[0]).not.toBeCloseTo(expected[0] as number, 1);
    tf.dispose([image, before, weight, velocity]);
  });

  test('an operation whose result is read as well as fused is not deferred again', () => {
    const [image, weights, offset] = [x(), filter(), noisy([32], 4)];
    const swish = () =>
      tf.tidy(() => {
        const convolved = tf.conv2d(image, weights, 2, 'same'); // stride 2, so that no other test uses this shape
        return tf.mul(tf.relu(tf.add(convolved, offset)), convolved).dataSync();
      });
    const first = swish();
    const again = tf.conv2d(image, weights, 2, 'same');
    expect(backend().deferred(again)).toBeUndefined();
    expectClose(swish(), first, 1e-6); // the bias is added before the products, or after them
    tf.dispose([image, weights, offset, again]);
  });

  test('a bias is fused along channels only', () => {
    expectSameAsCpu(() => {
      const convolved = tf.conv2d(x(), filter(), 1, 'same');
      const reshaped = tf.reshape(tf.conv2d(x(), filter(), 1, 'same'), [5, 23, 21 * 32]);
      return [
        tf.add(convolved, noisy([21, 1], 5)),
        tf.add(reshaped, noisy([21 * 32], 6)),
        tf.relu(tf.add(bias(), tf.reshape(convolved, [-1, 32]))),
        tf.add(convolved, convolved),
      ];
    });
  });

  test('NaN survives a convolution with bias and relu', () => {
    const [image, weights] = [x(), filter()];
    const offset = tf.tensor1d(Array.from({ length: 32 }, (_, i) => (i === 7 ? Number.NaN : 0)));
    const y = tf.tidy(() => tf.relu(tf.add(tf.conv2d(image, weights, 1, 'same'), offset)).dataSync());
    expect(y[7]).toBeNaN();
    expect(y[8]).not.toBeNaN();
    tf.dispose([image, weights, offset]);
  });

  test('an asynchronous read computes the value', async () => {
    const [image, weights] = [x(), filter()];
    const y = tf.conv2d(image, weights, 1, 'same');
    const expected = tf.tidy(() => tf.conv2d(image, weights, 1, 'same').dataSync());
    expect(await y.data()).toEqual(expected);
    tf.dispose([image, weights, y]);
  });
});

test.each([
  [128, 13, [13, 13, 13, 13, 13, 13, 13, 13, 13, 11]],
  [10, 4, [4, 4, 2]],
  [3, 100, [3]],
  [7, 1, [1, 1, 1, 1, 1, 1, 1]],
])('%i items in even chunks of at most %i', (items, chunkSize, sizes) => {
  const chunks: [number, number][] = [];
  forEachChunk(items, chunkSize, (first, count) => chunks.push([first, count]));
  expect(chunks.map(([, count]) => count)).toEqual(sizes);
  expect(chunks.map(([first]) => first)).toEqual(sizes.map((_, i) => i * (sizes[0] as number)));
});

test('chunks hold as many items as the caches, are equal, and have at least one item for each thread', () => {
  const mebibyte = 1024 * 1024;
  expect(itemsInThreadCaches(128, mebibyte / 4, 2)).toBe(8);
  expect(itemsInThreadCaches(128, 4 * mebibyte, 2)).toBe(2);
  expect(itemsInThreadCaches(10, mebibyte / 4, 2)).toBe(5); // not 8 and 2
  expect(itemsInThreadCaches(3, mebibyte, 16)).toBe(3);
  expect(itemsInLastLevelCache(128, mebibyte)).toBe(16);
  expect(itemsInLastLevelCache(2, 40 * mebibyte)).toBe(1);
});
