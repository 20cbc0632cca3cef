import {
  AlexNetDropout,
  GroupedConv2D,
  LocalResponseNormalization,
  OverlappingMaxPooling2D,
  SameMapNormalization,
} from '@alexnet/layers';
import * as tfl from '@tensorflow/tfjs-layers';
import { initializersOf } from './initializers-of.js';
import type { BlockStep, ConvBlock, Net } from './net.js';

type Symbolic = tfl.SymbolicTensor;

/** Reads a net from the image to the softmax and makes its layers. Shapes in comments: preset `paper`. */
export function buildNet(net: Net, { classes, seed }: { classes: number; seed: number }): tfl.LayersModel {
  const letters = net.towers === 2 ? ['a', 'b'] : [''];
  const image = tfl.input({ shape: [net.imageSize, net.imageSize, 3], name: 'image' }); // [N, 224, 224, 3]
  const initializers = initializersOf(net, seed);

  let towers: Symbolic[] = letters.map(() => image);
  net.convs.forEach((block, i) => {
    const number = i + 1;
    if (block.readsAllTowers) towers = letters.map(broadcast(join(towers, `join${i}`))); // [N, 13, 13, 256]
    towers = towers.map((x, t) => {
      const suffix = `${number}${letters[t]}`;
      return followUp(
        net,
        block,
        suffix,
        convolution(net, block, suffix, initializers.conv(i, t)).apply(x) as Symbolic,
      );
    }); // conv1: 2 x [N, 27, 27, 48], conv2: [N, 13, 13, 128], conv3, 4: [N, 13, 13, 192], conv5: [N, 6, 6, 128]
  });

  let x = join(towers, `join${net.convs.length}`); // [N, 6, 6, 256]
  x = tfl.layers.flatten({ name: 'flatten' }).apply(x) as Symbolic; // [N, 9216]
  net.dense.forEach(({ units }, i) => {
    const name = `fc${6 + i}`;
    if (net.dropout?.placement === 'inputs') x = dropout(net, name, seed).apply(x) as Symbolic;
    const halves = letters.map(
      (letter, t) =>
        tfl.layers
          .dense({
            name: `${name}${letter}`,
            units: units / net.towers,
            activation: net.activation,
            ...initializers.dense(i, t),
          })
          .apply(x) as Symbolic,
    );
    x = join(halves, name); // [N, 4096]
    if (net.dropout?.placement === 'outputs') x = dropout(net, name, seed).apply(x) as Symbolic;
  });
  const output = `fc${6 + net.dense.length}`;
  x = tfl.layers.dense({ name: output, units: classes, ...initializers.output() }).apply(x) as Symbolic; // [N, 1000]
  x = tfl.layers.activation({ name: 'softmax', activation: 'softmax' }).apply(x) as Symbolic;
  return tfl.model({ inputs: image, outputs: x, name: 'alexnet' });
}

const broadcast = (x: Symbolic) => (): Symbolic => x;

/** Towers side by side along the channels; a single tower is left as it is. */
function join(towers: Symbolic[], name: string): Symbolic {
  const [only] = towers;
  if (towers.length === 1) return only as Symbolic;
  return tfl.layers.concatenate({ name, axis: -1 }).apply(towers) as Symbolic;
}

function convolution(
  net: Net,
  block: ConvBlock,
  suffix: string,
  initializers: ReturnType<ReturnType<typeof initializersOf>['conv']>,
): tfl.layers.Layer {
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
    return tfl.layers.conv2d({ ...args, padding: isSame ? 'same' : 'valid' });
  }
  const [before, after] = padding === 'overhang' ? [0, overhang(net.imageSize, block)] : [padding, padding];
  return new GroupedConv2D({
    ...args,
    groups,
    padding: [
      [before, after],
      [before, after],
    ],
  });
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

function dropout(net: Net, name: string, seed: number): AlexNetDropout {
  const { rate = 0.5, mode = 'paper' } = net.dropout ?? {};
  return new AlexNetDropout({ name: name.replace('fc', 'drop'), rate, mode, seed });
}
