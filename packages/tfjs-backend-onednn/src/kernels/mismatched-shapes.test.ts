import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { expectSameAsCpu, noisy, runKernel } from '../testing/compare-backends.js';
import { describeOneDnn } from '../testing/describe-onednn.js';

/**
 * A kernel plan reads and writes as much as its own shapes say, so it must never see a shape that does not
 * fit.
 */
describeOneDnn('tensors whose shapes do not fit', () => {
  test('concat refuses them as on cpu', () => {
    const parts = () => [noisy([70, 80]), noisy([60, 80])];
    expect(() => tf.engine().runKernel('Concat', parts() as never, { axis: 1 })).toThrow(
      /Error in concat2D: Shape of tensors\[1\] \(60,80\) does not match/,
    );
  });

  test('a dy of another size than the output is left to tfjs', () => {
    const attributes = { strides: 1, pad: 'same', dataFormat: 'NHWC' };
    expectSameAsCpu(() => [
      runKernel(
        'Conv2DBackpropInput',
        { dy: noisy([1, 8, 8, 8]), filter: noisy([3, 3, 8, 8], 2) },
        { ...attributes, inputShape: [1, 4, 4, 8] },
      ),
      runKernel(
        'Conv2DBackpropFilter',
        { dy: noisy([2, 9, 9, 8]), x: noisy([2, 8, 8, 8], 2) },
        { ...attributes, filterShape: [3, 3, 8, 8] },
      ),
    ]);
  });

  test('a dy smaller than the output is never read beyond its end', () => {
    const pooling = { filterSize: 2, strides: 2, pad: 'valid' };
    const inputs = { dy: tf.zeros([1, 2, 2, 8]), input: noisy([1, 8, 8, 8]) };
    expect(() => runKernel('AvgPoolGrad', inputs, pooling)).toThrow('Requested out of range element');
  });

  test('the gradient of relu refuses them', () => {
    expect(() => runKernel('ReluGrad', { dy: noisy([4, 4]), y: noisy([400, 400]) }, {})).toThrow(
      "dy must have y's shape [400,400] (ReluGrad), got [4,4].",
    );
  });

  test('a bias for each row is not mistaken for a bias for each column', () => {
    expectSameAsCpu(() => [
      tf.fused.matMul({ a: noisy([30, 20]), b: noisy([20, 30], 2), bias: noisy([30, 1], 3) }),
      tf.fused.conv2d({
        x: noisy([1, 8, 8, 4]) as tf.Tensor4D,
        filter: noisy([3, 3, 4, 8], 2) as tf.Tensor4D,
        strides: 1,
        pad: 'same',
        bias: noisy([8, 1], 3),
      }),
    ]);
  });
});
