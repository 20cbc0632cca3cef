import { requireWhole } from '@alexnet/validate';
import { checkNet } from '../check-net.js';
import { mapSides, sizesOf } from '../layer-sizes.js';
import type { Net } from '../net.js';
import { orNoVariables } from '../or-no-variables.js';
import { resolveNet } from '../overrides.js';
import type { PresetName } from '../presets/presets.js';
import { refuse } from '../refuse.js';
import type { AlexNetOverrides } from '../switches.js';
import { TowerPart } from './tower-part.js';

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

/** What `partition` does, once it is loaded. */
export function cutNet(preset: PresetName | Net, overrides: AlexNetOverrides): Partition {
  const { net, classes, seed } = resolveNet(preset, overrides);
  checkNet(net);
  sizesOf(net, classes); // refuses an image too small
  if (net.towers !== 2) refuse('towers', '2 to be partitioned', net.towers);
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
      if (index !== 0 && index !== 1) refuse('tower', '0 or 1', index);
      return orNoVariables(() => new TowerPart(net, { index, seed, classes }));
    },
  };
}

function exchangesOf(net: Net): TowerExchange[] {
  const sides = mapSides(net, net.imageSize) ?? [];
  const convs = net.convs.flatMap((block, i): TowerExchange[] => {
    const next = net.convs[i + 1];
    if (next && !next.readsAllTowers) return [];
    const from = `${block.steps.includes('pool') ? 'pool' : 'conv'}${i + 1}`;
    const side = sides[i]?.pooled as number;
    return [{ from, to: next ? `conv${i + 2}` : 'fc6', shape: [side, side, block.filters / net.towers] }];
  });
  const dense = net.dense.map(({ units }, i): TowerExchange => {
    return { from: `fc${6 + i}`, to: `fc${7 + i}`, shape: [units / net.towers] };
  });
  return [...convs, ...dense];
}
