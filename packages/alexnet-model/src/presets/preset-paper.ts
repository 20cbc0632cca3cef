import { lrnConventions } from '@alexnet/layers';
import type { ConvBlock, DenseBlock } from '../net.js';
import { type CitedTree, cite } from './cited.js';
import type { CitedPreset } from './preset.js';

/** The sections that most values come from, "Overall Architecture" and "Details of learning". */
const architecture = 'paper sec. 3.5';
const learning = 'paper sec. 5';
const remaining = "paper sec. 5: 'the remaining layers'";

/** Values that most convolutions of the paper share. */
const conv = {
  strides: [1, 'paper sec. 3.5, fig. 2'],
  readsAllTowers: [false, 'paper sec. 3.2, 3.5'],
  groups: [1, 'paper sec. 3.2: a tower has no groups within'],
  std: [0.01, learning],
} as const satisfies Partial<CitedTree<ConvBlock>>;

/** The first two layers are normalized before they are pooled. */
const normalized: CitedTree<ConvBlock>['steps'] = [['activation', 'lrn', 'pool'], 'paper sec. 3.3, 3.5'];

/** The zeros keep the side of the map; figure 2 shows this, and no section says it. */
const sameSide = 'paper fig. 2: the side of the map stays';

const convs: readonly CitedTree<ConvBlock>[] = [
  {
    ...conv,
    filters: [96, architecture],
    kernelSize: [11, architecture],
    strides: [4, architecture],
    padding: [
      'overhang',
      'original layers/layers-145.cfg: the last window reaches 3 px beyond 224, giving 55',
    ],
    bias: [0, remaining],
    steps: normalized,
  },
  {
    ...conv,
    filters: [256, architecture],
    kernelSize: [5, architecture],
    padding: [2, sameSide],
    bias: [1, learning],
    steps: normalized,
  },
  {
    ...conv,
    filters: [384, architecture],
    kernelSize: [3, architecture],
    padding: [1, sameSide],
    readsAllTowers: [true, 'paper sec. 3.2, 3.5'],
    bias: [0, remaining],
    steps: [['activation'], architecture],
  },
  {
    ...conv,
    filters: [384, architecture],
    kernelSize: [3, architecture],
    padding: [1, sameSide],
    bias: [1, learning],
    steps: [['activation'], architecture],
  },
  {
    ...conv,
    filters: [256, architecture],
    kernelSize: [3, architecture],
    padding: [1, sameSide],
    bias: [1, learning],
    steps: [['activation', 'pool'], architecture],
  },
];

const dense: CitedTree<DenseBlock> = {
  units: [4096, architecture],
  std: [0.01, learning],
  bias: [1, learning],
};

/** AlexNet as the paper prints it. */
export const paper: CitedPreset = {
  description: 'AlexNet as the paper prints it: 60,965,224 parameters at 1000 classes.',
  source: 'Krizhevsky, Sutskever, Hinton 2012',
  net: {
    imageSize: [224, architecture],
    towers: [2, 'paper sec. 3.2'],
    activation: ['relu', 'paper sec. 3.1'],
    convs,
    dense: [dense, dense],
    output: { std: [0.01, learning], bias: [0, remaining] },
    lrn: cite('paper sec. 3.3', lrnConventions.paper),
    sameMap: [null, 'paper sec. 3.3: names no others'],
    pool: {
      poolSize: [3, 'paper sec. 3.4'],
      strides: [2, 'paper sec. 3.4'],
      padding: ['valid', 'paper fig. 2: 55 -> 27 -> 13 -> 6'],
    },
    dropout: {
      rate: [0.5, 'paper sec. 4.2'],
      mode: ['paper', 'paper sec. 4.2: outputs times .5 at test time'],
      placement: ['outputs', 'paper sec. 4.2'],
    },
  },
  training: {
    batchSize: [128, learning],
    epochs: [90, learning],
    learningRate: [0.01, learning],
    momentum: [0.9, learning],
    weightDecay: [0.0005, learning],
    biasLearningRateMultiplier: [1, "paper sec. 5: 'equal ... for all layers'"],
    biasWeightDecay: [true, 'paper sec. 5: one update rule, for w'],
    schedule: cite(learning, { kind: 'plateau', factor: 0.1, drops: 3 }),
  },
  augmentation: {
    cropSize: [224, 'paper sec. 4.1'],
    mirror: [true, 'paper sec. 4.1'],
    crops: ['perImage', 'paper sec. 4.1'],
    mean: ['aligned', 'paper sec. 2: of each pixel'],
    std: [[1, 1, 1], 'paper sec. 2: centred raw values'],
    pca: {
      // a * l for pixels in 0..1 is about +-6 in grey levels. For pixels in 0..255 the printed formula gives
      // +-1483.
      sigma: [0.1 / 255, 'paper sec. 4.1: .1, for pixels in 0..1'],
      scale: ['eigenvalue', 'paper sec. 4.1'],
      inputScale: [1, 'paper sec. 4.1: names none'],
    },
  },
};
