import { lrnConventions } from '@alexnet/layers';
import type { ConvBlock, DenseBlock } from '../net.js';
import { type CitedTree, cite } from './cited.js';
import type { CitedPreset } from './preset.js';

const layers = 'cc2 layers/layers-imagenet-1gpu.cfg';
const params = 'cc2 layers/layer-params-imagenet-1gpu.cfg';
const draws = 'cc2 convdata.py: decodeJpeg draws for each image';
const command = 'cc2 wiki, TrainingExample';

const conv = { strides: 1, padding: 1, readsAllTowers: false, groups: 1, kernelSize: 3, bias: 1, std: 0.03 };
const convs: readonly CitedTree<ConvBlock>[] = [
  cite<ConvBlock>(layers, {
    ...conv,
    filters: 64,
    kernelSize: 11,
    strides: 4,
    padding: 'overhang',
    std: 0.01,
    bias: 0,
    steps: ['lrn', 'pool', 'activation'],
  }),
  cite<ConvBlock>(layers, {
    ...conv,
    filters: 192,
    kernelSize: 5,
    padding: 2,
    std: 0.01,
    steps: ['activation', 'lrn', 'pool'],
  }),
  cite<ConvBlock>(layers, { ...conv, filters: 384, bias: 0, steps: ['activation'] }),
  cite<ConvBlock>(layers, { ...conv, filters: 256, steps: ['activation'] }),
  {
    ...cite<ConvBlock>(layers, { ...conv, filters: 256, steps: [] }),
    steps: [['activation', 'pool'], `${layers}: pool before ReLU, which commute`],
  },
];

const dense = cite<DenseBlock>(layers, { units: 4096, std: 0.01, bias: 1 });

/** The single-GPU net of cuda-convnet2, which accompanies Krizhevsky 2014, arXiv:1404.5997. */
export const oneWeirdTrick: CitedPreset = {
  description: "The single-GPU net of 'One weird trick': 64-192-384-256-256, no towers.",
  source: 'cuda-convnet2: layers/layers-imagenet-1gpu.cfg, layers/layer-params-imagenet-1gpu.cfg',
  net: {
    imageSize: [224, `${command}: --inner-size 224`],
    towers: [1, layers],
    activation: ['relu', layers],
    convs,
    dense: [dense, dense],
    output: { std: [0.01, layers], bias: [-7, `${layers}: a softmax ignores it`] },
    lrn: {
      depthRadius: [2, `${layers}: size 5`],
      bias: [2, `${params}: minDiv`],
      alpha: [lrnConventions.original2012.alpha, `${params}: .0001, divided by size in layer.py`],
      beta: [0.75, `${params}: pow`],
    },
    sameMap: [null, layers],
    pool: cite(layers, { poolSize: 3, strides: 2, padding: 'valid' }),
    dropout: {
      rate: [0.5, layers],
      mode: ['paper', 'cc2 cudaconvnet/src/layer.cu: outputs times keep at test time'],
      placement: ['outputs', layers],
    },
  },
  training: {
    batchSize: [128, `${command}: --mini 128`],
    epochs: [90, `${command}: --epochs 90`],
    learningRate: [0.01, `${params}: epsW`],
    momentum: [0.9, params],
    weightDecay: [0.0005, `${params}: wc`],
    biasLearningRateMultiplier: [2, `${params}: epsB`],
    biasWeightDecay: [false, `${params}: wc is for weights only`],
    schedule: {
      kind: ['step', `${params}: dexp`],
      factor: [250 ** (-1 / 3), `${params}: tgtFactor=250, in 3 equal ratios`],
      epochs: [[22.5, 45, 67.5], `${params}: numSteps=4, equal parts of 90 epochs`],
      biases: cite(`${params}: epsB, numSteps=2, halfway`, { factor: 0.1, epochs: [45] }),
      conv1: [null, params],
      colorNoiseEnd: [null, command],
    },
  },
  augmentation: {
    cropSize: [224, `${command}: --inner-size 224`],
    mirror: [true, draws],
    crops: ['perImage', draws],
    mean: ['center', 'cc2 convdata.py: data_mean_crop'],
    std: [[1, 1, 1], 'cc2 convdata.py: centred raw values'],
    pca: {
      sigma: [0.1, `${command}: --color-noise 0.1`],
      scale: ['sqrt', 'cc2 convdata.py: pca_stdevs'],
      inputScale: [1 / 1.1, 'cc2 convdata.py: 1 / (1 + color_noise_coeff)'],
    },
  },
};
