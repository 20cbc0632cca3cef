import {
  AlexNetDropout,
  type Columns,
  GroupedConv2D,
  LocalResponseNormalization,
  OverlappingMaxPooling2D,
  SameMapNormalization,
} from '@alexnet/layers';
import * as tfl from '@tensorflow/tfjs-layers';
import type { BlockStep, ConvBlock, DenseBlock, Initialization, Net } from './net.js';
import { convName, denseName, imageChannels, readsAllTowers, towerSuffixes } from './wiring.js';

type Symbolic = tfl.SymbolicTensor;

/** A checked network description, and what else its layers depend on. */
export interface NetworkOptions {
  net: Net;
  /** Units of the softmax. */
  classes: number;
  /** The initial weights and the dropout masks follow from it. */
  seed: number;
  /** Makes the initial kernels instead of their distributions, which a saved model still names. */
  kernels?: Pick<Initializer, 'apply'>;
}

/** A network whose weights follow from a seed. */
type Seeded = Omit<NetworkOptions, 'classes'>;

/** One tower of a network. */
export interface Tower extends Seeded {
  /** 0 is tower A, or the only tower. */
  index: number;
}

/**
 * Builds the layers of a network, from the image to the softmax.
 *
 * Shapes in this file are those of the preset `paper` for N images. Inside a tower they are the tower's own:
 * [N, 55, 55, 48] is half of the 96 maps of conv1.
 */
export function buildNetwork(whole: NetworkOptions): tfl.LayersModel {
  const { net, classes } = whole;
  const towers = Array.from({ length: net.towers }, (_, index): Tower => ({ ...whole, index }));
  const image = imageInput(net); // [N, 224, 224, 3]
  const placement = net.dropout?.placement;
  let x = convolutions(towers, image); // join5: [N, 6, 6, 256]
  x = flatten(x); // [N, 9216]
  net.dense.forEach((_, i) => {
    if (placement === 'inputs') x = dropout(whole, i).apply(x) as Symbolic; // not in `paper`
    const units = towers.map((tower) => hiddenDense(tower, i, x)); // fc6, fc7: [N, 2048] each
    x = join(units, denseName(i)); // [N, 4096]
    if (placement === 'outputs') x = dropout(whole, i).apply(x) as Symbolic; // drop6, drop7: [N, 4096]
  });
  x = logits(whole, classes, x); // fc8: [N, 1000]
  x = tfl.layers.activation({ name: 'softmax', activation: 'softmax' }).apply(x) as Symbolic; // [N, 1000]
  return tfl.model({ inputs: image, outputs: x, name: 'alexnet' });
}

/** The images that the network reads: [N, 224, 224, 3]. */
export function imageInput({ imageSize }: Net): Symbolic {
  return tfl.input({ shape: [imageSize, imageSize, imageChannels], name: 'image' });
}

/**
 * All convolutions, with what follows each. One tower of `paper`:
 *
 *     image  [N, 224, 224, 3]
 *     conv1  [N, 55, 55, 48]     lrn1  [N, 55, 55, 48]     pool1  [N, 27, 27, 48]
 *     conv2  [N, 27, 27, 128]    lrn2  [N, 27, 27, 128]    pool2  [N, 13, 13, 128]
 *     join2  [N, 13, 13, 256]    the maps of both towers
 *     conv3  [N, 13, 13, 192]
 *     conv4  [N, 13, 13, 192]
 *     conv5  [N, 13, 13, 128]                              pool5  [N, 6, 6, 128]
 *     join5  [N, 6, 6, 256]      the maps of both towers
 */
function convolutions(towers: readonly Tower[], image: Symbolic): Symbolic {
  const [{ net }] = towers as [Tower];
  const joinAfter = (maps: Symbolic[], i: number): Symbolic => join(maps, convName(i, 'join'));
  let maps = towers.map(() => image);
  net.convs.forEach((_, i) => {
    if (i > 0 && readsAllTowers(net, i)) {
      const joined = joinAfter(maps, i - 1);
      maps = towers.map(() => joined);
    }
    maps = towers.map((tower, t) => convolution(tower, i, maps[t] as Symbolic));
  });
  return joinAfter(maps, net.convs.length - 1);
}

/** The tower's convolution number `layer`, 0 for conv1, and what follows it. */
export function convolution(tower: Tower, layer: number, x: Symbolic): Symbolic {
  const { net } = tower;
  const block = net.convs[layer] as ConvBlock;
  const { kernelSize, strides, steps } = block;
  const fanIn = (kernelSize ** 2 * lastSide(x)) / block.groups;
  const suffix = suffixOf(tower);
  const isActivated = steps[0] === 'activation';
  const args = {
    name: convName(layer) + suffix,
    filters: block.filters / net.towers,
    kernelSize,
    strides,
    ...(isActivated && { activation: net.activation }),
    ...initializers(tower, block, { layer, fanIn }),
  };
  const nameOf = (kind: string): string => convName(layer, kind) + suffix;
  return (isActivated ? steps.slice(1) : steps).reduce(
    (maps, step) => stepLayer(net, step, nameOf).apply(maps) as Symbolic,
    convolve(args, block, x),
  );
}

type ConvArgs = Omit<ConstructorParameters<typeof GroupedConv2D>[0], 'padding' | 'groups'>;

