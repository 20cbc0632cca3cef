import '@tensorflow/tfjs-backend-cpu';
import { LocallyConnected2D } from '@alexnet/layers';
import { expectAllClose } from '@alexnet/testing';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { type PerVariable, SgdMomentum, type SgdMomentumOptions } from '../index.js';

const close: { dispose(): void }[] = [];
const closing = <T extends { dispose(): void }>(thing: T): T => {
  close.push(thing);
  return thing;
};
const weightOf = (values: number[][], name?: string): tf.Variable =>
  closing(tf.tidy(() => tf.variable(tf.tensor2d(values), true, name)));
const biasOf = (values: number[], name?: string): tf.Variable =>
  closing(tf.tidy(() => tf.variable(tf.tensor1d(values), true, name)));
const apply = (optimizer: SgdMomentum, variable: tf.Variable, gradient: number[]): void =>
  tf.tidy(() => optimizer.applyGradients({ [variable.name]: tf.tensor(gradient, variable.shape) }));

beforeAll(() => tf.setBackend('cpu'));
afterEach(() => {
  for (const thing of close.splice(0)) thing.dispose();
  expect(tf.memory().numTensors).toBe(0);
});

test('three steps, with a drop before the third, agree with the rule worked by hand', () => {
  const optimizer = closing(new SgdMomentum());
  const w = weightOf([[1, -2]]);
  apply(optimizer, w, [0.5, 1]);
  // v1 = -.0005 * .01 * w0 - .01 * g;  w1 = w0 + v1
  expectAllClose(w.dataSync(), [1 - 0.000005 - 0.005, -2 + 0.00001 - 0.01], 1e-7);
  apply(optimizer, w, [0.25, -1]);
  // v2 = .9 v1 - .0005 * .01 * w1 - .01 * g
  const v2 = [
    0.9 * -0.005005 - 0.000005 * 0.994995 - 0.0025,
    0.9 * -0.00999 - 0.000005 * -2.00999 + 0.01,
  ] as const;
  expectAllClose(w.dataSync(), [0.994995 + v2[0], -2.00999 + v2[1]], 1e-7);
  optimizer.learningRate = 0.001;
  apply(optimizer, w, [1, 0]);
  // the old velocity still moves at its old learning rate: v3 = .9 v2 - .0005 * .001 * w2 - .001 * g
  const w2 = [0.994995 + v2[0], -2.00999 + v2[1]] as const;
  expectAllClose(
    w.dataSync(),
    [w2[0] + 0.9 * v2[0] - 0.0000005 * w2[0] - 0.001, w2[1] + 0.9 * v2[1] - 0.0000005 * w2[1]],
    1e-7,
  );
});

test.each<[string, SgdMomentumOptions]>([
  ['the paper', {}],
  [
    'the original program',
    { learningRate: { default: 0.02, biases: 0.04 }, weightDecay: { default: 5e-4, biases: 0 } },
  ],
  ['no momentum', { momentum: 0, weightDecay: 0.1 }],
])('a hundred steps agree with a float64 loop, %s', (_, options) => {
  const { momentum = 0.9, learningRate = 0.02, weightDecay = 5e-4 } = options;
  const ofBiases = (value: PerVariable): number =>
    typeof value === 'number' ? value : (value.biases as number);
  const ofWeights = (value: PerVariable): number => (typeof value === 'number' ? value : value.default);
  const optimizer = closing(new SgdMomentum({ learningRate: 0.02, ...options }));
  const variables = [weightOf([[0.3], [-0.7]]), biasOf([0.5, 1.5])];
  variables.forEach((variable) => {
    const isBias = variable.rank === 1;
    const [rate, decay] = [learningRate, weightDecay].map(isBias ? ofBiases : ofWeights) as [number, number];
    const w = Float64Array.from(variable.dataSync());
    const v = new Float64Array(2);
    for (let step = 0; step < 100; step++) {
      const g = w.map((value, i) => Math.sin(step + i) + value); // any gradient that depends on w
      apply(
        optimizer,
        variable,
        Array.from(variable.dataSync(), (value, i) => Math.sin(step + i) + value),
      );
      for (let i = 0; i < 2; i++) {
        v[i] = momentum * (v[i] as number) - decay * rate * (w[i] as number) - rate * (g[i] as number);
        w[i] = (w[i] as number) + (v[i] as number);
      }
    }
    expectAllClose(variable.dataSync(), w, 2e-5);
  });
});

