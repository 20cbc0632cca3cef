import type { CifarLayer, CifarNet, CifarPreset } from './cifar-net.js';

type Weighted<Type> = Extract<CifarLayer, { type: Type }>;

const conv = (name: string, filters: number, std: number, weightDecay: number): Weighted<'conv'> => {
  return { type: 'conv', name, filters, kernelSize: 5, isActivated: true, std, weightDecay };
};
const local = (name: string, filters: number): Weighted<'local'> => {
  return { type: 'local', name, filters, kernelSize: 3, isActivated: true, std: 0.04, weightDecay: 0.004 };
};
/** The layer before the softmax, which has a unit for each of the ten classes. */
const fc10 = (std: number, weightDecay: number): Weighted<'dense'> => {
  return { type: 'dense', name: 'fc10', units: 10, isActivated: false, std, weightDecay };
};
const pool = (kind: 'max' | 'average'): Weighted<'pool'> => {
  return { type: 'pool', pool: kind, poolSize: 3, strides: 2, isActivated: false };
};
/** `scale` is divided by the size of the window, as the original program does (`layer.py`). */
const sameMap: CifarLayer = { type: 'sameMap', size: 3, alpha: 0.00005 / 9, beta: 0.75 };
const lrn: CifarLayer = { type: 'lrn', size: 9, alpha: 0.001 / 9, beta: 0.75 };

const training: Omit<CifarNet['training'], 'drops' | 'epochs'> = {
  batchSize: 128,
  momentum: 0.9,
  learningRate: 0.001,
  biasLearningRate: 0.002,
};
/** conv1 to pool3 of the nets that read whole images; pool1 comes before the activation of conv1. */
const convolutions = (normalization: readonly CifarLayer[] = []): CifarLayer[] => [
  { ...conv('conv1', 32, 0.0001, 0.004), isActivated: false }, // [N, 32, 32, 32]
  { ...pool('max'), isActivated: true }, // [N, 16, 16, 32]
  ...normalization,
  conv('conv2', 32, 0.01, 0.004), // [N, 16, 16, 32]
  pool('average'), // [N, 8, 8, 32]
  ...normalization,
  conv('conv3', 64, 0.01, 0.004), // [N, 8, 8, 64]
  pool('average'), // [N, 4, 4, 64]
];

const files = (name: string): string => `layers-${name}.cfg, layer-params-${name}.cfg`;

/** The name of a preset. */
export type CifarPresetName = '80sec' | '19pct' | '18pct' | 'conv-local-13pct' | 'conv-local-11pct';

/** The nets of cuda-convnet 1 for CIFAR-10, the fastest first. */
export const presets: Readonly<Record<CifarPresetName, CifarPreset>> = {
  '80sec': {
    description: 'three convolutions and two dense layers, trained for 11 epochs on whole images',
    source: files('80sec'),
    author: { testError: 0.26, time: '80 s' },
    net: {
      imageSize: 32,
      activation: 'relu',
      layers: [
        ...convolutions(),
        { type: 'dense', name: 'fc64', units: 64, isActivated: true, std: 0.1, weightDecay: 0.03 },
        fc10(0.1, 0.03),
      ],
      // The file has the drop. Its 80 seconds are 11 epochs at the 1.4 s for 10,000 images of the wiki (TrainingNet).
      training: { ...training, drops: [8], epochs: 11 },
    },
  },
  '19pct': {
    description: 'four layers with weights: three convolutions and the softmax, on whole images',
    source: files('19pct'),
    author: { testError: 0.19, time: '20 min' },
    net: {
      imageSize: 32,
      activation: 'relu',
      layers: [...convolutions(), fc10(0.01, 3)],
      training: { ...training, drops: [120, 130], epochs: 140 }, // as in 18pct: the file does not say
    },
  },
  '18pct': {
    description: '19pct with response normalization inside each map after the first two poolings',
    source: files('18pct'),
    author: { testError: 0.18, time: '20 min' },
    net: {
      imageSize: 32,
      activation: 'relu',
      layers: [...convolutions([sameMap]), fc10(0.01, 1)],
      training: { ...training, drops: [120, 130], epochs: 140 },
    },
  },
  'conv-local-13pct': {
    description: 'two convolutions, two locally connected layers and the softmax, on crops of 24 x 24',
    source: files('conv-local-13pct'),
    author: { testError: 0.13, time: '25 min' },
    net: {
      imageSize: 24,
      activation: 'relu',
      layers: [
        conv('conv1', 64, 0.0001, 0), // [N, 24, 24, 64]
        pool('max'), // [N, 12, 12, 64]
        conv('conv2', 64, 0.01, 0), // [N, 12, 12, 64]
        pool('max'), // [N, 6, 6, 64]
        local('local3', 32), // [N, 6, 6, 32]
        local('local4', 32), // [N, 6, 6, 32]
        fc10(0.01, 0.004),
      ],
      // The wiki (Methodology): 100 epochs of 40,000 images, which are 80 of 50,000, and 40 more; then 10 and 10.
      training: { ...training, drops: [120, 130], epochs: 140 },
    },
  },
  'conv-local-11pct': {
    description: 'conv-local-13pct with normalization across maps and twice the filters in local3',
    source: files('conv-local-11pct'),
    author: { testError: 0.11, time: '75 min' },
    net: {
      imageSize: 24,
      activation: 'relu',
      layers: [
        conv('conv1', 64, 0.0001, 0), // [N, 24, 24, 64]
        pool('max'), // [N, 12, 12, 64]
        lrn,
        conv('conv2', 64, 0.01, 0), // [N, 12, 12, 64]
        lrn,
        pool('max'), // [N, 6, 6, 64]
        local('local3', 64), // [N, 6, 6, 64]
        local('local4', 32), // [N, 6, 6, 32]
        fc10(0.01, 0.01),
      ],
      // layer-params-conv-local-11pct.cfg: 300 epochs of 40,000 images, which are 240 of 50,000, and 150; then 10 and 10.
      training: { ...training, drops: [390, 400], epochs: 410 },
    },
  },
};
