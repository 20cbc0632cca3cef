/** Checks of docs/errata.md that concern initial weights and training. */
import '@tensorflow/tfjs-backend-cpu';
import { dropout, groupedConv2d } from '@alexnet/layers';
import { SgdMomentum, stepSchedule } from '@alexnet/sgd-momentum-trainer';
import { expectAllClose } from '@alexnet/testing';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { alexnet, type PresetName, presets } from './index.js';

const disposables: { dispose(): void }[] = [];
const closing = <T extends { dispose(): void }>(thing: T): T => {
  disposables.push(thing);
  return thing;
};

beforeAll(() => tf.setBackend('cpu'));
afterEach(() => {
  for (const thing of disposables.splice(0)) thing.dispose();
  expect(tf.memory().numTensors).toBe(0);
});

/** The deviation of a layer's sums, relative to the sums whose ReLU it reads. */
function gain(preset: PresetName, layer: string): number {
  const model = closing(alexnet(preset, { classes: 2, imageSize: 67 }));
  const kernel = model.getLayer(layer).getWeights()[0] as tf.Tensor4D;
  return tf.tidy(() => {
    const sums = tf.randomNormal<tf.Rank.R4>([16, 5, 5, kernel.shape[2]], 0, 1, 'float32', 5);
    const y = groupedConv2d(tf.relu(sums), kernel, { padding: 'valid' });
    return Math.sqrt(tf.mean(tf.square(y)).dataSync()[0] as number);
  });
}

test('conv3 and conv4 keep the scale of the signal at std .03 and lose two thirds of it at .01', () => {
  const gains = (preset: PresetName): number[] => ['conv3a', 'conv4a'].map((layer) => gain(preset, layer));
  const expected = (std: number): number[] => [std * Math.sqrt(2304 / 2), std * Math.sqrt(1728 / 2)]; // 1.02, .88
  expectAllClose(gains('original2012'), expected(0.03), 0.03);
  expectAllClose(gains('paper'), expected(0.01), 0.03); // .34, .29
});

test('the program moved biases at twice the learning rate and never decayed them', () => {
  const step = (preset: PresetName): [kernel: number, bias: number] => {
    const { learningRate, momentum, weightDecay, biasLearningRateMultiplier, biasWeightDecay } =
      presets[preset].training;
    const optimizer = closing(
      new SgdMomentum({
        learningRate: { default: learningRate, biases: learningRate * biasLearningRateMultiplier },
        momentum,
        weightDecay: { default: weightDecay, biases: biasWeightDecay ? weightDecay : 0 },
      }),
    );
    const [kernel, bias] = [closing(tf.tidy(() => tf.variable(tf.ones([1, 1])))), closing(tf.tidy(() => tf.variable(tf.ones([1]))))]; // biome-ignore format: one line
    tf.tidy(() => optimizer.applyGradients({ [kernel.name]: tf.ones([1, 1]), [bias.name]: tf.ones([1]) }));
    return [1 - (kernel.dataSync()[0] as number), 1 - (bias.dataSync()[0] as number)];
  };
  const decay = 0.0005 * 0.01;
  expectAllClose(step('paper'), [0.01 + decay, 0.01 + decay], 1e-5);
  expectAllClose(step('original2012'), [0.01 + decay, 0.02], 1e-5);
  expectAllClose(step('caffe'), [0.01 + decay, 0.02], 1e-5);
});

test('the program never dropped the learning rate of its biases, and cuda-convnet2 dropped it once', () => {
  const biasRate = (preset: PresetName, epoch: number): number => {
    const { schedule, learningRate, biasLearningRateMultiplier } = presets[preset].training;
    if (schedule.kind !== 'step') throw new Error(`${preset} must have a step schedule`);
    const drops = schedule.biases ?? schedule;
    return biasLearningRateMultiplier * stepSchedule({ ...drops, learningRate })(epoch);
  };
  const rates = (preset: PresetName): number[] => [0, 44, 45, 89].map((epoch) => biasRate(preset, epoch));
  expectAllClose(rates('original2012'), [0.02, 0.02, 0.02, 0.02], 1e-9);
  expectAllClose(rates('oneWeirdTrick'), [0.02, 0.02, 0.002, 0.002], 1e-9);
  expectAllClose(rates('caffe'), [0.02, 2e-4, 2e-4, 2e-6], 1e-9);
});

