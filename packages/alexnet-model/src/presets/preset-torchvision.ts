import type { ConvBlock, DenseBlock, Initialization } from '../net.js';
import { type CitedTree, cite } from './cited.js';
import type { CitedPreset } from './preset.js';

const model = 'torchvision torchvision/models/alexnet.py';
const reference = 'torchvision references/classification/README.md';
const script = 'torchvision references/classification/train.py';
const transforms = 'torchvision references/classification/presets.py';

const uniform: Initialization = { std: 'fanIn', bias: 'fanIn' };

/** `kaiming_uniform_(a = sqrt(5))` has the bound sqrt(2 / 6) * sqrt(3) / sqrt(fan in), or 1/sqrt(fan in). */
const convReset = cite<Initialization>('pytorch torch/nn/modules/conv.py: reset_parameters', uniform);
const linearReset = cite<Initialization>('pytorch torch/nn/modules/linear.py: reset_parameters', uniform);

const conv = (block: Omit<ConvBlock, keyof Initialization | 'readsAllTowers' | 'groups'>) =>
  ({ ...cite(model, { ...block, readsAllTowers: false, groups: 1 }), ...convReset }) as CitedTree<ConvBlock>;

const dense: CitedTree<DenseBlock> = { units: [4096, model], ...linearReset };

/** torchvision.models.alexnet: other widths, no normalization, and dropout before the dense layers. */
export const torchvision: CitedPreset = {
  description: 'torchvision AlexNet: 64-192-384-256-256, no normalization: 61,100,840 parameters.',
  source: 'pytorch/vision: torchvision/models/alexnet.py, references/classification',
  net: {
    imageSize: [224, `${model}: crop_size`],
    towers: [1, model],
    activation: ['relu', model],
    convs: [
      conv({ filters: 64, kernelSize: 11, strides: 4, padding: 2, steps: ['activation', 'pool'] }),
      conv({ filters: 192, kernelSize: 5, strides: 1, padding: 2, steps: ['activation', 'pool'] }),
      conv({ filters: 384, kernelSize: 3, strides: 1, padding: 1, steps: ['activation'] }),
      conv({ filters: 256, kernelSize: 3, strides: 1, padding: 1, steps: ['activation'] }),
      conv({ filters: 256, kernelSize: 3, strides: 1, padding: 1, steps: ['activation', 'pool'] }),
    ],
    dense: [dense, dense],
    output: linearReset,
    lrn: [null, model],
    sameMap: [null, model],
    pool: cite(model, { poolSize: 3, strides: 2, padding: 'valid' }),
    dropout: {
      rate: [0.5, `${model}; pytorch torch/nn/modules/dropout.py`],
      mode: ['inverted', 'pytorch torch/nn/modules/dropout.py'],
      placement: ['inputs', model],
    },
  },
  training: {
    batchSize: [256, `${reference}: 8 GPUs of 32`],
    epochs: [90, `${script}: --epochs`],
    learningRate: [0.01, `${reference}: --lr 1e-2`],
    momentum: [0.9, `${script}: --momentum`],
    weightDecay: [0.0001, `${script}: --weight-decay`],
    biasLearningRateMultiplier: [1, script],
    biasWeightDecay: [true, script],
    schedule: {
      kind: ['step', script],
      factor: [0.1, `${script}: --lr-gamma`],
      epochs: [[30, 60], `${script}: --lr-step-size 30`],
      biases: [null, script],
      conv1: [null, script],
      colorNoiseEnd: [null, transforms],
    },
  },
  augmentation: {
    cropSize: [224, `${script}: --train-crop-size`],
    mirror: [true, `${transforms}: hflip_prob`],
    crops: ['perImage', 'ours a crop of the prepared square, in place of RandomResizedCrop'],
    mean: [[0.485 * 255, 0.456 * 255, 0.406 * 255], `${transforms}: times 255`],
    std: [[58.395, 57.12, 57.375], `${transforms}: times 255`],
    pca: [null, transforms],
  },
};
