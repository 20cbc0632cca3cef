import { mapSides } from '../map-sides.js';
import type { Net } from '../net.js';
import { convName, denseName, readsAllTowers } from '../wiring.js';

/**
 * What each tower sends the other between two segments: forward its own part of the values, backward the
 * gradient of the other tower's part.
 */
export interface TowerExchange {
  /** The last layer before the exchange, and the first layer that reads it: `pool2`, `conv3`. */
  from: string;
  to: string;
  /** The shape of one tower's part, without the batch: `[13, 13, 128]`. */
  shape: readonly number[];
}

/** The exchange that follows a convolution, if the next layer reads all towers. */
export function exchangeAfterConv(net: Net, index: number): TowerExchange | undefined {
  const [block, next] = net.convs.slice(index, index + 2);
  if (!block || (next && !readsAllTowers(net, index + 1))) return undefined;
  const side = mapSides(net)[index]?.pooled as number;
  return {
    from: convName(index, block.steps.includes('pool') ? 'pool' : 'conv'),
    to: next ? convName(index + 1) : denseName(0),
    shape: [side, side, block.filters / net.towers],
  };
}

/** The exchange that follows a hidden dense layer; every dense layer reads all towers. */
export function exchangeAfterDense(net: Net, index: number): TowerExchange {
  const units = net.dense[index]?.units as number;
  return { from: denseName(index), to: denseName(index + 1), shape: [units / net.towers] };
}

/** All exchanges of a net, in the order of the forward pass. */
export function exchangesOf(net: Net): TowerExchange[] {
  return [
    ...net.convs.flatMap((_, i) => exchangeAfterConv(net, i) ?? []),
    ...net.dense.map((_, i) => exchangeAfterDense(net, i)),
  ];
}
