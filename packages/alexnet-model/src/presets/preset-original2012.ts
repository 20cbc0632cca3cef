import { lrnConventions } from '@alexnet/layers';
import type { ConvBlock } from '../net.js';
import { type CitedTree, cite } from './cited.js';
import type { CitedPreset } from './preset.js';
import { paper } from './preset-paper.js';

const layers = 'original layers/layers-145.cfg';
const params = 'original layers/layer-params-145.cfg';
const notes = 'original layers/layer-params-145.cfg: notes at its end';

/** The changes to each convolution. */
const changes: readonly Partial<CitedTree<ConvBlock>>[] = [
  { steps: [['lrn', 'pool', 'activation'], layers] },
  { steps: [['activation', 'lrn', 'sameMap', 'pool'], layers] },
  { std: [0.03, `${layers}: initW`] },
  { std: [0.03, `${layers}: initW`] },
  {
    std: [0.03, `${layers}: initW`],
    steps: [['activation', 'pool'], `${layers}: pool before ReLU, which commute`],
  },
];

/** The network that was actually run in 2012, written as changes to the paper. */
export const original2012: CitedPreset = {
  description: 'AlexNet as it was actually run: normalization before the ReLU, .03 in layers 3-5, and more.',
  source: 'layers/layers-145.cfg, layers/layer-params-145.cfg of the original program',
  net: {
    ...paper.net,
    convs: paper.net.convs.map((conv, i) => ({ ...conv, ...changes[i] })),
    lrn: {
      ...cite(params, lrnConventions.original2012),
      depthRadius: [lrnConventions.original2012.depthRadius, `${layers}: size 5`],
      alpha: [lrnConventions.original2012.alpha, 'original layer.py: scale is divided by size'],
    },
    sameMap: {
      size: [5, layers],
      bias: [1, 'original layer.py: reads minDiv across maps only; the kernel has 1'],
      alpha: [4e-5, `${params}: .001, divided by 25 in layer.py`],
      beta: [0.75, params],
    },
  },
  training: {
    ...paper.training,
    epochs: [91, notes],
    biasLearningRateMultiplier: [2, `${params}: epsB is .02, epsW .01`],
    biasWeightDecay: [false, `${params}: wc is for weights only`],
    schedule: {
      kind: ['step', notes],
      factor: [0.1, notes],
      epochs: [[25, 51, 79], notes],
      biases: cite(`${params}: epsB is still .02 when epsW is 1e-5`, { factor: 1, epochs: [] }),
      conv1: [
        { epoch: [67, notes], learningRate: [1e-5, notes] },
        { epoch: [72, notes], learningRate: [0, notes] },
      ],
      colorNoiseEnd: [67, notes],
    },
  },
  augmentation: {
    ...paper.augmentation,
    crops: ['perChunk32', 'original convdata.py'],
    mean: ['center', 'original convdata.py: its central window'],
    pca: {
      sigma: [0.1, `${params}: color noise, in its notes`],
      scale: ['sqrt', 'original convdata.py'],
      inputScale: [1 / 1.1, 'original convdata.py: 1 / (1 + sigma)'],
    },
  },
};
