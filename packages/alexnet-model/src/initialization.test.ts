import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, expect, test } from 'vitest';
import { alexnet, layerSizes, presets } from './index.js';

afterEach(() => expect(tf.memory().numTensors).toBe(0));

test("torchvision's weights and biases start uniform in +-1/sqrt(fan in)", () => {
  const options = { width: 1 / 8, seed: 5 };
  const model = alexnet('torchvision', options);
  // a layer with this fan in has (fan in + 1) * units parameters
  const kernels = presets.torchvision.net.convs.map((conv) => conv.filters / 8);
  layerSizes('torchvision', options).forEach(({ name, parameters, shape }, i) => {
    const fanIn = parameters / (kernels[i] ?? (shape[0] as number)) - 1;
    const bound = 1 / Math.sqrt(fanIn);
    const [kernel, bias] = model.getLayer(name).getWeights().map((weight) => weight.dataSync()); // biome-ignore format: one line
    for (const values of [kernel, bias] as Float32Array[]) {
      const n = values.length;
      const mean = values.reduce((sum, value) => sum + value, 0) / n;
      const variance = values.reduce((sum, value) => sum + value ** 2, 0) / n;
      expect(
        values.every((value) => Math.abs(value) <= bound),
        name,
      ).toBe(true);
      // U(-b, b): variance b^2/3; the means' standard errors are b/sqrt(3 n) and b^2 sqrt(4/45)/sqrt(n)
      expect(Math.abs(mean), name).toBeLessThan((5 * bound) / Math.sqrt(3 * n));
      expect(Math.abs(variance - bound ** 2 / 3), name).toBeLessThan(
        (5 * 0.2982 * bound ** 2) / Math.sqrt(n),
      );
    }
    expect(Array.from(bias as Float32Array)).not.toEqual(Array.from((kernel as Float32Array).slice(0, bias?.length))); // biome-ignore format: one line
  });
  model.dispose();
});

test.each([0, 7, -1, 4_294_966, 2 ** 40 + 1, Number.MAX_SAFE_INTEGER])(
  'no two weights start with the same draws, at seed %i',
  (seed) => {
    const model = alexnet('torchvision', { width: 1 / 16, imageSize: 64, classes: 4, seed });
    // 1/sqrt(fan in) times a uniform draw: the first draw of each kernel and each bias
    const draws = model.weights.map((weight) => {
      const values = weight.read().dataSync();
      const fanIn =
        weight.shape.length === 1
          ? undefined
          : weight.shape.slice(0, -1).reduce((a, b) => Number(a) * Number(b), 1);
      return { first: values[0] as number, fanIn };
    });
    const scaled = draws.map(
      ({ first, fanIn }, i) => first * Math.sqrt(Number(fanIn ?? draws[i - 1]?.fanIn)),
    );
    expect(scaled).toHaveLength(16);
    expect(new Set(scaled.map((draw) => draw.toFixed(4))).size).toBe(16);
    model.dispose();
  },
);

// as released: checkpoints, golden vectors and reports of runs depend on them
test.each([
  [0, [0.000727511418517679, -0.002639865968376398, 0.03745105117559433, 0.04315512999892235]],
  [12, [-0.006921598222106695, 0.019681882113218307, 0.013412299565970898, -0.014493954367935658]],
])('seed %i gives the same initial weights in every release', (seed, expected) => {
  const model = alexnet('paper', { width: 1 / 16, imageSize: 64, classes: 4, seed });
  const firstWeight = (name: string): number | undefined =>
    model.getLayer(name).getWeights()[0]?.dataSync()[0];
  expect(['conv1a', 'conv1b', 'fc6a', 'fc8'].map(firstWeight)).toEqual(expected);
  model.dispose();
});