test.each([
  ['its own learning rate', (name: string): PerVariable => ({ default: 0.01, layers: { [name]: 0 } })],
  ['the learning rate of all variables', (): PerVariable => 0],
])(
  '%s at 0 leaves a moving variable and its velocity as they are, and it can move again later',
  (_, stop) => {
    const [stopped, never] = [closing(new SgdMomentum()), closing(new SgdMomentum())];
    const [w, other] = [weightOf([[1, -2]]), weightOf([[1, -2]])];
    const both = (gradient: number[]): void => {
      apply(stopped, w, gradient);
      apply(never, other, gradient);
    };
    both([3, 4]);
    const values = () => [w.dataSync().slice(), stopped.velocityOf(w.name)?.dataSync().slice()];
    const before = values();
    stopped.learningRate = stop(w.name);
    for (let step = 0; step < 3; step++) apply(stopped, w, [5, 6]);
    expect(values()).toEqual(before);

    stopped.learningRate = never.learningRate;
    both([1, 2]);
    expect(w.dataSync()).toEqual(other.dataSync());
  },
);

test('a layer has its own learning rate and weight decay, and in it biases have theirs', () => {
  const [w, b, other] = [
    weightOf([[1, -2]], 'a/kernel'),
    biasOf([1, -2], 'a/bias'),
    weightOf([[1, -2]], 'b/kernel'),
  ];
  const optimizer = closing(
    new SgdMomentum({
      learningRate: { default: 0.01, biases: 5, layers: { a: { default: 0.1, biases: 0.2 } } },
      weightDecay: { default: 0.0005, biases: 5 },
    }),
  );
  optimizer.weightDecay = { default: 0.0005, biases: 5, layers: { a: { default: 0, biases: 0.5 } } };
  for (const variable of [w, b, other]) apply(optimizer, variable, [3, 4]);
  expectAllClose(w.dataSync(), [1 - 0.1 * 3, -2 - 0.1 * 4], 1e-7);
  expectAllClose(b.dataSync(), [1 - 0.2 * (3 + 0.5), -2 - 0.2 * (4 - 1)], 1e-7);
  expectAllClose(other.dataSync(), [1 - 0.01 * (3 + 0.0005), -2 - 0.01 * (4 - 0.001)], 1e-7);
});

test.each<[string, number[], boolean]>([
  ['rank1/gamma', [2], true],
  ['local/bias', [1, 1, 2], true],
  ['local/bias_12', [1, 1, 2], true],
  ['block/local/bias', [1, 2], true],
  ['local/kernel', [1, 2, 1], false],
  ['bias/kernel', [1, 2], false],
  ['local/unbias', [1, 2], false],
  ['bias', [1, 2], false],
])('%s of the shape %j has the rate of biases: %s', (name, shape, isBias) => {
  const optimizer = closing(
    new SgdMomentum({
      learningRate: { default: 0.1, biases: 0.2 },
      weightDecay: { default: 0.5, biases: 0 },
    }),
  );
  const w = closing(tf.tidy(() => tf.variable(tf.ones(shape), true, name)));
  apply(optimizer, w, [3, 3]);
  const expected = 1 - (isBias ? 0.2 * 3 : 0.1 * (3 + 0.5));
  expectAllClose(w.dataSync(), [expected, expected], 1e-6);
});

test('biases of a locally connected layer, of rank 3, have their own rate and no decay in training', () => {
  const model = closing(
    tfl.sequential({
      layers: [
        new LocallyConnected2D({
          ...{ name: 'local3', filters: 2, kernelSize: 2, inputShape: [3, 3, 1] },
          ...{ kernelInitializer: 'ones', biasInitializer: 'ones' },
        }),
      ],
    }),
  );
  const optimizer = closing(
    new SgdMomentum({
      learningRate: { default: 5, layers: { local3: { default: 0.1, biases: 0.2 } } },
      weightDecay: { default: 5, layers: { local3: { default: 0.5, biases: 0 } } },
    }),
  );
  const step = () => tf.tidy(() => tf.sum(model.apply(tf.fill([1, 3, 3, 1], 2)) as tf.Tensor) as tf.Scalar);
  optimizer.minimize(step);
  const [kernel, bias] = model.getWeights() as [tf.Tensor, tf.Tensor];
  expect([kernel.shape, bias.shape]).toEqual([[4, 4, 2], [2, 2, 2]]); // biome-ignore format: one line
  expectAllClose(kernel.dataSync(), new Array(32).fill(1 - 0.1 * (2 + 0.5)), 1e-6); // dy/dw = x = 2
  expectAllClose(bias.dataSync(), new Array(8).fill(1 - 0.2), 1e-6);
});

