import { averageExperiment, type Experiment, pairedExperiment, type Side } from '@alexnet/campaign';
import { colorTowers } from './color-towers.js';
import type { TinyNet } from './tiny-net.js';

/** The author's net at a quarter of its width: 20 epochs take 20 to 60 minutes on two cores. */
const original: TinyNet = {
  preset: 'original2012',
  width: 0.25,
  imageSize: 224,
  training: { batchSize: 128, learningRate: 0.01, epochs: 20, drops: [14, 18] },
};

/** What the comparisons have in common, runs of the net itself among them. */
const comparison = { folder: 'comparisons', seeds: 3, views: 10, smokeNet } as const;
const unchanged = (label: string): Side<TinyNet> => ({ name: 'original2012', label, net: original });
const changed = (name: string, label: string, change: Partial<TinyNet>): Side<TinyNet> => {
  return { name, label, net: { ...original, ...change } };
};

/** Shows that an experiment runs, and nothing else. */
function smokeNet(net: TinyNet): TinyNet {
  const training = { ...net.training, batchSize: 64, epochs: 2, drops: [1] };
  return { ...net, width: 1 / 32, imageSize: 64, training };
}

/** Every experiment, in the order of the paper. */
export const experiments: readonly Experiment<TinyNet>[] = [
  pairedExperiment({
    ...comparison,
    name: 'presets',
    title: 'The network as printed and as run',
    claim:
      'sec. 5 prints a std of .01 for every layer; the program of 2012 has .03 in conv3 to conv5, and other differences',
    sides: [
      changed('paper', 'as printed (`paper`)', { preset: 'paper' }),
      unchanged('as run (`original2012`)'),
    ],
  }),
  pairedExperiment({
    ...comparison,
    name: 'towers',
    title: 'Section 3.2: two towers against one network of about as many parameters',
    claim: 'sec. 3.2: two towers lower the error by 1.7 points (top-1, ILSVRC-2010)',
    sides: [changed('oneGpu', 'one GPU', { preset: 'oneGpu' }), unchanged('two towers')],
  }),
  pairedExperiment({
    ...comparison,
    name: 'color-noise',
    title: 'Section 4.1: color noise',
    claim: 'sec. 4.1: color noise lowers the error by more than one point (top-1, ILSVRC)',
    sides: [changed('no-noise', 'no color noise', { colorNoise: false }), unchanged('color noise')],
  }),
  pairedExperiment({
    ...comparison,
    name: 'dropout-mode',
    title: 'Section 4.2: unscaled masks against inverted dropout',
    claim:
      "sec. 4.2: 'at test time, we use all the neurons but multiply their outputs by 0.5'; frameworks of today divide in training",
    sides: [
      changed('inverted', 'inverted dropout', { dropoutMode: 'inverted' }),
      unchanged('unscaled masks (sec. 4.2)'),
    ],
  }),
  pairedExperiment({
    ...comparison,
    name: 'initialization',
    title: 'Section 5: initial weights of conv3 to conv5',
    claim:
      "sec. 5: std .01 in every layer, with biases of 1; is this why 'the setting of the paper does not train' elsewhere?",
    sides: [changed('std-01', 'std .01 (sec. 5)', { middleStd: 0.01 }), unchanged('std .03 (as run)')],
  }),
  pairedExperiment({
    ...comparison,
    name: 'depth',
    title: 'Section 7: without a middle convolution',
    claim:
      "sec. 7: 'removing any of the middle layers results in a loss of about 2% for the top-1 performance'",
    sides: [
      unchanged('five convolutions'),
      changed('without-conv4', 'four, without conv4', { withoutConv4: true }),
    ],
  }),
  averageExperiment({
    ...comparison,
    name: 'average',
    title: 'Section 6: the average of five networks',
    claim:
      'table 2: five CNNs instead of one lower the error from 40.7% to 38.1% (top-1, ILSVRC-2012 validation)',
    seeds: 5,
    side: unchanged('as run (`original2012`)'),
  }),
  colorTowers({ ...comparison, seeds: 5 }, unchanged('two towers')),
];
