import type { AlexNetDropout } from '@alexnet/layers';
import * as tfl from '@tensorflow/tfjs-layers';
import type { Net } from '../net.js';
import { convolution, dropout, hiddenDense, logits, type Tower } from '../tower-layers.js';

type Symbolic = tfl.SymbolicTensor;

/**
 * The layers of one tower, cut where the towers talk. A segment reads what all towers sent, side by side, and gives the tower's
 * own part of what is sent next; the first reads the images. Layers have the names and the initial weights that they have in
 * the whole net.
 */
export function towerSegments(net: Net, { seed, index }: Omit<Tower, 'net'>): tfl.LayersModel[] {
  const tower = { net, seed, index };
  const segments: tfl.LayersModel[] = [];
  let input = tfl.input({ shape: [net.imageSize, net.imageSize, 3], name: 'image' });
  let x = input;
  const send = (): void => {
    segments.push(tfl.model({ inputs: input, outputs: x, name: `segment${segments.length + 1}` }));
    input = joined(net, x, `joined${segments.length}`);
    x = input;
  };
  net.convs.forEach((block, layer) => {
    if (block.readsAllTowers && layer > 0) send(); // pool2, read by conv3
    x = convolution(tower, layer, x);
  });
  send(); // pool5
  x = tfl.layers.flatten({ name: 'flatten' }).apply(x) as Symbolic;
  net.dense.forEach((block, layer) => {
    if (layer > 0) send(); // fc6
    if (net.dropout?.placement === 'inputs') x = dropout(tower, layer).apply(x) as Symbolic;
    x = hiddenDense(tower, layer, x);
    if (net.dropout?.placement === 'outputs') x = ownDropout(tower, layer, block.units).apply(x) as Symbolic;
  });
  segments.push(tfl.model({ inputs: input, outputs: x, name: `segment${segments.length + 1}` })); // fc7
  return segments;
}

/** The last layer and its softmax, which one device has: it reads the last of what all towers sent. */
export function outputSegment(
  net: Net,
  { seed, classes }: { seed: number; classes: number },
): tfl.LayersModel {
  const units = net.dense.at(-1)?.units as number;
  const input = tfl.input({ shape: [units], name: 'joined' });
  const outputs = logits({ net, seed }, classes, input);
  return tfl.model({ inputs: input, outputs, name: 'output' });
}

function joined(net: Net, own: Symbolic, name: string): Symbolic {
  const shape = own.shape.slice(1) as number[];
  return tfl.input({ shape: [...shape.slice(0, -1), (shape.at(-1) as number) * net.towers], name });
}

function ownDropout(tower: Tower, layer: number, units: number): AlexNetDropout {
  const own = units / tower.net.towers;
  return dropout(tower, layer, { begin: tower.index * own, of: units });
}
