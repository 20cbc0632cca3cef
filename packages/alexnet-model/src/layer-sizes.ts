import { checkNet } from './check-net.js';
import type { ConvBlock, Net } from './net.js';
import { resolveNet } from './overrides.js';
import type { PresetName } from './presets/presets.js';
import { refuse } from './refuse.js';
import type { AlexNetOverrides } from './switches.js';

/** The size of a layer, over all towers. */
export interface LayerSize {
  /** `conv1` ... `fc8`. */
  name: string;
  /** Of the output, without the batch: `[55, 55, 96]` or `[4096]`. */
  shape: readonly number[];
  /** The product of `shape`: what figure 2 and its caption count. */
  units: number;
  /** Weights and biases. */
  parameters: number;
}

/**
 * The size of every layer that has weights, without building one.
 *
 * Figure 2's caption counts 253,440 units in the first layer; a map of 55 x 55 with 96 kernels has 290,400. (253,440 is
 * 55 x 48 x 96: as if one side of the map were the 48 kernels of a tower.) Its other numbers are these here: 186,624,
 * 64,896, 64,896, 43,264, 4096, 4096, 1000.
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
  checkNet(net);
  return sizesOf(net, classes);
}

/** {@link layerSizes} of a checked net. @throws RangeError if its image is too small for it. */
export function sizesOf(net: Net, classes: number): LayerSize[] {
  const sides = mapSides(net, net.imageSize);
  if (!sides) refuse('imageSize', `at least ${smallestImage(net)} for this net`, net.imageSize);
  const convs = net.convs.map((conv, i): LayerSize => {
    const inputs = net.convs[i - 1]?.filters ?? 3;
    const perKernel = conv.kernelSize ** 2 * (inputs / (i === 0 || conv.readsAllTowers ? 1 : net.towers));
    const side = sides[i]?.convolved ?? 0;
    return {
      name: `conv${i + 1}`,
      shape: [side, side, conv.filters],
      units: side * side * conv.filters,
      parameters: (perKernel / conv.groups) * conv.filters + conv.filters,
    };
  });
  let inputs = (sides.at(-1)?.pooled ?? net.imageSize) ** 2 * (net.convs.at(-1)?.filters ?? 3);
  const dense = [...net.dense.map(({ units }) => units), classes].map((units, i): LayerSize => {
    const parameters = inputs * units + units;
    inputs = units;
    return { name: `fc${6 + i}`, shape: [units], units, parameters };
  });
  return [...convs, ...dense];
}

/** Side of the maps behind a convolution, and behind its pooling. */
export interface MapSides {
  convolved: number;
  pooled: number;
}

/** Sides of the maps behind each convolution and its pooling; `undefined` if a window does not fit. */
export function mapSides(net: Net, imageSize: number): MapSides[] | undefined {
  const sides: MapSides[] = [];
  let side = imageSize;
  for (const conv of net.convs) {
    const convolved = convolvedSide(side, conv);
    side = convolved;
    for (const step of conv.steps) if (step === 'pool') side = pooledSide(side, net.pool);
    if (!(convolved >= 1 && side >= 1)) return undefined;
    sides.push({ convolved, pooled: side });
  }
  return sides;
}

function convolvedSide(side: number, { kernelSize, strides, padding }: ConvBlock): number {
  if (padding === 'overhang') return side < kernelSize ? 0 : 1 + Math.ceil((side - kernelSize) / strides);
  return 1 + Math.floor((side + 2 * padding - kernelSize) / strides);
}

function pooledSide(side: number, { poolSize, strides, padding }: Net['pool']): number {
  return padding === 'same' ? Math.ceil(side / strides) : 1 + Math.floor((side - poolSize) / strides);
}

/** The least image that a net can read. */
export function smallestImage(net: Net): number {
  let tooSmall = net.imageSize; // maps only grow with the image
  let enough = net.imageSize;
  while (!mapSides(net, enough)) enough *= 2;
  while (enough - tooSmall > 1) {
    const middle = Math.floor((tooSmall + enough) / 2);
    if (mapSides(net, middle)) enough = middle;
    else tooSmall = middle;
  }
  return enough;
}
