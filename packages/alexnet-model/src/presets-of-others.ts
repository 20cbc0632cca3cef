import { lrnConventions } from '@alexnet/layers';
import type { ConvBlock } from './net.js';
import type { Preset } from './preset.js';
import { original2012 } from './preset-original2012.js';
import { paper } from './preset-paper.js';

const paperConv = (index: number): ConvBlock => paper.net.convs[index] as ConvBlock;

/** Krizhevsky 2014, 'One weird trick for parallelizing convolutional neural networks'. */
export const oneWeirdTrick: Preset = {
  description: "The single-GPU net of 'One weird trick': 64-192-384-256-256, no towers.",
  source: 'cuda-convnet2: layers/layers-223-1gpu.cfg, layers/layer-params-223-*.cfg',
  net: {
    ...paper.net,
    towers: 1,
    convs: [
      { ...paperConv(0), filters: 64, steps: ['lrn', 'pool', 'activation'] },
      { ...paperConv(1), filters: 192 },
      { ...paperConv(2), filters: 384, std: 0.03 },
      { ...paperConv(3), filters: 256, std: 0.03 },
      { ...paperConv(4), filters: 256, std: 0.03 },
    ],
    lrn: lrnConventions.original2012, // scale .0001 over size 5, minDiv 2
  },
  training: { ...paper.training, biasLearningRateMultiplier: 2, biasWeightDecay: false },
  augmentation: { ...original2012.augmentation, crops: 'perImage' }, // cc2 draws per image
};

/** BVLC's reference model: the towers written as groups, 227 for 224, k = 1. */
export const caffe: Preset = {
  description: 'BVLC AlexNet: groups for towers, 227 px without overhang, k = 1, small biases.',
  source: 'BVLC/caffe: models/bvlc_alexnet/train_val.prototxt, solver.prototxt',
  net: {
    ...paper.net,
    imageSize: 227,
    towers: 1,
    convs: paper.net.convs.map((conv, i) => ({
      ...conv,
      padding: i === 0 ? 0 : conv.padding,
      groups: conv.readsAllTowers || i === 0 ? 1 : 2,
      bias: conv.bias * 0.1,
    })),
    dense: paper.net.dense.map((dense) => ({ ...dense, std: 0.005, bias: 0.1 })),
    lrn: lrnConventions.caffe,
    dropout: { rate: 0.5, mode: 'inverted', placement: 'outputs' },
  },
  training: {
    ...paper.training,
    batchSize: 256,
    biasLearningRateMultiplier: 2,
    biasWeightDecay: false,
    schedule: { kind: 'step', factor: 0.1, epochs: [20, 40, 60, 80] }, // every 100,000 steps of 256
  },
  augmentation: { ...paper.augmentation, cropSize: 227, pca: null },
};

/** torchvision.models.alexnet: the weird-trick widths without normalization, dropout before the dense layers. */
export const torchvision: Preset = {
  description: 'torchvision AlexNet: 64-192-384-256-256, no normalization: 61,100,840 parameters.',
  source: 'pytorch/vision: torchvision/models/alexnet.py, references/classification',
  net: {
    ...oneWeirdTrick.net,
    convs: oneWeirdTrick.net.convs.map((conv, i) => ({
      ...conv,
      padding: i === 0 ? 2 : conv.padding,
      steps: conv.steps.includes('pool') ? ['activation', 'pool'] : ['activation'],
    })),
    dropout: { rate: 0.5, mode: 'inverted', placement: 'inputs' },
    initialization: 'torch',
  },
  training: {
    ...paper.training,
    batchSize: 256,
    weightDecay: 0.0001,
    schedule: { kind: 'step', factor: 0.1, epochs: [30, 60] },
  },
  augmentation: { ...paper.augmentation, mean: 'channel', pca: null, inputScale: 1 / 57.4 },
};
