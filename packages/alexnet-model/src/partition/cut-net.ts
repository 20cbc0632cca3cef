import { requireWhole } from '@alexnet/validate';
import { checkNet } from '../check-net.js';
import { mapSides, sizesOf } from '../layer-sizes.js';
import type { Net } from '../net.js';
import { orNoVariables } from '../or-no-variables.js';
import { type AlexNetOverrides, resolveNet } from '../overrides.js';
import type { PresetName } from '../presets/presets.js';
import { refuse } from '../refuse.js';
import type { Partition, TowerExchange } from './partition.js';
import { TowerPart } from './tower-part.js';

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