/** An ordinary conv2d where that can pad as the block does, so that other programs read the model. */
function convolve(args: ConvArgs, block: ConvBlock, x: Symbolic): Symbolic {
  const { kernelSize, strides, groups, padding } = block;
  const isSame = strides === 1 && padding !== 'overhang' && 2 * padding === kernelSize - 1;
  if (groups === 1 && (isSame || padding === 0)) {
    return tfl.layers.conv2d({ ...args, padding: isSame ? 'same' : 'valid' }).apply(x) as Symbolic;
  }
  const zeros: [number, number] =
    padding === 'overhang' ? [0, overhang(x.shape[1] as number, block)] : [padding, padding];
  return new GroupedConv2D({ ...args, groups, padding: [zeros, zeros] }).apply(x) as Symbolic;
}

/** Pixels by which the last window reaches over the image: 1 + ceil((224 - 11) / 4) = 55 windows need 227. */
function overhang(side: number, { kernelSize, strides }: ConvBlock): number {
  const windows = 1 + Math.ceil((side - kernelSize) / strides);
  return (windows - 1) * strides + kernelSize - side;
}

function stepLayer(net: Net, step: BlockStep, nameOf: (kind: string) => string): tfl.layers.Layer {
  const { activation } = net;
  switch (step) {
    case 'activation':
      return tfl.layers.activation({ name: nameOf(activation), activation });
    case 'lrn':
      return new LocalResponseNormalization({ name: nameOf(step), ...net.lrn });
    case 'sameMap':
      return new SameMapNormalization({ name: nameOf(step), ...net.sameMap });
    case 'pool':
      return new OverlappingMaxPooling2D({ name: nameOf(step), ...net.pool });
  }
}

/** Concatenates the towers along the channels; a single tower is left as it is. */
function join(towers: Symbolic[], name: string): Symbolic {
  const [only] = towers;
  if (towers.length === 1) return only as Symbolic;
  return tfl.layers.concatenate({ name, axis: -1 }).apply(towers) as Symbolic;
}

/** The maps as rows for the dense layers: [N, 6, 6, 256] -> [N, 9216]. */
export function flatten(x: Symbolic): Symbolic {
  return tfl.layers.flatten({ name: 'flatten' }).apply(x) as Symbolic;
}

/** The tower's units of a hidden dense layer, 0 for fc6: [N, 2048] of [N, 4096]. */
export function hiddenDense(tower: Tower, layer: number, x: Symbolic): Symbolic {
  const { net } = tower;
  const block = net.dense[layer] as DenseBlock;
  const args = {
    name: denseName(layer) + suffixOf(tower),
    units: block.units / net.towers,
    activation: net.activation,
  };
  return dense(tower, args, { block, layer }, x);
}

/** The last layer up to its softmax, fc8: [N, 1000]. It is not divided into towers. */
export function logits(whole: Seeded, classes: number, x: Symbolic): Symbolic {
  const { output: block, dense: hidden } = whole.net;
  const layer = hidden.length;
  return dense({ ...whole, index: 0 }, { name: denseName(layer), units: classes }, { block, layer }, x);
}

function dense(
  tower: Tower,
  args: Parameters<typeof tfl.layers.dense>[0],
  { block, layer }: { block: Initialization; layer: number },
  x: Symbolic,
): Symbolic {
  const place = { layer: tower.net.convs.length + layer, fanIn: lastSide(x) };
  return tfl.layers.dense({ ...args, ...initializers(tower, block, place) }).apply(x) as Symbolic;
}

/** Dropout on the units of a hidden dense layer, 0 for fc6; of all towers, or on some columns of them. */
export function dropout({ net, seed }: Seeded, layer: number, columns?: Columns): AlexNetDropout {
  const { rate, mode } = net.dropout as NonNullable<Net['dropout']>;
  return new AlexNetDropout({
    name: denseName(layer, 'drop'),
    rate,
    mode,
    seed,
    ...(columns && { columns }),
  });
}

type Initializer = ReturnType<typeof tfl.initializers.zeros>;

/**
 * The initial weights of a layer. They are N(0, std) with a constant bias (sec. 5), or weights and biases are
 * uniform in +-1/sqrt(fan in), as in PyTorch's layers.
 *
 * Every draw has its own seed. The seed of a network leaves room for 1000 draws, and each layer has 10 of
 * them: the kernels of towers 0 and 1 use 0 and 1, their biases 5 and 6. So no two draws of a network share a
 * seed if it has fewer than 100 layers (a file can describe at most 65), and no two networks share one if
 * their seeds are below 2^32 / 1000. Beyond that, seeds wrap at 2^32, and `seed` and `seed + 2 ** 29` give
 * the same weights.
 */
function initializers(
  { seed, kernels, index }: Tower,
  { std, bias }: Initialization,
  { layer, fanIn }: { layer: number; fanIn: number },
): { kernelInitializer: Initializer; biasInitializer: Initializer } {
  const own = 1 + (((seed % 2 ** 32) * 1000 + layer * 10 + index) >>> 0); // tfjs reads a seed of 0 as none
  const bound = 1 / Math.sqrt(fanIn);
  const uniform = (from: number): Initializer =>
    tfl.initializers.randomUniform({ minval: -bound, maxval: bound, seed: from });
  return {
    kernelInitializer: Object.assign(
      std === 'fanIn' ? uniform(own) : tfl.initializers.randomNormal({ mean: 0, stddev: std, seed: own }),
      kernels,
    ),
    biasInitializer: bias === 'fanIn' ? uniform(own + 5) : tfl.initializers.constant({ value: bias }),
  };
}

function suffixOf({ net, index }: Tower): string {
  return towerSuffixes(net)[index] as string;
}

/** Channels of a map, or units of a row. */
function lastSide(x: Symbolic): number {
  return x.shape.at(-1) as number;
}
