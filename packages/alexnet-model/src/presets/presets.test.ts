import { describe, expect, test } from 'vitest';
import { type PresetName, presetFields, presets, type TrainingSettings } from '../index.js';
import { type CitedTree, works } from './cited.js';

const names = Object.keys(presets) as PresetName[];

/** Citations of the paper name a section or a figure; all other works are cited by file or page. */
const places = {
  paper: /^(sec\. ([1-7]|3\.[1-5]|4\.[12])(, \d\.\d)?|fig\. [1-4])(, (fig\. [1-4]|note \d))?(: .+|, .+)?$/,
  original: /^([\w/*-]+\.(cfg|py))([;:] .+)?$/,
  cc2: /^([\w/-]+\.(cfg|py|cu)|wiki, \w+)(: .+)?$/,
  caffe: /^[\w/]+\.(prototxt|md|cpp|proto)(: .+)?$/,
  torchvision: /^[\w/]+\.(py|md)([;:] .+)?$/,
  pytorch: /^[\w/]+\.py(: .+)?$/,
  ours: /^.{20,}$/,
} satisfies Record<keyof typeof works, RegExp>;

/** The leaves of plain data, counted without the code under test. */
function countLeaves(value: unknown): number {
  if (Array.isArray(value) && typeof value[0] !== 'object') return 1;
  if (typeof value !== 'object' || value === null) return 1;
  return Object.values(value).reduce((sum: number, inner) => sum + countLeaves(inner), 0);
}

describe.each(names)('preset %s', (name) => {
  test('cites a section or a file for every value', () => {
    const { net, training, augmentation, sources } = presets[name];
    const fields = presetFields(name);
    expect(fields.length).toBe(countLeaves({ net, training, augmentation }));
    expect(fields.length).toBe(countLeaves(sources));
    for (const { path, source } of fields) {
      const [work = '', ...place] = source.split(' ');
      expect(Object.keys(works), path).toContain(work);
      expect(place.join(' '), path).toMatch(places[work as keyof typeof works]);
    }
  });

  test('crops images to the size that the net expects, and names its source', () => {
    const { source, net, augmentation } = presets[name];
    expect(source).not.toBe('');
    expect(augmentation.cropSize).toBe(net.imageSize);
  });

  test('cannot be changed', () => {
    expect(() => {
      presets[name].training.epochs = 1;
    }).toThrow(TypeError);
    expect(() => {
      (presets[name].net.convs[0] as { filters: number }).filters = 1;
    }).toThrow(TypeError);
  });
});

test('a value without a source, or whose source is not a known work, does not compile', () => {
  // @ts-expect-error an uncited value
  const uncited: CitedTree<Pick<TrainingSettings, 'epochs'>> = { epochs: 90 };
  // @ts-expect-error hearsay
  const hearsay: CitedTree<Pick<TrainingSettings, 'epochs'>> = { epochs: [90, 'folklore'] };
  expect([uncited.epochs, hearsay.epochs[1]]).toEqual([90, 'folklore']);
});

// These numbers are copied from the works again, to catch a slip in a preset.
test('original2012 is what was run', () => {
  const { net, training, augmentation } = presets.original2012;
  expect(net.convs.map(({ std }) => std)).toEqual([0.01, 0.01, 0.03, 0.03, 0.03]);
  expect(net.convs[0]?.steps).toEqual(['lrn', 'pool', 'activation']);
  expect(net.lrn?.alpha).toBeCloseTo(1e-4 / 5, 12);
  expect(net.sameMap).toEqual({ size: 5, bias: 1, alpha: 0.001 / 25, beta: 0.75 });
  expect(training).toMatchObject({ epochs: 91, biasLearningRateMultiplier: 2, biasWeightDecay: false });
  expect(training.schedule).toEqual({
    kind: 'step',
    factor: 0.1,
    epochs: [25, 51, 79],
    biases: { factor: 1, epochs: [] },
    conv1: [
      { epoch: 67, learningRate: 1e-5 },
      { epoch: 72, learningRate: 0 },
    ],
    colorNoiseEnd: 67,
  });
  expect(augmentation).toMatchObject({ crops: 'perChunk32', mean: 'center', std: [1, 1, 1] });
  expect(augmentation.pca).toEqual({ sigma: 0.1, scale: 'sqrt', inputScale: 1 / 1.1 });
});

test("torchvision has ImageNet's channel statistics in grey levels, and none of the paper's initial constants", () => {
  const { net, augmentation } = presets.torchvision;
  const rounded = (values: unknown): number[] =>
    (values as number[]).map((value) => Number(value.toFixed(3)));
  expect(rounded(augmentation.mean)).toEqual([123.675, 116.28, 103.53]);
  expect(rounded(augmentation.std)).toEqual([58.395, 57.12, 57.375]);
  for (const { std, bias } of [...net.convs, ...net.dense, net.output]) {
    expect([std, bias]).toEqual(['fanIn', 'fanIn']);
  }
});
