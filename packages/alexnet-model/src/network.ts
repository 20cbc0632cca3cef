import {
  AlexNetDropout,
  type Columns,
  GroupedConv2D,
  LocalResponseNormalization,
  OverlappingMaxPooling2D,
  SameMapNormalization,
} from '@alexnet/layers';
import * as tfl from '@tensorflow/tfjs-layers';
import { initializersOf } from './initializers-of.js';
import type { BlockStep, ConvBlock, Initialization, Net } from './net.js';

type Symbolic = tfl.SymbolicTensor;

/** A tower of a net whose weights follow from a seed. */
export interface Tower {
  net: Net;
  seed: number;
  /** 0 is tower A, or the only one. */
  index: number;
}

/** A net whose weights follow from a seed. */
type Seeded = Pick<Tower, 'net' | 'seed'>;

/** The tower's convolution of a layer, 0 for conv1, and what follows it. */
export function convolution(tower: Tower, layer: number, x: Symbolic): Symbolic {
  const { net, seed, index } = tower;
  const block = net.convs[layer] as ConvBlock;
  const fanIn = (block.kernelSize ** 2 * lastSide(x)) / block.groups;
  const initializers = initializersOf(block, { layer, tower: index, fanIn }, seed);
  const { kernelSize, strides } = block;
  const suffix = `${layer + 1}${letterOf(tower)}`;
  const args = {
    name: `conv${suffix}`,
    filters: block.filters / net.towers,
    kernelSize,
    strides,
    ...(block.steps[0] === 'activation' && { activation: net.activation }),
    ...initializers,
  };
  return followUp(net, block, suffix, convolve(args, block, x));
}

/** The tower's units of a hidden dense layer, 0 for fc6. */
export function hiddenDense(tower: Tower, layer: number, x: Symbolic): Symbolic {
  const { net, index } = tower;
  const { units, ...block } = net.dense[layer] as Net['dense'][number];
  const args = {
    name: `fc${6 + layer}${letterOf(tower)}`,
    units: units / net.towers,
    activation: net.activation,
  };
  return dense(tower, args, { block, layer, index }, x);
}

/** The last layer, which has no towers, up to its softmax. */
export function logits(tower: Seeded, classes: number, x: Symbolic): Symbolic {
  const { output, dense: hidden } = tower.net;
  const layer = hidden.length;
  return dense(tower, { name: `fc${6 + layer}`, units: classes }, { block: output, layer, index: 0 }, x);
}

function dense(
  { net, seed }: Seeded,
  args: Parameters<typeof tfl.layers.dense>[0],
  { block, layer, index }: { block: Initialization; layer: number; index: number },
  x: Symbolic,
): Symbolic {
  const place = { layer: net.convs.length + layer, tower: index, fanIn: lastSide(x) };
  return tfl.layers.dense({ ...args, ...initializersOf(block, place, seed) }).apply(x) as Symbolic;
}

/** Dropout on the units of a hidden dense layer, 0 for fc6: of all towers, or on some columns of them. */
export function dropout({ net, seed }: Seeded, layer: number, columns?: Columns): AlexNetDropout {
  const { rate, mode } = net.dropout as NonNullable<Net['dropout']>;
  const name = `drop${6 + layer}`;
  return new AlexNetDropout({ name, rate, mode, seed, ...(columns && { columns }) });
}

/** Towers side by side along the channels; a single tower is left as it is. */
export function join(towers: Symbolic[], name: string): Symbolic {
  const [only] = towers;
  if (towers.length === 1) return only as Symbolic;
  return tfl.layers.concatenate({ name, axis: -1 }).apply(towers) as Symbolic;
}

/** Channels of a map, or units of a row. */
function lastSide(x: Symbolic): number {
  return x.shape.at(-1) as number;
}

/** Suffix of the tower's layers: `conv1a` and `conv1b`, or `conv1`. */
function letterOf({ net, index }: Tower): string {
  return net.towers === 2 ? (index === 0 ? 'a' : 'b') : '';
}

type ConvArgs = Omit<ConstructorParameters<typeof GroupedConv2D>[0], 'padding' | 'groups'>;

function convolve(args: ConvArgs, block: ConvBlock, x: Symbolic): Symbolic {
  const { kernelSize, strides, groups, padding } = block;
  const isSame = strides === 1 && padding !== 'overhang' && 2 * padding === kernelSize - 1;
  if (groups === 1 && (isSame || padding === 0)) {
    return tfl.layers.conv2d({ ...args, padding: isSame ? 'same' : 'valid' }).apply(x) as Symbolic;
  }
  const before = padding === 'overhang' ? 0 : padding;
  const after = padding === 'overhang' ? overhang(x.shape[1] as number, block) : padding;
  const zeros: [[number, number], [number, number]] = [
    [before, after],
    [before, after],
  ];
  return new GroupedConv2D({ ...args, groups, padding: zeros }).apply(x) as Symbolic;
}

/** Pixels by which the last window reaches over the image: 1 + ceil((224 - 11) / 4) = 55 windows need 227. */
function overhang(side: number, { kernelSize, strides }: ConvBlock): number {
  const windows = 1 + Math.ceil((side - kernelSize) / strides);
  return (windows - 1) * strides + kernelSize - side;
}

function followUp(net: Net, block: ConvBlock, suffix: string, convolved: Symbolic): Symbolic {
  const steps = block.steps[0] === 'activation' ? block.steps.slice(1) : block.steps; // the convolution has it
  return steps.reduce((x, step) => stepLayer(net, step, suffix).apply(x) as Symbolic, convolved);
}

function stepLayer(net: Net, step: BlockStep, suffix: string): tfl.layers.Layer {
  const { activation } = net;
  const name = `${step === 'activation' ? activation : step}${suffix}`;
  switch (step) {
    case 'activation':
      return tfl.layers.activation({ name, activation });
    case 'lrn':
      return new LocalResponseNormalization({ name, ...net.lrn });
    case 'sameMap':
      return new SameMapNormalization({ name, ...net.sameMap });
    case 'pool':
      return new OverlappingMaxPooling2D({ name, ...net.pool });
  }
}
