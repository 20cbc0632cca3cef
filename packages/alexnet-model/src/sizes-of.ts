import { mapSides } from './map-sides.js';
import type { Net } from './net.js';
import { channelsBefore, convName, denseName, inputChannels } from './wiring.js';

/** The size of a layer, over all towers. */
export interface LayerSize {
  /** `conv1` ... `fc8`. */
  name: string;
  /** The shape of the output, without the batch: `[55, 55, 96]` or `[4096]`. */
  shape: readonly number[];
  /** The product of `shape`: what figure 2 and its caption count. */
  units: number;
  /** Weights and biases. */
  parameters: number;
}

/** The size of every layer with weights, for a checked net. */
export function sizesOf(net: Net, classes: number): LayerSize[] {
  const sides = mapSides(net);
  const convs = net.convs.map(({ filters, kernelSize, groups }, i): LayerSize => {
    const side = sides[i]?.convolved ?? 0;
    return {
      name: convName(i),
      shape: [side, side, filters],
      units: side * side * filters,
      parameters: ((kernelSize ** 2 * inputChannels(net, i)) / groups) * filters + filters,
    };
  });
  let inputs = (sides.at(-1)?.pooled ?? net.imageSize) ** 2 * channelsBefore(net, sides.length);
  const dense = [...net.dense.map(({ units }) => units), classes].map((units, i): LayerSize => {
    const parameters = inputs * units + units;
    inputs = units;
    return { name: denseName(i), shape: [units], units, parameters };
  });
  return [...convs, ...dense];
}
