import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-layers'; // registers tfjs's gradients, which core alone does not
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { useBackend } from '../use-backend.js';

/** Values in -1 .. 1 that depend only on shape and seed. */
function waves(shape: number[], seed = 1): tf.Tensor {
  const values = Float32Array.from({ length: tf.util.sizeFromShape(shape) }, (_, i) =>
    Math.sin(i * 1.7 + seed),
  );
  return tf.tensor(values, shape);
}

/** Expects the same code to give the same results on wasm as on cpu. */
function expectSameAsCpu(compute: () => tf.Tensor[], tolerance = 1e-5): void {
  const run = (backend: string) => {
    tf.setBackend(backend);
    const before = tf.memory().numTensors;
    const results = tf.tidy(() => compute().map((t) => ({ shape: t.shape, values: t.dataSync() })));
    expect(tf.memory().numTensors, `tensors left on ${backend}`).toBe(before);
    return results;
  };
  const expected = run('cpu');
  run('wasm').forEach(({ shape, values }, i) => {
    const wanted = expected[i] as (typeof expected)[number];
    expect(shape).toEqual(wanted.shape);
    const scale = Math.max(...Array.from(wanted.values as Float32Array, Math.abs));
    const error = Math.max(
      ...Array.from(wanted.values as Float32Array, (v, k) => Math.abs(v - Number(values[k]))),
    );
    expect(error).toBeLessThanOrEqual(tolerance * scale);
  });
}

const kernel = (inputs: tf.NamedTensorMap, attributes: object): tf.Tensor =>
  tf.engine().runKernel('Conv2DBackpropFilter', inputs, attributes as tf.NamedAttrMap) as tf.Tensor;

beforeAll(async () => {
  await useBackend('wasm');
});

describe('Conv2DBackpropFilter on wasm', () => {
  test('agrees with cpu for any shape, stride and padding', () => {
    const size = (min: number, max: number) => fc.integer({ min, max });
    const geometry = fc.record({
      x: fc.tuple(size(1, 2), size(5, 10), size(5, 10), size(1, 4)),
      kernel: fc.tuple(size(1, 4), size(1, 4)),
      filters: size(1, 5),
      strides: fc.tuple(size(1, 3), size(1, 3)),
      pad: fc.constantFrom<'same' | 'valid' | tf.backend_util.ExplicitPadding>('same', 'valid', [
        [0, 0],
        [0, 3],
        [1, 2],
        [0, 0],
      ]),
    });
    fc.assert(
      fc.property(geometry, ({ x, kernel: window, filters, strides, pad }) => {
        const filterShape = [...window, x[3], filters] as [number, number, number, number];
        const rounding = typeof pad === 'string' ? undefined : 'floor';
        const info = tf.backend_util.computeConv2DInfo(x, filterShape, strides, 1, pad, rounding);
        expectSameAsCpu(() => {
          const inputs = { x: waves(x), dy: waves(info.outShape, 2) };
          return [
            kernel(inputs, { strides, pad, dataFormat: 'NHWC', dimRoundingMode: rounding, filterShape }),
          ];
        });
      }),
      { numRuns: 40, seed: 1 },
    );
  });

  test('supports dilations and channels first, and agrees with finite differences of the convolution', () => {
    for (const [dataFormat, shape] of [
      ['NHWC', [1, 8, 7, 2]],
      ['NCHW', [1, 2, 8, 7]],
    ] as const) {
      tf.setBackend('cpu');
      const filterShape = [3, 2, 2, 3] as [number, number, number, number];
      const x = waves([...shape]) as tf.Tensor4D;
      const filter = waves(filterShape, 3);
      const convolve = (w: tf.Tensor) =>
        tf.conv2d(x, w as tf.Tensor4D, 1, 'same', dataFormat, dataFormat === 'NHWC' ? [2, 1] : 1);
      const dy = waves(convolve(filter).shape, 5);
      const slope = (i: number) => {
        const moved = (by: number) => {
          const values = filter.dataSync().slice();
          values[i] = (values[i] as number) + by;
          return tf.sum(tf.mul(convolve(tf.tensor(values, filterShape)), dy)).dataSync()[0] as number;
        };
        return (moved(0.5) - moved(-0.5)) / 1; // linear in the filter: exact for any step
      };
      const expected = Array.from({ length: filter.size }, (_, i) => slope(i));
      tf.setBackend('wasm');
      const dilations = dataFormat === 'NHWC' ? [2, 1] : 1;
      const attributes = { strides: 1, pad: 'same', dataFormat, dilations, filterShape };
      const actual = kernel({ x, dy }, attributes).dataSync();
      expected.forEach((value, i) => {
        expect(actual[i]).toBeCloseTo(value, 3);
      });
    }
  });
});

const runs = (name: string, inputs: tf.NamedTensorMap, attributes: object): tf.Tensor =>
  tf.engine().runKernel(name, inputs, attributes as tf.NamedAttrMap);
const upTo = (min: number, max: number) => fc.integer({ min, max });

