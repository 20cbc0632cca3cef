import { lrnConventions } from '@alexnet/layers';
import type { ConvBlock } from './net.js';
import type { Preset } from './preset.js';

/** What most convolutions of the paper share: N(0, .01) (sec. 5), own tower only (sec. 3.2), stride 1. */
const conv = { strides: 1, readsAllTowers: false, groups: 1, std: 0.01 };

/** Figure 2 and sec. 3.5; biases 1 in layers 2, 4 and 5 (sec. 5); normalization after the ReLU (sec. 3.3). */
const convs: readonly ConvBlock[] = [
  // 224 -> 55: the last window overhangs 3 px on the right and bottom (layers/layers-145.cfg)
  {
    ...conv,
    filters: 96,
    kernelSize: 11,
    strides: 4,
    padding: 'overhang',
    bias: 0,
    steps: ['activation', 'lrn', 'pool'],
  },
  { ...conv, filters: 256, kernelSize: 5, padding: 2, bias: 1, steps: ['activation', 'lrn', 'pool'] },
  { ...conv, filters: 384, kernelSize: 3, padding: 1, bias: 0, steps: ['activation'], readsAllTowers: true },
  { ...conv, filters: 384, kernelSize: 3, padding: 1, bias: 1, steps: ['activation'] },
  { ...conv, filters: 256, kernelSize: 3, padding: 1, bias: 1, steps: ['activation', 'pool'] },
];

/** The text as printed. */
export const paper: Preset = {
  description: 'AlexNet as the paper prints it: 60,965,224 parameters at 1000 classes.',
  source: 'Krizhevsky, Sutskever, Hinton 2012',
  net: {
    imageSize: 224, // sec. 3.5
    towers: 2, // sec. 3.2
    activation: 'relu', // sec. 3.1
    convs,
    dense: [
      { units: 4096, std: 0.01, bias: 1 }, // sec. 3.5 and 5
      { units: 4096, std: 0.01, bias: 1 },
    ],
    output: { std: 0.01, bias: 0 }, // sec. 5: 'the remaining layers with the constant 0'
    lrn: lrnConventions.paper, // sec. 3.3
    sameMap: { size: 5, bias: 1, alpha: 4e-5, beta: 0.75 }, // no step of this net uses it
    pool: { poolSize: 3, strides: 2, padding: 'valid' }, // sec. 3.4
    dropout: { rate: 0.5, mode: 'paper', placement: 'outputs' }, // sec. 4.2
    initialization: 'normal', // sec. 5
  },
  training: {
    batchSize: 128, // sec. 5
    epochs: 90, // sec. 5
    learningRate: 0.01, // sec. 5
    momentum: 0.9, // sec. 5
    weightDecay: 0.0005, // sec. 5
    biasLearningRateMultiplier: 1, // sec. 5: 'an equal learning rate for all layers'
    biasWeightDecay: true, // sec. 5: the update rule has one w
    schedule: { kind: 'plateau', factor: 0.1, drops: 3 }, // sec. 5
  },
  augmentation: {
    cropSize: 224, // sec. 4.1
    mirror: true, // sec. 4.1
    crops: 'perImage', // sec. 4.1
    mean: 'aligned', // sec. 2
    // sec. 4.1: a ~ N(0, .1) times the eigenvalue, of pixels in 0..1: a l / 255 grey levels, some +-6. Of pixels in
    // 0..255 the printed formula gives +-1483 grey levels, which no picture survives.
    pca: { sigma: 0.1 / 255, scale: 'eigenvalue' },
    inputScale: 1,
  },
};