test('old velocity keeps its old learning rate after a drop, unlike the momentum of TensorFlow and PyTorch', () => {
  const run = (optimizer: tf.Optimizer, setRate: (rate: number) => void): number[] => {
    const w = closing(tf.tidy(() => tf.variable(tf.zeros([1, 1]))));
    return [0.01, 0.01, 0.01, 0.001].map((rate) => {
      setRate(rate);
      tf.tidy(() => optimizer.applyGradients({ [w.name]: tf.ones([1, 1]) }));
      return w.dataSync()[0] as number;
    });
  };
  const paper = closing(new SgdMomentum({ weightDecay: 0 }));
  const tfjs = closing(tf.train.momentum(0.01, 0.9));
  const ours = run(paper, (rate) => {
    paper.learningRate = rate;
  });
  const tensorFlow = run(tfjs, (rate) => tfjs.setLearningRate(rate));
  tf.SGDOptimizer.prototype.dispose.call(tfjs); // its own dispose() misses the learning rate
  expectAllClose(ours.slice(0, 3), tensorFlow.slice(0, 3), 1e-6);
  const lastStep = (weights: number[]): number => (weights[2] as number) - (weights[3] as number);
  expect(lastStep(ours)).toBeCloseTo(0.9 * 0.0271 + 0.001, 6); // .0271 is from the old learning rate
  expect(lastStep(tensorFlow)).toBeCloseTo(0.001 * (0.9 * 2.71 + 1), 6);
});

test('a layer at learning rate 0 stays where it is, while the printed rule would move it on by nine times its velocity', () => {
  const { schedule } = presets.original2012.training;
  expect(schedule.kind === 'step' && schedule.conv1?.at(-1)).toEqual({ epoch: 72, learningRate: 0 });
  const w = closing(tf.tidy(() => tf.variable(tf.ones([1, 1]))));
  const optimizer = closing(new SgdMomentum());
  const step = (): number => {
    tf.tidy(() => optimizer.applyGradients({ [w.name]: tf.ones([1, 1]) }));
    return w.dataSync()[0] as number;
  };
  step();
  const stopped = step();
  const velocity = optimizer.velocityOf(w.name)?.dataSync()[0] as number;
  optimizer.learningRate = 0;
  for (let i = 0; i < 200; i++) expect(step()).toBe(stopped);
  expect(optimizer.velocityOf(w.name)?.dataSync()[0]).toBe(velocity);
  let [v, coasted] = [velocity, stopped]; // v <- .9 v - .0005 0 w - 0 g; w <- w + v
  for (let i = 0; i < 200; i++) {
    v *= 0.9;
    coasted += v;
  }
  expect(coasted - stopped).toBeCloseTo(9 * velocity, 6);
  expect(velocity).toBeLessThan(-0.018); // nine times that is not a rounding error
});

test('the weight decay of sec. 5 is the l2 regularizer of Keras at half its value', async () => {
  const decayed = (l2: number): number => {
    const regularizer = tfl.regularizers.l2({ l2 });
    return tf.tidy(() => {
      const w = tf.scalar(3);
      return tf
        .grad((x) => regularizer.apply(x) as tf.Scalar)(w)
        .dataSync()[0] as number;
    });
  };
  const paperDecay = presets.paper.training.weightDecay * 3; // .0005 eps w, divided by eps
  expect(decayed(0.0005)).toBeCloseTo(2 * paperDecay, 8);
  expect(decayed(0.00025)).toBeCloseTo(paperDecay, 8);
});

test('the program dropped its learning rate at epochs 25, 51 and 79 and stopped at 91', () => {
  const { schedule, epochs, learningRate } = presets.original2012.training;
  expect(presets.paper.training.schedule.kind).toBe('plateau');
  if (schedule.kind !== 'step') throw new Error('original2012 must have a step schedule');
  const rate = stepSchedule({ learningRate, factor: schedule.factor, epochs: schedule.epochs });
  const rates = [0, 24, 25, 50, 51, 78, 79, epochs - 1].map((epoch) => rate(epoch));
  expectAllClose(rates, [1e-2, 1e-2, 1e-3, 1e-3, 1e-4, 1e-4, 1e-5, 1e-5], 1e-9);
  expect(epochs).toBe(91);
});

test('inverted dropout takes the steps of unscaled masks at four times the learning rate', () => {
  const [x, dy] = [closing(tf.tensor2d([[1, -2, 3, 4]])), closing(tf.tensor2d([[0.5]]))];
  /** The weights that follow dropout, after a step of plain gradient descent. */
  const step = (mode: 'paper' | 'inverted', weights: tf.Tensor2D, rate: number): Float32Array =>
    tf.tidy(() => {
      const forward = (w: tf.Tensor): tf.Tensor =>
        tf.matMul(dropout(x, { mode, isTraining: true, seed: 4 }), w as tf.Tensor2D);
      const gradient = tf.grad(forward)(weights, dy);
      return tf.sub(weights, tf.mul(gradient, rate)).dataSync<'float32'>();
    });
  const weights = closing(tf.tensor2d([[0.1], [0.2], [0.3], [0.4]]));
  const half = closing(tf.tidy(() => tf.mul(weights, 0.5) as tf.Tensor2D)); // the same function if dropout is inverted
  const paperStep = step('paper', weights, 0.01);
  expect(paperStep).not.toEqual(weights.dataSync());
  expectAllClose(
    step('inverted', half, 0.01 / 4).map((w) => 2 * w),
    paperStep,
    1e-6,
  );
  expect(presets.caffe.net.dropout?.mode).toBe('inverted');
  expect(presets.paper.net.dropout?.mode).toBe('paper');
});
