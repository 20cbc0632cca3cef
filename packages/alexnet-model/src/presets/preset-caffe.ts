import { lrnConventions } from '@alexnet/layers';
import type { ConvBlock, DenseBlock } from '../net.js';
import { type CitedTree, cite } from './cited.js';
import type { CitedPreset } from './preset.js';

const net = 'caffe models/bvlc_alexnet/train_val.prototxt';
const solver = 'caffe models/bvlc_alexnet/solver.prototxt';
const readme = 'caffe models/bvlc_alexnet/readme.md';
const transformer = 'caffe src/caffe/data_transformer.cpp';

const conv = { strides: 1, padding: 1, readsAllTowers: false, kernelSize: 3, std: 0.01 };
const convs: readonly CitedTree<ConvBlock>[] = [
  cite<ConvBlock>(net, {
    ...conv,
    filters: 96,
    kernelSize: 11,
    strides: 4,
    padding: 0,
    groups: 1,
    bias: 0,
    steps: ['activation', 'lrn', 'pool'],
  }),
  cite<ConvBlock>(net, {
    ...conv,
    filters: 256,
    kernelSize: 5,
    padding: 2,
    groups: 2,
    bias: 0.1,
    steps: ['activation', 'lrn', 'pool'],
  }),
  cite<ConvBlock>(net, { ...conv, filters: 384, groups: 1, bias: 0, steps: ['activation'] }),
  cite<ConvBlock>(net, { ...conv, filters: 384, groups: 2, bias: 0.1, steps: ['activation'] }),
  cite<ConvBlock>(net, { ...conv, filters: 256, groups: 2, bias: 0.1, steps: ['activation', 'pool'] }),
];

const dense = cite<DenseBlock>(net, { units: 4096, std: 0.005, bias: 0.1 });

/** BVLC's reference model. It writes the towers as groups, and has 227 pixels in place of 224, and k = 1. */
export const caffe: CitedPreset = {
  description: 'BVLC AlexNet: groups for towers, 227 px without overhang, k = 1, small biases.',
  source: 'BVLC/caffe: models/bvlc_alexnet/train_val.prototxt, solver.prototxt',
  net: {
    imageSize: [227, `${net}: crop_size`],
    towers: [1, `${net}: group: 2 instead`],
    activation: ['relu', net],
    convs,
    dense: [dense, dense],
    output: cite(net, { std: 0.01, bias: 0 }),
    lrn: {
      ...cite(net, lrnConventions.caffe),
      bias: [lrnConventions.caffe.bias, 'caffe src/caffe/proto/caffe.proto: LRNParameter.k'],
      alpha: [lrnConventions.caffe.alpha, `${net}: .0001, divided by local_size in lrn_layer.cpp`],
    },
    sameMap: [null, net],
    pool: cite(net, { poolSize: 3, strides: 2, padding: 'valid' }), // windows divide 55, 27 and 13 evenly
    dropout: {
      rate: [0.5, net],
      mode: ['inverted', 'caffe src/caffe/layers/dropout_layer.cpp'],
      placement: ['outputs', net],
    },
  },
  training: {
    batchSize: [256, net],
    epochs: [90, `${solver}: 450,000 steps of 256`],
    learningRate: [0.01, solver],
    momentum: [0.9, solver],
    weightDecay: [0.0005, solver],
    biasLearningRateMultiplier: [2, `${net}: lr_mult`],
    biasWeightDecay: [false, `${net}: decay_mult`],
    schedule: {
      kind: ['step', solver],
      factor: [0.1, solver],
      epochs: [[20, 40, 60, 80], `${solver}: every 100,000 steps of 256`],
      biases: [null, `${net}: lr_mult, times the solver's rate`],
      conv1: [null, solver],
      colorNoiseEnd: [null, readme],
    },
  },
  augmentation: {
    cropSize: [227, net],
    mirror: [true, net],
    crops: ['perImage', transformer],
    mean: ['aligned', transformer],
    std: [[1, 1, 1], `${net}: no scale`],
    pca: [null, `${readme}: no relighting`],
  },
};
