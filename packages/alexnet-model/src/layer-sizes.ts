import type { AlexNetOverrides } from './ablations.js';
import type { Net } from './net.js';
import type { PresetName } from './presets/presets.js';
import { resolveNet } from './resolve-net.js';
import { type LayerSize, sizesOf } from './sizes-of.js';

export type { LayerSize } from './sizes-of.js';

/**
 * The size of every layer that has weights, computed without building the network.
 *
 * Figure 2's caption counts 253,440 units in the first layer, but a map of 55 x 55 with 96 kernels has
 * 290,400. (253,440 is 55 x 48 x 96, as if one side of the map were the 48 kernels of a tower.) Its other
 * numbers agree with these: 186,624, 64,896, 64,896, 43,264, 4096, 4096, 1000.
 *
 * @throws RangeError as `alexnet` does.
 * @see Krizhevsky et al. 2012, sec. 3.5 and figure 2
 * @example
 * layerSizes('paper')[0]; // { name: 'conv1', shape: [55, 55, 96], units: 290400, parameters: 34944 }
 */
export function layerSizes(
  preset: PresetName | Net = 'paper',
  overrides: AlexNetOverrides = {},
): LayerSize[] {
  const { net, classes } = resolveNet(preset, overrides);
  return sizesOf(net, classes);
}
