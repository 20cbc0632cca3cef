import * as tf from '@tensorflow/tfjs-core';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { OneDnnBackend } from '../backend.js';
import { SgdMomentumUpdate } from '../kernels/sgd-momentum-update.js';
import { expectClose, expectSameAsCpu, noisy, runKernel } from '../testing/compare-backends.js';
import { describeOneDnn } from '../testing/describe-onednn.js';
import type { OneDnnMemory } from '../values/onednn-memory.js';

vi.hoisted(() => {
  process.env.ALEXNET_ONEDNN_SMALLEST = '1'; // read when the kernels are loaded
});

type Step = (x: tf.Tensor4D) => tf.Tensor4D;

const backend = () => tf.backend() as OneDnnBackend;
/** True if this version of oneDNN is faster in channel blocks on this processor. */
const inBlocks = () => backend().native.prefersChannelBlocks;
const live = () => (tf.memory() as tf.MemoryInfo & OneDnnMemory).poolLiveBytes;
/** Each test uses its own height, because operations run eagerly on shapes whose results were read twice. */
const images = (height: number, channels = 3): tf.Tensor4D =>
  noisy([3, height, 27, channels], 1) as tf.Tensor4D;
const filter = (channels = 3, seed = 2): tf.Tensor4D => noisy([5, 5, channels, 32], seed) as tf.Tensor4D;
const bias = (seed = 3): tf.Tensor1D => noisy([32], seed) as tf.Tensor1D;

const lrn: Step = (x) => tf.localResponseNormalization(x, 2, 2, 0.1, 0.75);
const pool: Step = (x) => tf.maxPool(x, 3, 2, 'valid');
const relu: Step = (x) => tf.relu(x);
/** The orders of layers in the paper, the original program, Caffe and torchvision, and parts of them. */
const orders: Record<string, Step[]> = {
  'relu, LRN, pooling': [relu, lrn, pool],
  'LRN, pooling, relu': [lrn, pool, relu],
  'relu, pooling, LRN': [relu, pool, lrn],
  'relu, pooling': [relu, pool],
  'relu, LRN': [relu, lrn],
  LRN: [lrn],
};

const convolve = (x: tf.Tensor, w: tf.Tensor, b: tf.Tensor): tf.Tensor4D =>
  tf.add(tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 2, 'same'), b);
const apply = (steps: readonly Step[], x: tf.Tensor4D): tf.Tensor4D => steps.reduce((y, step) => step(y), x);
/** A scalar that every value of y moves differently. */
const judge = (y: tf.Tensor): tf.Scalar => tf.sum(tf.mul(y, noisy(y.shape, 9)));

