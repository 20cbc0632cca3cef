import type { Net } from '../net.js';
import type { AlexNetOverrides } from '../overrides.js';
import type { PresetName } from '../presets/presets.js';
import type { TowerPart } from './tower-part.js';

/** What each tower sends the other between two segments: forward its own part of the values, backward the gradient of the other's. */
export interface TowerExchange {
  /** The last layer before it, and the first that reads it: `pool2`, `conv3`. */
  from: string;
  to: string;
  /** Of one tower's part, without the batch: `[13, 13, 128]`. */
  shape: readonly number[];
}

/** A net cut in two along its towers. */
export interface Partition {
  /** In the order of the forward pass. The last goes one way only: tower B sends its values, tower A their gradient. */
  readonly exchanges: readonly TowerExchange[];
  /** Bytes that a tower sends in one step: to the other forward, and backward. */
  bytesPerStep(batchSize: number): { forward: number; backward: number }[];
  /** Builds one tower, for the device that this runs on; with the weights that `alexnet` gives these layers. */
  tower(index: 0 | 1): TowerPart;
}

/**
 * Cuts a net of two towers for two devices, as the original ran on two GPUs that talk only where the paper's figure 2 has
 * crossing lines: before conv3 and at the dense layers.
 *
 * @throws RangeError as `alexnet` does, and if the net has not two towers.
 * @see Krizhevsky et al. 2012, sec. 3.2 and figure 2
 * @example
 * const { exchanges, tower } = await partition('paper');
 * const { loss, gradients } = await tower(0).gradients({ xs, ys }, link);
 */
export async function partition(
  preset: PresetName | Net = 'paper',
  overrides: AlexNetOverrides = {},
): Promise<Partition> {
  const { cutNet } = await import('./cut-net.js');
  return cutNet(preset, overrides);
}
