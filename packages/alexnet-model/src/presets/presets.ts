import { describeValue } from '@alexnet/validate';
import { noLrn, nonOverlapping, oneGpu, paperConv6 } from './control-nets.js';
import { definePreset, type Preset } from './preset.js';
import { caffe } from './preset-caffe.js';
import { oneWeirdTrick } from './preset-one-weird-trick.js';
import { original2012 } from './preset-original2012.js';
import { paper } from './preset-paper.js';
import { torchvision } from './preset-torchvision.js';

/** Names of {@link presets}. */
export type PresetName =
  | 'paper'
  | 'original2012'
  | 'oneGpu'
  | 'paperConv6'
  | 'nonOverlapping'
  | 'noLrn'
  | 'oneWeirdTrick'
  | 'caffe'
  | 'torchvision';

/**
 * AlexNet as printed (`paper`) and as run (`original2012`), the other nets of the paper, and later variants
 * by others. The control nets of the ablations are variants of `original2012`, because its program gave the
 * paper's numbers.
 *
 * @example
 * presets.original2012.training.epochs; // 91
 * presets.original2012.sources.training.epochs; // 'original layers/layer-params-145.cfg: notes at its end'
 */
export const presets: Readonly<Record<PresetName, Preset>> = {
  paper: definePreset(paper),
  original2012: definePreset(original2012),
  oneGpu: definePreset(oneGpu),
  paperConv6: definePreset(paperConv6),
  nonOverlapping: definePreset(nonOverlapping),
  noLrn: definePreset(noLrn),
  oneWeirdTrick: definePreset(oneWeirdTrick),
  caffe: definePreset(caffe),
  torchvision: definePreset(torchvision),
};

/** The preset with a name. @throws RangeError that lists the names, if there is no such preset. */
export function presetOf(name: PresetName, caller: string): Preset {
  if (typeof name === 'string' && Object.hasOwn(presets, name)) return presets[name];
  throw new RangeError(
    `preset must be one of ${Object.keys(presets).join(', ')} (${caller}), got ${describeValue(name)}.`,
  );
}
