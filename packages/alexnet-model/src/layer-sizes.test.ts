import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { type AlexNetOverrides, alexnet, layerSizes, type PresetName, presets } from './index.js';

test("counts the units of figure 2's caption, except for its 253,440", () => {
  const units = layerSizes('paper').map((layer) => layer.units);
  expect(units).toEqual([290_400, 186_624, 64_896, 64_896, 43_264, 4096, 4096, 1000]);
  // 55 windows of 11 with a stride of 4, and 96 kernels; the caption has the 48 kernels of a tower for one
  // side
  expect(units[0]).toBe(55 * 55 * 96);
  expect(253_440).toBe(55 * 48 * 96);
  expect(150_528).toBe(224 * 224 * 3); // the caption's input
});

test.each<[PresetName, AlexNetOverrides]>([
  ...(Object.keys(presets) as PresetName[]).map((name): [PresetName, AlexNetOverrides] => [name, {}]),
  ['paper', { towers: 1, overlap: false, imageSize: 96 }],
  ['caffe', { overlap: false, imageSize: 100, classes: 7 }],
])('agrees with the layers that are built for %s %o', (name, overrides) => {
  const options = { width: 1 / 16, ...overrides };
  const model = alexnet(name, options);
  for (const { name: layer, shape, units, parameters } of layerSizes(name, options)) {
    const built = model.layers.filter((one) => new RegExp(`^${layer}[ab]?$`).test(one.name) && one.countParams() > 0); // biome-ignore format: one line
    const shapes = built.map((one) => (one.outputShape as number[]).slice(1));
    const channels = shapes.reduce((sum, one) => sum + (one.at(-1) as number), 0);
    expect([...(shapes[0] as number[]).slice(0, -1), channels], layer).toEqual(shape);
    expect(shape.reduce((product, side) => product * side)).toBe(units);
    expect(
      built.reduce((sum, one) => sum + one.countParams(), 0),
      layer,
    ).toBe(parameters);
  }
  model.dispose();
  expect(tf.memory().numTensors).toBe(0);
});
