import { requireWhole } from '@alexnet/validate';
import type { AlexNetOverrides } from '../ablations.js';
import { buildOrDispose } from '../build-or-dispose.js';
import type { Net } from '../net.js';
import type { PresetName } from '../presets/presets.js';
import { refuseNet } from '../refuse-net.js';
import { resolveNet } from '../resolve-net.js';
import { exchangesOf, type TowerExchange } from './exchanges.js';
import { TowerPart } from './tower-part.js';

export type { TowerExchange } from './exchanges.js';

/** A net cut in two along its towers. */
export interface Partition {
  /**
   * The exchanges in the order of the forward pass. The last one goes one way only: tower B sends its values,
   * and tower A returns their gradient.
   */
  readonly exchanges: readonly TowerExchange[];
  /** Bytes that each tower sends in one step, in the forward and in the backward pass. */
  bytesPerStep(batchSize: number): { forward: number; backward: number }[];
  /** Builds one tower on the device that runs this code. Its initial weights are those of `alexnet`. */
  tower(index: 0 | 1): TowerPart;
}

/** Does the work of `partition`, which loads this code when it is called. */
export function cutNet(preset: PresetName | Net = 'paper', overrides: AlexNetOverrides = {}): Partition {
  const { net, classes, seed } = resolveNet(preset, overrides);
  if (net.towers !== 2) refuseNet('towers', '2 to be partitioned', net.towers);
  const exchanges = exchangesOf(net);
  return {
    exchanges,
    bytesPerStep(batchSize) {
      requireWhole('batchSize', batchSize, 1, 'partition');
      const parts = exchanges.map(
        ({ shape }) => 4 * batchSize * shape.reduce((product, side) => product * side, 1),
      );
      const both = parts.slice(0, -1).reduce((sum, bytes) => sum + bytes, 0);
      const last = parts.at(-1) as number;
      return [
        { forward: both, backward: both + last },
        { forward: both + last, backward: both },
      ];
    },
    tower(index) {
      if (index !== 0 && index !== 1) refuseNet('tower', '0 or 1', index);
      return buildOrDispose(() => new TowerPart(net, { index, seed, classes }));
    },
  };
}