test('Conv2DBackpropInput agrees with cpu for any shape, stride and padding', () => {
  const geometry = fc.record({
    inputShape: fc.tuple(upTo(1, 2), upTo(5, 9), upTo(5, 9), upTo(1, 4)),
    window: fc.tuple(upTo(1, 4), upTo(1, 4)),
    filters: upTo(1, 5),
    strides: fc.tuple(upTo(1, 2), upTo(1, 2)),
    pad: fc.constantFrom<'same' | 'valid' | tf.backend_util.ExplicitPadding>('same', 'valid', [
      [0, 0],
      [0, 3],
      [1, 2],
      [0, 0],
    ]),
  });
  fc.assert(
    fc.property(geometry, ({ inputShape, window, filters, strides, pad }) => {
      const filterShape = [...window, inputShape[3], filters] as [number, number, number, number];
      const dimRoundingMode = typeof pad === 'string' ? undefined : 'floor';
      const { outShape } = tf.backend_util.computeConv2DInfo(
        inputShape,
        filterShape,
        strides,
        1,
        pad,
        dimRoundingMode,
      );
      expectSameAsCpu(() => [
        runs(
          'Conv2DBackpropInput',
          { dy: waves(outShape), filter: waves(filterShape, 2) },
          { inputShape, strides, pad, dataFormat: 'NHWC', dimRoundingMode },
        ),
      ]);
    }),
    { numRuns: 40, seed: 1 },
  );
});

test('the gradients of a depthwise convolution agree with cpu', () => {
  const geometry = fc.record({
    x: fc.tuple(upTo(1, 3), upTo(5, 9), upTo(5, 9), upTo(1, 4)),
    window: fc.tuple(upTo(1, 3), upTo(1, 3)),
    multiplier: upTo(1, 3),
    strides: upTo(1, 3),
    pad: fc.constantFrom('same', 'valid'),
  });
  fc.assert(
    fc.property(geometry, ({ x, window, multiplier, strides, pad }) => {
      const filterShape = [...window, x[3], multiplier] as [number, number, number, number];
      const { outShape } = tf.backend_util.computeConv2DInfo(
        x,
        filterShape,
        strides,
        1,
        pad as 'same',
        undefined,
        true,
      );
      expectSameAsCpu(() => {
        const attributes = { strides: [strides, strides], dilations: [1, 1], pad };
        const dy = waves(outShape, 2);
        return [
          runs('DepthwiseConv2dNativeBackpropFilter', { x: waves(x), dy }, { ...attributes, filterShape }),
          runs(
            'DepthwiseConv2dNativeBackpropInput',
            { dy, filter: waves(filterShape) },
            { ...attributes, inputShape: x },
          ),
        ];
      });
    }),
    { numRuns: 40, seed: 1 },
  );
});

test.each([-5, -1, 0, 5])('the gradient of max pooling agrees with cpu for values around %d', (centre) => {
  expectSameAsCpu(() => {
    const x = tf.add(tf.randomNormal([2, 7, 6, 3], 0, 1, 'float32', 3), centre) as tf.Tensor4D;
    return [tf.grad((t: tf.Tensor) => tf.sum(tf.square(tf.maxPool(t as tf.Tensor4D, 3, 2, 'valid'))))(x)];
  });
});

test('UnsortedSegmentSum agrees with cpu, and leaves out values that are in no segment', () => {
  expectSameAsCpu(() => [tf.unsortedSegmentSum(waves([5, 2, 3]), tf.tensor1d([2, 0, 2, -1, 3], 'int32'), 5)]);
});

test('a training step of a small AlexNet has the same loss and gradients as on cpu', () => {
  const shapes = [[5, 5, 3, 8], [3, 3, 8, 8], [72, 10], [10]];
  expectSameAsCpu(() => {
    const weights = shapes.map((shape, i) => tf.variable(tf.mul(waves(shape, i), 0.2)));
    const [w1, w2, w3, b3] = weights as [tf.Variable, tf.Variable, tf.Variable, tf.Variable];
    const x = waves([2, 33, 33, 3]) as tf.Tensor4D;
    const labels = tf.oneHot(tf.tensor1d([3, 7], 'int32'), 10);
    const { value, grads } = tf.variableGrads(() => {
      const one = tf.localResponseNormalization(
        tf.relu(tf.conv2d(x, w1 as tf.Tensor4D, 2, 'valid')) as tf.Tensor4D,
        2,
        2,
        0.1,
        0.75,
      );
      const two = tf.relu(
        tf.conv2d(tf.maxPool(one, 3, 2, 'valid'), w2 as tf.Tensor4D, 1, 'same'),
      ) as tf.Tensor4D;
      const rows = tf.reshape(tf.maxPool(two, 3, 2, 'valid'), [2, -1]);
      const logits = tf.add(tf.matMul(rows, w3 as tf.Tensor2D), b3);
      return tf.losses.softmaxCrossEntropy(labels, logits) as tf.Scalar;
    });
    const results = [value, ...weights.map(({ name }) => grads[name] as tf.Tensor)];
    tf.dispose(weights);
    return results;
  }, 1e-4);
});
