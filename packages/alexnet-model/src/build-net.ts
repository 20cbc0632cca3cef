import * as tfl from '@tensorflow/tfjs-layers';
import type { Net } from './net.js';
import { convolution, dropout, hiddenDense, join, logits, type Tower } from './network.js';

type Symbolic = tfl.SymbolicTensor;

/** Reads a checked net from the image to the softmax and makes its layers. Shapes in comments: preset `paper`. */
export function buildNet(net: Net, { classes, seed }: { classes: number; seed: number }): tfl.LayersModel {
  const whole = { net, seed };
  const image = tfl.input({ shape: [net.imageSize, net.imageSize, 3], name: 'image' }); // [N, 224, 224, 3]
  const towers = Array.from({ length: net.towers }, (_, index): Tower => ({ ...whole, index }));
  let x = convolutions(towers, net, image); // [N, 6, 6, 256]
  x = tfl.layers.flatten({ name: 'flatten' }).apply(x) as Symbolic; // [N, 9216]
  net.dense.forEach((_, layer) => {
    if (net.dropout?.placement === 'inputs') x = dropout(whole, layer).apply(x) as Symbolic;
    x = join(
      towers.map((tower) => hiddenDense(tower, layer, x)),
      `fc${6 + layer}`,
    ); // [N, 4096]
    if (net.dropout?.placement === 'outputs') x = dropout(whole, layer).apply(x) as Symbolic;
  });
  x = logits(whole, classes, x); // [N, 1000]
  x = tfl.layers.activation({ name: 'softmax', activation: 'softmax' }).apply(x) as Symbolic;
  return tfl.model({ inputs: image, outputs: x, name: 'alexnet' });
}

function convolutions(towers: readonly Tower[], net: Net, image: Symbolic): Symbolic {
  let maps: Symbolic[] = towers.map(() => image);
  net.convs.forEach((block, layer) => {
    if (block.readsAllTowers && layer > 0) {
      const joined = join(maps, `join${layer}`); // [N, 13, 13, 256]
      maps = towers.map(() => joined);
    }
    maps = towers.map((tower, i) => convolution(tower, layer, maps[i] as Symbolic)); // conv1: 2 x [N, 27, 27, 48], conv2: [N, 13, 13, 128], conv3, 4: [N, 13, 13, 192], conv5: [N, 6, 6, 128]
  });
  return join(maps, `join${net.convs.length}`);
}