describeOneDnn('the first convolution of a network', () => {
  Object.entries(orders).forEach(([name, steps], i) => {
    test(`followed by ${name}: every value agrees with cpu, whichever is read and in any order`, () => {
      for (const order of [[0, 1, 2, 3], [3, 2, 1, 0], [3], [1], [2, 0]]) {
        expectSameAsCpu(() => {
          const made = [convolve(images(20 + i), filter(), bias())];
          for (const step of steps) made.push(step(made.at(-1) as tf.Tensor4D));
          const read = order.flatMap((i) => made[i] ?? []);
          for (const y of read) y.dataSync();
          return read;
        }, 1e-4);
      }
    });

    test(`followed by ${name}: the gradients agree with cpu`, () => {
      const loss = (x: tf.Tensor, w: tf.Tensor, b: tf.Tensor) => judge(apply(steps, convolve(x, w, b)));
      expectSameAsCpu(() => tf.grads(loss)([images(30 + i), filter(), bias()]), 1e-4, 0, 3);
    });
  });

  test('the values agree with cpu when tfjs requests fused kernels, outside a tape', () => {
    const fused = (activation: 'relu' | 'linear' | 'elu') => (): tf.Tensor[] => {
      const attributes = {
        x: images(40),
        filter: filter(),
        strides: 2,
        pad: 'same',
        bias: bias(),
        activation,
      } as const;
      const y = tf.fused.conv2d(attributes);
      return [pool(lrn(y)), tf.fused.conv2d(attributes), y];
    };
    for (const activation of ['relu', 'linear', 'elu'] as const) expectSameAsCpu(fused(activation), 1e-4);
  });

  test('images of one, two and three channels, read by two towers, have the gradients of cpu', () => {
    for (const channels of [1, 2, 3]) {
      const towers = (x: tf.Tensor, ...[w1, b1, w2, b2]: tf.Tensor[]): tf.Scalar =>
        judge(
          tf.concat([
            apply([relu, lrn, pool], convolve(x, w1 as tf.Tensor, b1 as tf.Tensor)),
            apply([relu, lrn, pool], convolve(x, w2 as tf.Tensor, b2 as tf.Tensor)),
          ]),
        );
      expectSameAsCpu(
        () =>
          tf.grads(towers)([images(41, channels), filter(channels), bias(), filter(channels, 5), bias(6)]),
        1e-4,
      );
    }
  });

  test('the gradient of the filter alone or of the bias alone agrees with cpu', () => {
    const loss = (w: tf.Tensor, b: tf.Tensor) => judge(apply([relu, lrn, pool], convolve(images(42), w, b)));
    expectSameAsCpu(() => [tf.grad((w) => loss(w, bias()))(filter())], 1e-4);
    expectSameAsCpu(() => [tf.grad((b) => loss(filter(), b))(bias())], 1e-4);
  });

  test('the result is right in channel blocks and NHWC even after the images are disposed', () => {
    const [image, w, b] = [images(51), filter(), bias()];
    const expected = tf.tidy(() => {
      tf.setBackend('cpu');
      const y = convolve(images(51), filter(), bias());
      return [lrn(y), relu(y), pool(relu(y))].map((t) => t.dataSync());
    });
    tf.setBackend('onednn');
    const y = convolve(image, w, b);
    const normalized = lrn(y);
    tf.dispose([image, w, b]);
    tf.dispose(Array.from({ length: 6 }, (_, i) => tf.relu(noisy([3, 51, 27, 3], 60 + i)))); // reuse the blocks
    tf.dispose([tf.relu(noisy([5, 5, 3, 32], 70)), tf.relu(noisy([32], 71))]);
    const rectified = relu(y);
    const pooled = pool(rectified);
    [normalized, rectified, pooled].forEach((t, i) => {
      expectClose(t.dataSync(), expected[i] ?? [], 1e-4);
    });
    tf.dispose([y, normalized, rectified, pooled]);
  });

  test("a bias's gradient can be the input of further operations", () => {
    const loss = (w: tf.Tensor, b: tf.Tensor) => judge(apply([relu, lrn, pool], convolve(images(52), w, b)));
    expectSameAsCpu(() => {
      const [dw, db] = tf.grads(loss)([filter(), bias()]) as [tf.Tensor, tf.Tensor];
      return [tf.relu(db), tf.add(db, db), dw];
    }, 1e-4);
  });

  test('two biases added one after the other have separate gradients', () => {
    const loss = (w: tf.Tensor, b: tf.Tensor, c: tf.Tensor) =>
      judge(apply([relu, lrn, pool], tf.add(convolve(images(49), w, b), c)));
    expectSameAsCpu(() => tf.grads(loss)([filter(), bias(), bias(4)]), 1e-4);
  });

  test('windows of one pixel with a stride have the gradients of cpu', () => {
    const loss = (x: tf.Tensor, w: tf.Tensor) =>
      judge(apply([relu, lrn, pool], tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 3, 'valid')));
    expectSameAsCpu(() => tf.grads(loss)([images(50), noisy([1, 1, 3, 32], 2)]), 1e-4);
  });

  test("the bias's gradient is computed along with the filter's", () => {
    const gradient = vi.spyOn(backend().native, 'convolutionBackwardFilter');
    onTestFinished(() => gradient.mockRestore());
    for (const [height, steps] of [
      [47, [relu, lrn, pool]],
      [48, [lrn, pool, relu]],
    ] as const) {
      gradient.mockClear();
      const loss = (w: tf.Tensor, b: tf.Tensor) => judge(apply(steps, convolve(images(height), w, b)));
      expectSameAsCpu(() => tf.grads(loss)([filter(), bias()]), 1e-4);
      expect(gradient.mock.calls.map(([{ bias }]) => bias !== undefined)).toEqual([inBlocks()]);
    }
  });

  test('LRN reads it in channel blocks, if they are faster, and it is never computed in NHWC', () => {
    tf.tidy(() => {
      const rectified = relu(convolve(images(43), filter(), bias()));
      const values = rectified.size * 4;
      if (!inBlocks()) {
        expect(backend().deferred(rectified)).toBeUndefined();
        return;
      }
      expect(backend().deferred(rectified)?.work.inBlocks).toBeDefined();
      const before = live();
      const normalized = lrn(rectified);
      const held = backend().deferred(rectified)?.blocks;
      expect(held?.map(({ bytes }) => bytes >= values && bytes < 1.2 * values)).toEqual([true]);
      normalized.dataSync();
      expect(backend().deferred(rectified)?.blocks).toEqual(held);
      expect(live() - before).toBeLessThan(3.5 * values); // the result, LRN's result and the images in planes
    });
  });

  test('held memory is released in any order of disposal', () => {
    const run = (after: (tensors: tf.Tensor[]) => void): void => {
      tf.engine().startScope();
      const [x, w, b] = [images(44), filter(), bias()];
      const rectified = relu(convolve(x, w, b));
      const normalized = lrn(rectified);
      after([x, w, b, rectified, normalized]);
      tf.engine().endScope();
    };
    run(() => {});
    const before = live();
    run(() => {});
    run((tensors) => tf.dispose(tensors));
    run(([x, w, b, rectified, normalized]) => {
      tf.dispose([x, w, b, rectified] as tf.Tensor[]);
      pool(normalized as tf.Tensor4D).dataSync();
    });
    run((tensors) => {
      for (const t of tensors.reverse()) t.dataSync();
    });
    run(([, w, b]) => {
      tf.grads((w_, b_) => judge(lrn(relu(convolve(images(44), w_, b_)))))([w, b] as tf.Tensor[]);
    });
    expect(live()).toBe(before);
  });

  test('images that change in place are read again', () => {
    const x = tf.variable(images(45));
    const velocity = tf.variable(tf.zeros(x.shape));
    const run = () => tf.tidy(() => lrn(relu(convolve(x, filter(), bias()))).dataSync());
    const before = run();
    tf.tidy(() => {
      const inputs = { weight: x, velocity, gradient: tf.ones(x.shape) };
      runKernel(SgdMomentumUpdate, inputs, { learningRate: 1, momentum: 0.9, weightDecay: 0 });
    });
    const after = run();
    const copied = tf.tidy(() => tf.tensor(x.dataSync(), x.shape) as tf.Tensor4D);
    const expected = tf.tidy(() => lrn(relu(convolve(copied, filter(), bias()))).dataSync());
    expect(after).toEqual(expected);
    expect(after).not.toEqual(before);
    tf.dispose([x, velocity, copied]);
  });

  test('NaN in an image reaches the same values as on cpu', () => {
    expectSameAsCpu(() => {
      const column = tf.reshape(tf.range(0, 27), [1, 1, 27, 1]);
      const x = tf.where(tf.equal(column, 11), Number.NaN, images(46)) as tf.Tensor4D;
      const y = lrn(relu(convolve(x, filter(), bias())));
      return [tf.cast(tf.isNaN(y), 'float32')];
    });
  });
});
