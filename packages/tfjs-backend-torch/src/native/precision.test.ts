import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { registerTorchBackend } from '../register.js';
import { noisy, runKernel, withGradients } from '../testing/as-cpu.js';
import { describeWithLibrary } from '../testing/describe-torch.js';
import { parseDevice } from './device.js';
import { loadTorch } from './load-torch.js';
import { allowTf32, type Precision, precisionFor } from './precision.js';

test('the default is tf32 on cuda and float32 elsewhere; what was asked for counts', () => {
  const chosen = (device: string, wanted?: Precision) => precisionFor(parseDevice(device), wanted);
  expect([chosen('cuda:1'), chosen('cpu'), chosen('mps'), chosen('xpu:0')]).toEqual(
    ['tf32', 'float32', 'float32', 'float32'], // biome-ignore format: one line
  );
  expect([chosen('cuda', 'float32'), chosen('cpu', 'bfloat16')]).toEqual(['float32', 'bfloat16']);
});

test('another name, and tf32 on a device that has none, are refused', () => {
  const cpu = parseDevice('cpu');
  expect(() => precisionFor(cpu, 'float16' as Precision)).toThrow(
    "precision must be one of float32, tf32, bfloat16 (registerTorchBackend), got 'float16'.",
  );
  expect(() => precisionFor(cpu, 'tf32')).toThrow(
    "precision 'tf32' requires an NVIDIA GPU (registerTorchBackend), not 'cpu'.",
  );
});

/** x rounded to the nearest bfloat16, ties to even. */
function rounded(x: tf.Tensor): tf.Tensor {
  const bits = new Uint32Array(Float32Array.from(x.dataSync()).buffer);
  const near = bits.map((b) => ((b + 0x7fff + ((b >>> 16) & 1)) >>> 16) << 16);
  return tf.tensor(new Float32Array(near.buffer), x.shape);
}

const convolve = (x: tf.Tensor, w: tf.Tensor) => tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 2, 'same');
const multiply = (a: tf.Tensor, b: tf.Tensor) => tf.matMul(a, b);

describeWithLibrary('bfloat16', () => {
  beforeAll(async () => {
    const { precision } = registerTorchBackend({ device: 'cpu', precision: 'bfloat16' });
    expect(precision).toBe('bfloat16');
    await tf.setBackend('torch');
  });

  test.each([
    ['convolutions', convolve, [2, 9, 8, 5], [3, 3, 5, 7]],
    ['matrix products', multiply, [7, 33], [33, 6]],
  ] as const)('%s and their gradients agree with those of rounded inputs, in float32', async (_, f, a, b) => {
    const factors = () => [noisy([...a]), noisy([...b], 2)];
    const actual = withGradients(f, factors());
    await tf.setBackend('cpu');
    const [y, ...gradients] = tf.tidy(() => {
      const [p, q] = factors().map(rounded);
      const dy = rounded(noisy((actual[0] as tf.Tensor).shape, 99));
      return [f(p as tf.Tensor, q as tf.Tensor), ...tf.grads(f)([p, q] as tf.Tensor[], dy)];
    });
    [y, ...gradients].forEach((expected, i) => {
      const [is, should] = [actual[i]?.dataSync() ?? [], expected?.dataSync() ?? []];
      const largest = Math.max(...Array.from(should, Math.abs));
      expect(is).toHaveLength(should.length);
      for (let j = 0; j < should.length; j++) {
        expect(Math.abs((is[j] as number) - (should[j] as number))).toBeLessThan(largest / 128);
      }
    });
    await tf.setBackend('torch');
    expect(actual.map(({ dtype }) => dtype)).toEqual(actual.map(() => 'float32'));
  });

  test('a weight that was updated in place is rounded again', () => {
    const [weight, velocity] = [tf.variable(tf.ones([4, 4])), tf.variable(tf.zeros([4, 4]))];
    const x = tf.ones([1, 4]);
    expect(tf.matMul(x, weight).dataSync()[0]).toBe(4);
    const attributes = { learningRate: 1, momentum: 0.9, weightDecay: 0 };
    runKernel('SgdMomentumUpdate', { weight, velocity, gradient: tf.fill([4, 4], -1) }, attributes).dispose();
    expect(tf.matMul(x, weight).dataSync()[0]).toBe(8);
  });

  test('the rest is float32: a sum keeps what bfloat16 would lose', () => {
    expect(tf.add(tf.tensor1d([1]), 2 ** -12).dataSync()[0]).toBe(1 + 2 ** -12);
  });

  test('the precision stays while the backend is registered', () => {
    expect(() => registerTorchBackend({ precision: 'float32' })).toThrow(
      "precision must stay 'bfloat16' while the backend is registered (registerTorchBackend), got 'float32'.",
    );
  });

  test('TF32 is allowed and forbidden in PyTorch itself', () => {
    const { api } = loadTorch({ device: 'cpu' });
    const isAllowed = () => api.tf32OfProducts?.(api.globalContext?.() as bigint);
    for (const wanted of [true, false]) {
      allowTf32(api, wanted);
      expect(isAllowed()).toBe(wanted);
    }
    expect(() => allowTf32({}, true)).toThrow('this PyTorch does not export at::Context.');
  });
});
