import type { Net } from '../net.js';
import { convName, denseName, towerSuffixes } from '../wiring.js';

/** The names of a net's layers with weights: one list per layer, one name per tower. */
export function layerNames(net: Net): string[][] {
  const inTowers = (name: string): string[] => towerSuffixes(net).map((suffix) => name + suffix);
  return [
    ...net.convs.map((_, i) => inTowers(convName(i))),
    ...net.dense.map((_, i) => inTowers(denseName(i))),
    [denseName(net.dense.length)],
  ];
}
