import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, expect, test } from 'vitest';
import { alexnet, layerSizes, presets } from './index.js';

afterEach(() => expect(tf.memory().numTensors).toBe(0));

test("torchvision's weights and biases begin uniform in +-1/sqrt(fan in)", () => {
  const options = { width: 1 / 8, seed: 5 };
  const model = alexnet('torchvision', options);
  // of a unit, from the parameters of its layer: (fan in + 1) units
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
