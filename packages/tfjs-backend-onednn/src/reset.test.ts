import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { noisy } from './testing/compare-backends.js';
import { describeOneDnn } from './testing/describe-onednn.js';

describeOneDnn("the backend after tfjs's engine was reset", () => {
  test('computes again', async () => {
    const convolve = () =>
      tf.tidy(() =>
        tf
          .conv2d(noisy([2, 9, 9, 8]) as tf.Tensor4D, noisy([3, 3, 8, 16], 2) as tf.Tensor4D, 1, 'same')
          .dataSync(),
      );
    const before = convolve();
    for (let i = 0; i < 3; i++) {
      tf.engine().reset(); // disposes the backend and keeps its factory
      await tf.setBackend('onednn');
      expect(convolve()).toEqual(before);
    }
  });
});
