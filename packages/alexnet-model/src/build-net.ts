import {
  AlexNetDropout,
  GroupedConv2D,
  LocalResponseNormalization,
  OverlappingMaxPooling2D,
  SameMapNormalization,
} from '@alexnet/layers';
import * as tfl from '@tensorflow/tfjs-layers';
import { initializersOf, type LayerInitializers } from './initializers-of.js';
import type { BlockStep, ConvBlock, Net } from './net.js';

type Symbolic = tfl.SymbolicTensor;

/** Reads a checked net from the image to the softmax and makes its layers. Shapes in comments: preset `paper`. */
export function buildNet(net: Net, { classes, seed }: { classes: number; seed: number }): tfl.LayersModel {
  const image = tfl.input({ shape: [net.imageSize, net.imageSize, 3], name: 'image' }); // [N, 224, 224, 3]
  let x = convolutions(net, seed, image); // [N, 6, 6, 256]
  x = tfl.layers.flatten({ name: 'flatten' }).apply(x) as Symbolic; // [N, 9216]
  x = hiddenDense(net, seed, x); // [N, 4096]
  const place = { layer: net.convs.length + net.dense.length, tower: 0, fanIn: lastSide(x) };
  const initializers = initializersOf(net.output, place, seed);
  const name = `fc${6 + net.dense.length}`;
  x = tfl.layers.dense({ name, units: classes, ...initializers }).apply(x) as Symbolic; // [N, 1000]
  x = tfl.layers.activation({ name: 'softmax', activation: 'softmax' }).apply(x) as Symbolic;
  return tfl.model({ inputs: image, outputs: x, name: 'alexnet' });
}

/** Suffixes of the towers' layers: `conv1a` and `conv1b`, or `conv1`. */
function lettersOf({ towers }: Net): readonly string[] {
  return towers === 2 ? ['a', 'b'] : [''];
}

function convolutions(net: Net, seed: number, image: Symbolic): Symbolic {
  const letters = lettersOf(net);
  let towers: Symbolic[] = letters.map(() => image);
  net.convs.forEach((block, i) => {
    if (block.readsAllTowers && i > 0) {
      const joined = join(towers, `join${i}`); // [N, 13, 13, 256]
      towers = letters.map(() => joined);
    }
    towers = towers.map((x, t) => {
      const suffix = `${i + 1}${letters[t]}`;
      const fanIn = (block.kernelSize ** 2 * lastSide(x)) / block.groups;
      const initializers = initializersOf(block, { layer: i, tower: t, fanIn }, seed);
      return followUp(net, block, suffix, convolve(net, block, suffix, x, initializers));
    }); // conv1: 2 x [N, 27, 27, 48], conv2: [N, 13, 13, 128], conv3, 4: [N, 13, 13, 192], conv5: [N, 6, 6, 128]
  });
  return join(towers, `join${net.convs.length}`);
}

function hiddenDense(net: Net, seed: number, flat: Symbolic): Symbolic {
  let x = flat;
  net.dense.forEach((block, i) => {
    const name = `fc${6 + i}`;
    if (net.dropout?.placement === 'inputs') x = dropout(net.dropout, name, seed).apply(x) as Symbolic;
    const input = x;
    const halves = lettersOf(net).map((letter, tower) => {
      const place = { layer: net.convs.length + i, tower, fanIn: lastSide(input) };
      const units = block.units / net.towers;
      const args = { units, activation: net.activation, ...initializersOf(block, place, seed) };
      return tfl.layers.dense({ name: `${name}${letter}`, ...args }).apply(input) as Symbolic;
    });
    x = join(halves, name);
    if (net.dropout?.placement === 'outputs') x = dropout(net.dropout, name, seed).apply(x) as Symbolic;
  });
  return x;
}

/** Channels of a map, or units of a row. */
function lastSide(x: Symbolic): number {
  return x.shape.at(-1) as number;
}

/** Towers side by side along the channels; a single tower is left as it is. */
function join(towers: Symbolic[], name: string): Symbolic {
  const [only] = towers;
  if (towers.length === 1) return only as Symbolic;
  return tfl.layers.concatenate({ name, axis: -1 }).apply(towers) as Symbolic;
}

function convolve(
  net: Net,
  block: ConvBlock,
  suffix: string,
  x: Symbolic,
  initializers: LayerInitializers,
): Symbolic {
  const { kernelSize, strides, groups, padding } = block;
  const args = {
    name: `conv${suffix}`,
    filters: block.filters / net.towers,
    kernelSize,
    strides,
    ...(block.steps[0] === 'activation' && { activation: net.activation }),
    ...initializers,
  };
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
  switch (step) {
    case 'activation':
      return tfl.layers.activation({ name: `${net.activation}${suffix}`, activation: net.activation });
    case 'lrn':
      return new LocalResponseNormalization({ name: `lrn${suffix}`, ...net.lrn });
    case 'sameMap':
      return new SameMapNormalization({ name: `sameMap${suffix}`, ...net.sameMap });
    case 'pool':
      return new OverlappingMaxPooling2D({ name: `pool${suffix}`, ...net.pool });
  }
}

function dropout({ rate, mode }: NonNullable<Net['dropout']>, name: string, seed: number): AlexNetDropout {
  return new AlexNetDropout({ name: name.replace('fc', 'drop'), rate, mode, seed });
}
