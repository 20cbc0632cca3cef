import { lrnConventions } from '@alexnet/layers';
import type { BlockStep } from './net.js';
import type { Preset } from './preset.js';
import { paper } from './preset-paper.js';

/** layers/layers-145.cfg: the order of each layer; max pooling and ReLU commute, so layer 5 is the paper's. */
const steps: readonly (readonly BlockStep[])[] = [
  ['lrn', 'pool', 'activation'],
  ['activation', 'lrn', 'sameMap', 'pool'],
  ['activation'],
  ['activation'],
  ['activation', 'pool'],
];

/** What was really run in 2012, where it differs from the paper. */
export const original2012: Preset = {
  description: 'AlexNet as it was really run: normalization before the ReLU, .03 in layers 3-5, and more.',
  source: 'layers/layers-145.cfg, layers/layer-params-145.cfg of the original program',
  net: {
    ...paper.net,
    convs: paper.net.convs.map((conv, i) => ({
      ...conv,
      std: i < 2 ? 0.01 : 0.03, // layers-145.cfg: initW
      steps: steps[i] as readonly BlockStep[],
    })),
    lrn: lrnConventions.original2012, // layer.py: scale /= size
    sameMap: { size: 5, bias: 1, alpha: 4e-5, beta: 0.75 }, // layer-params-145.cfg: .001 / 25
  },
  training: {
    ...paper.training,
    epochs: 91, // layer-params-145*.cfg: stopped at epoch 91
    biasLearningRateMultiplier: 2, // layer-params-145.cfg: epsB
    biasWeightDecay: false, // layer-params-145.cfg: wc is for weights
    schedule: { kind: 'step', factor: 0.1, epochs: [25, 51, 79] }, // layer-params-145*.cfg
  },
  augmentation: {
    ...paper.augmentation,
    crops: 'perChunk32', // convdata.py
    mean: 'center', // convdata.py: the central window of the mean image, wherever the crop was cut
    pca: { sigma: 0.1, scale: 'sqrt' }, // convdata.py
    inputScale: 1 / 1.1, // convdata.py: keeps the scale of the noisy input near that of the test input
  },
};
