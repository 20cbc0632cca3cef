import type * as tfl from '@tensorflow/tfjs-layers';
import { buildNet } from './build-net.js';
import type { Net } from './net.js';
import { netOf } from './net-of.js';
import type { PresetName } from './presets.js';
import { scaleNet } from './scale-net.js';
import { describe } from './weights/description.js';
import { preprocessingOf } from './weights/preprocessing.js';

/** What may be changed of a preset's network. */
export interface AlexNetOverrides {
  /** Units of the softmax. Default 1000. */
  classes?: number;
  /** Side of the input in pixels. Default the preset's, 224. */
  imageSize?: number;
  /** Factor on the kernels and units of every layer; see {@link scaleNet}. Default 1. */
  width?: number;
  /** Default the preset's, 'relu'. */
  activation?: 'relu' | 'tanh';
  /** `false` leaves out every response normalization. */
  lrn?: boolean;
  /** `false` leaves out dropout. */
  dropout?: boolean;
  /** The initial weights and the dropout masks follow from it. Default 0. */
  seed?: number;
}

/**
 * Builds AlexNet as an ordinary `tf.LayersModel`: `[N, 224, 224, 3]` raw RGB minus the training mean in,
 * `[N, classes]` probabilities out. Towers are branches of their own (`conv1a`, `conv1b`, ...).
 *
 * @throws RangeError if the preset is unknown or an override out of range.
 * @see Krizhevsky et al. 2012, sec. 3.5 and figure 2
 * @example
 * const model = alexnet('paper');
 * model.countParams(); // 60965224
 */
export function alexnet(
  preset: PresetName | Net = 'paper',
  overrides: AlexNetOverrides = {},
): tfl.LayersModel {
  const { classes = 1000, width = 1, seed = 0 } = overrides;
  const net = scaleNet(applySwitches(netOf(preset, 'alexnet'), overrides), width);
  if (!Number.isInteger(classes) || classes < 2) {
    throw new RangeError(`classes must be a whole number >= 2 (alexnet), got ${classes}.`);
  }
  if (!Number.isSafeInteger(seed)) {
    throw new RangeError(`seed must be a whole number (alexnet), got ${seed}.`);
  }
  const model = buildNet(net, { classes, seed });
  describe(model, { net, ...(typeof preset === 'string' && { preprocessing: preprocessingOf(preset) }) });
  return model;
}

function applySwitches(net: Net, { imageSize, activation, lrn, dropout }: AlexNetOverrides): Net {
  return {
    ...net,
    imageSize: imageSize ?? net.imageSize,
    activation: activation ?? net.activation,
    dropout: dropout === false ? null : net.dropout,
    convs:
      lrn === false
        ? net.convs.map((conv) => ({
            ...conv,
            steps: conv.steps.filter((step) => step !== 'lrn' && step !== 'sameMap'),
          }))
        : net.convs,
  };
}
