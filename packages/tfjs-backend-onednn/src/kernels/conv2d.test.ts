import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { OneDnnBackend } from '../backend.js';
import {
  expectClose,
  expectSameAsCpu,
  noisy,
  runKernel,
  withGradients,
} from '../testing/compare-backends.js';
import { describeOneDnn } from '../testing/describe-onednn.js';
import { sizeClass } from '../values/memory-pool.js';

type Pad = Parameters<typeof tf.conv2d>[3];

/** x * filter with stride 1 and same padding, by tfjs's cpu kernel. */
function cpuConvolution(...tensors: [x: tf.Tensor, filter: tf.Tensor]): Float32Array {
  const given = tensors.map((tensor) => [tensor.dataSync(), tensor.shape] as const);
  tf.setBackend('cpu');
  const result = tf.tidy(() => {
    const [x, filter] = given.map(([values, shape]) => tf.tensor(values, shape));
    return tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, 1, 'same').dataSync<'float32'>();
  });
  tf.setBackend('onednn');
  return result;
}

describeOneDnn('convolution on oneDNN', () => {
  const convolve =
    (strides: number, pad: Pad, dilations = 1) =>
    (x: tf.Tensor, w: tf.Tensor) =>
      tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, strides, pad, 'NHWC', dilations, rounding(pad));
  const rounding = (pad: Pad) => (typeof pad === 'string' ? undefined : 'floor');

  const overhang: Pad = [
    [0, 0],
    [0, 3],
    [0, 3],
    [0, 0],
  ];
  test.each([
    // AlexNet's layers with few channels: image, filter, stride, padding
    { layer: 'conv1', x: [2, 64, 64, 3], w: [11, 11, 3, 6], strides: 4, pad: overhang },
    { layer: 'conv2', x: [2, 13, 13, 6], w: [5, 5, 6, 16], strides: 1, pad: 'same' as const },
    { layer: 'conv3', x: [2, 13, 13, 32], w: [3, 3, 32, 24], strides: 1, pad: 'same' as const },
    { layer: 'conv4', x: [1, 13, 13, 24], w: [3, 3, 24, 24], strides: 1, pad: 1 },
  ])('$layer of AlexNet and its gradients agree with cpu', ({ x, w, strides, pad }) => {
    expectSameAsCpu(() => withGradients(convolve(strides, pad), [noisy(x), noisy(w, 2)]));
  });

  test('agrees with cpu for any shape, stride and padding', () => {
    const small = fc.integer({ min: 1, max: 5 });
    const geometry = fc.record({
      x: fc.tuple(
        fc.integer({ min: 1, max: 3 }),
        fc.integer({ min: 5, max: 12 }),
        fc.integer({ min: 5, max: 12 }),
        small,
      ),
      kernel: fc.tuple(small, small),
      filters: fc.integer({ min: 1, max: 18 }),
      strides: fc.integer({ min: 1, max: 4 }),
      pad: fc.constantFrom<Pad>('same', 'valid', 0, 1, 2, overhang),
    });
    fc.assert(
      fc.property(geometry, ({ x, kernel, filters, strides, pad }) => {
        const filter = [...kernel, x[3], filters];
        expectSameAsCpu(() => withGradients(convolve(strides, pad), [noisy(x), noisy(filter, 2)]));
      }),
      { numRuns: 40, seed: 1 },
    );
  });

  test("in inference a filter's copy in oneDNN's layout is kept until the filter changes or is disposed", () => {
    const { pool } = tf.backend() as OneDnnBackend;
    const [x, filter] = [noisy([1, 13, 13, 32]), tf.variable(noisy([3, 3, 32, 24], 2))];
    const velocity = tf.variable(tf.zeros([3, 3, 32, 24]));
    const gradient = noisy([3, 3, 32, 24], 3);
    const predict = (): void => {
      const convolved = [convolve(1, 'same')(x, filter), tf.fused.conv2d({ x: x as tf.Tensor4D, filter: filter as tf.Tensor4D, strides: 1, pad: 'same' })]; // biome-ignore format: one line
      const expected = cpuConvolution(x, filter);
      for (const result of convolved) expectClose(result.dataSync(), expected, 1e-5);
      tf.dispose(convolved);
    };
    const update = (): void => {
      runKernel('SgdMomentumUpdate', { weight: filter, velocity, gradient }, { learningRate: 0.1, momentum: 0.9, weightDecay: 0 }); // biome-ignore format: one line
    };
    update();
    (tf.backend() as OneDnnBackend).block(x); // moves x into native memory, as the update moved the others
    const copies: number[] = [];
    for (let round = 0; round < 3; round++) {
      const before = pool.live;
      predict();
      const kept = pool.live;
      predict();
      copies.push(kept - before, pool.live - kept);
      update();
      expect(pool.live).toBe(before);
    }
    expect(new Set(copies)).toEqual(new Set([sizeClass(3 * 3 * 32 * 24 * 4), 0]));
    tf.dispose([x, filter, velocity, gradient]);
  });

  test('no copy is kept in a gradient tape or under a memory limit', () => {
    const { pool } = tf.backend() as OneDnnBackend;
    const [x, filter] = [noisy([1, 13, 13, 32]), noisy([3, 3, 32, 24], 2)];
    const liveAfter = (work: () => tf.Tensor): number => {
      work().dispose();
      return pool.live;
    };
    const convolved = (): tf.Tensor => {
      const y = convolve(1, 'same')(x, filter);
      y.dataSync();
      return y;
    };
    const gradient = (): tf.Tensor => tf.grad((w) => tf.square(convolve(1, 'same')(x, w)))(filter);
    for (const tensor of [x, filter]) (tf.backend() as OneDnnBackend).block(tensor); // moves both into native memory
    const before = pool.live;
    expect(liveAfter(gradient)).toBe(before);
    pool.limit = 1e9;
    expect(liveAfter(convolved)).toBe(before);
    pool.limit = Number.POSITIVE_INFINITY;
    expect(liveAfter(convolved)).toBeGreaterThan(before);
    tf.dispose([x, filter]);
    expect(pool.live).toBeLessThan(before);
  });

  test('1x1 windows that skip pixels have the gradients of cpu and do not crash', () => {
    for (const [image, channels, strides] of [
      [18, 4, 3],
      [12, 3, 2],
      [14, 12, 2],
    ] as const) {
      for (let i = 0; i < 20; i++) {
        expectSameAsCpu(() =>
          withGradients(convolve(strides, 'valid'), [
            noisy([1, image, image, channels]),
            noisy([1, 1, channels, 8], 2),
          ]),
        );
      }
    }
  });

  test.each([2, 3])('dilates by %i', (dilations) => {
    expectSameAsCpu(() => [convolve(1, 'same', dilations)(noisy([2, 11, 9, 5]), noisy([3, 2, 5, 8], 2))]);
  });

  test('leaves channels-first, int32 and empty tensors to tfjs', () => {
    expectSameAsCpu(() => [
      tf.conv2d(noisy([2, 3, 8, 8]) as tf.Tensor4D, noisy([3, 3, 3, 4]) as tf.Tensor4D, 1, 'same', 'NCHW'),
    ]);
    const empty = tf.tensor4d([], [0, 8, 8, 3]);
    expect(tf.conv2d(empty, noisy([3, 3, 3, 4]) as tf.Tensor4D, 1, 'same').shape).toEqual([0, 8, 8, 4]);
  });

  test.each(['linear', 'relu', 'relu6', 'elu', 'sigmoid', 'leakyrelu', 'prelu'] as const)(
    'fuses bias and %s',
    (activation) => {
      expectSameAsCpu(() => [
        tf.fused.conv2d({
          x: noisy([2, 9, 9, 4]) as tf.Tensor4D,
          filter: tf.mul(noisy([3, 3, 4, 8], 2), 8) as tf.Tensor4D,
          strides: 2,
          pad: 'same',
          bias: noisy([8], 3),
          activation,
          leakyreluAlpha: 0.2,
          ...(activation === 'prelu' ? { preluActivationWeights: noisy([8], 4) } : {}),
        }),
      ]);
    },
  );

  test('a convolution with prelu still runs on oneDNN', () => {
    const { numTensors, numDataBuffers } = tf.memory();
    const fused = tf.tidy(() => {
      const x = noisy([2, 40, 40, 8]) as tf.Tensor4D;
      const filter = noisy([3, 3, 8, 16], 2) as tf.Tensor4D;
      const made = vi.spyOn((tf.backend() as OneDnnBackend).native, 'convolutionForward');
      onTestFinished(() => made.mockRestore());
      const alpha = noisy([16], 4);
      tf.fused
        .conv2d({ x, filter, strides: 1, pad: 'same', activation: 'prelu', preluActivationWeights: alpha })
        .dataSync();
      return made.mock.calls.length;
    });
    expect(fused).toBe(1);
    expect(tf.memory()).toMatchObject({ numTensors, numDataBuffers });
  });

  test('conv2dTranspose agrees with cpu', () => {
    expectSameAsCpu(() => [
      tf.conv2dTranspose(
        noisy([2, 5, 5, 6]) as tf.Tensor4D,
        noisy([3, 3, 4, 6], 2) as tf.Tensor4D,
        [2, 11, 11, 4],
        2,
        'valid',
      ),
    ]);
  });

  test('adds a bias after x and the filter are disposed', () => {
    expectSameAsCpu(() => {
      const [x, filter] = [tf.relu(noisy([2, 9, 9, 40])), tf.relu(noisy([3, 3, 40, 8], 2))];
      const y = convolve(1, 'same')(x, filter);
      x.dispose();
      filter.dispose();
      tf.square(noisy([2, 9, 9, 40], 3)); // would reuse x's memory if it were free
      return [tf.relu(tf.add(y, noisy([8], 4)))];
    });
  });
});