test('biases at a learning rate of 0 stay, while weights move', () => {
  const optimizer = closing(new SgdMomentum({ learningRate: { default: 0.01, biases: 0 } }));
  const [w, b] = [weightOf([[1, -2]]), biasOf([1, -2])];
  for (const variable of [w, b]) apply(optimizer, variable, [3, 4]);
  expect(Array.from(b.dataSync())).toEqual([1, -2]);
  expect(w.dataSync()[0]).toBeLessThan(1);
});

test('it works with model.compile and fit, and minimizes', async () => {
  const model = closing(tfl.sequential({ layers: [tfl.layers.dense({ units: 1, inputShape: [1] })] }));
  model.compile({ optimizer: closing(new SgdMomentum({ weightDecay: 0 })), loss: 'meanSquaredError' });
  const [xs, ys] = [
    closing(tf.tensor2d([[-1], [0], [1], [2]])),
    closing(tf.tensor2d([[-3], [-1], [1], [3]])),
  ];
  await model.fit(xs, ys, { epochs: 150, verbose: 0 });
  const [kernel, bias] = model.getWeights();
  expect(kernel?.dataSync()[0]).toBeCloseTo(2, 2);
  expect(bias?.dataSync()[0]).toBeCloseTo(-1, 2);
});

test('its velocities can be moved to another optimizer, which continues in the same way', async () => {
  const [a, b] = [weightOf([[1]]), weightOf([[1]])];
  const first = closing(new SgdMomentum());
  apply(first, a, [1]);
  const second = closing(new SgdMomentum());
  second.setVelocity(b.name, first.velocityOf(a.name) as tf.Tensor);
  b.assign(a);
  apply(first, a, [2]);
  apply(second, b, [2]);
  expect(b.dataSync()).toEqual(a.dataSync());
  const saved = await first.getWeights();
  const third = closing(new SgdMomentum());
  await third.setWeights(saved);
  expect(third.velocityOf(a.name)?.dataSync()).toEqual(first.velocityOf(a.name)?.dataSync());
  tf.dispose(saved[0]?.tensor);
});

test('a clone taken before a step keeps its values', () => {
  const optimizer = closing(new SgdMomentum());
  const w = weightOf([[1, 2]]);
  const snapshot = closing(w.clone());
  apply(optimizer, w, [1, 1]);
  expect(Array.from(snapshot.dataSync())).toEqual([1, 2]);
  expect(w.dataSync()[0]).toBeLessThan(1);
});

test('what is set is copied: changing it later does not change the optimizer', () => {
  const layers = { a: 0.1 };
  const optimizer = closing(new SgdMomentum({ learningRate: { default: 1, layers } }));
  layers.a = -1;
  expect(optimizer.learningRate).toEqual({ default: 1, layers: { a: 0.1 } });
});

test('bad options are refused by name', () => {
  expect(() => new SgdMomentum({ learningRate: -1 })).toThrow(
    'learningRate must be a finite number >= 0 (SgdMomentum), got -1.',
  );
  expect(() => new SgdMomentum({ momentum: Number.NaN })).toThrow('momentum must be a finite number');
  expect(() => new SgdMomentum({ weightDecay: { default: 0, biases: -1 } })).toThrow(
    'weightDecay.biases must be a finite number >= 0 (SgdMomentum), got -1.',
  );
  const misspelt = { default: 0, layers: { fc8: { default: 0, bias: 0 } } };
  expect(() => new SgdMomentum({ weightDecay: misspelt })).toThrow(
    "weightDecay.layers.fc8 must have the keys default, biases (SgdMomentum), got 'bias'.",
  );
  for (const name of ['biasLearningRateMultiplier', 'biasWeightDecay']) {
    expect(() => new SgdMomentum({ [name]: 0 })).toThrow(
      `options must be among learningRate, momentum, weightDecay (SgdMomentum), got '${name}'.`,
    );
  }
  const optimizer = closing(new SgdMomentum());
  expect(() => {
    optimizer.learningRate = Number.NaN;
  }).toThrow('learningRate must be a finite number >= 0 (SgdMomentum), got NaN.');
  const gradient = closing(tf.scalar(1));
  expect(() => optimizer.applyGradients({ nobody: gradient })).toThrow("got 'nobody'");
});
