import type { AlexNetOverrides } from '../ablations.js';
import type { Net } from '../net.js';
import type { PresetName } from '../presets/presets.js';
import type { Partition } from './cut-net.js';

export type { Partition, TowerExchange } from './cut-net.js';

/**
 * Cuts a net of two towers for two devices. The original ran on two GPUs in the same way, which communicate
 * only where figure 2 of the paper has crossing lines: before conv3 and at the dense layers.
 *
 * @throws RangeError as `alexnet` does, and if the net does not have two towers.
 * @see Krizhevsky et al. 2012, sec. 3.2 and figure 2
 * @example
 * const { exchanges, tower } = await partition('paper');
 * const { loss, gradients } = await tower(0).gradients({ xs, ys }, link);
 */
export async function partition(preset?: PresetName | Net, overrides?: AlexNetOverrides): Promise<Partition> {
  const { cutNet } = await import('./cut-net.js');
  return cutNet(preset, overrides);
}
