import type * as tfl from '@tensorflow/tfjs-layers';
import type { AlexNetOverrides } from './ablations.js';
import { buildOrDispose } from './build-or-dispose.js';
import type { Net } from './net.js';
import { buildNetwork } from './network.js';
import type { PresetName } from './presets/presets.js';
import { resolveNet } from './resolve-net.js';
import { describe } from './weights/describe.js';
import { preprocessingOf } from './weights/preprocessing.js';

/**
 * Builds AlexNet as an ordinary `tf.LayersModel`. It maps images `[N, 224, 224, 3]`, raw RGB minus the
 * training mean, to probabilities `[N, classes]`. Each tower is a branch with its own layers: `conv1a`,
 * `conv1b`, ...
 *
 * @throws RangeError if the preset is unknown, or if an override or a field of the net is out of range. It
 *   names the field, the rule and the value, and no variable is left behind.
 * @see Krizhevsky et al. 2012, sec. 3.5 and figure 2
 * @example
 * const model = alexnet('paper');
 * model.countParams(); // 60965224
 */
export function alexnet(
  preset: PresetName | Net = 'paper',
  overrides: AlexNetOverrides = {},
): tfl.LayersModel {
  const resolved = resolveNet(preset, overrides);
  const model = buildOrDispose(() => buildNetwork(resolved));
  const preprocessing = typeof preset === 'string' && { preprocessing: preprocessingOf(preset) };
  describe(model, { net: resolved.net, ...preprocessing });
  return model;
}
