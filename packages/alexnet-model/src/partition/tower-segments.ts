import type { AlexNetDropout } from '@alexnet/layers';
import * as tfl from '@tensorflow/tfjs-layers';
import type { Net } from '../net.js';
import { convolution, dropout, hiddenDense, logits, type Tower } from '../network.js';

type Symbolic = tfl.SymbolicTensor;

/** Layers of one tower between two exchanges. */
export interface TowerSegment {
  /** Its first and last layers with weights: `conv1-conv2`, `fc6`. */
  name: string;
  /** The layer whose output is sent: `pool2`. */
  sends: string;
  model: tfl.LayersModel;
}

/**
 * The layers of one tower, cut where the towers talk. A segment reads what all towers sent, side by side, and gives the tower's
 * own part of what is sent next; the first reads the images. Layers have the names and the initial weights that they have in
 * the whole net.
 */
export function towerSegments(net: Net, { seed, index }: Omit<Tower, 'net'>): TowerSegment[] {
  const tower = { net, seed, index };
  const segments: TowerSegment[] = [];
  let input = tfl.input({ shape: [net.imageSize, net.imageSize, 3], name: 'image' });
  let x = input;
  let first = 'conv1';
  const cut = (last: string, sends: string, next: string): void => {
    const model = tfl.model({ inputs: input, outputs: x, name: `segment${segments.length + 1}` });
    segments.push({ name: first === last ? first : `${first}-${last}`, sends, model });
    input = joined(net, x, `joined${segments.length}`);
    x = input;
    first = next;
  };
  net.convs.forEach((block, layer) => {
    x = convolution(tower, layer, x);
    const [last, next] = [`conv${layer + 1}`, net.convs[layer + 1]];
    const sends = block.steps.includes('pool') ? `pool${layer + 1}` : last;
    if (!next || next.readsAllTowers) cut(last, sends, next ? `conv${layer + 2}` : 'fc6'); // pool2, pool5
  });
  x = tfl.layers.flatten({ name: 'flatten' }).apply(x) as Symbolic;
  net.dense.forEach((block, layer) => {
    if (net.dropout?.placement === 'inputs') x = dropout(tower, layer).apply(x) as Symbolic;
    x = hiddenDense(tower, layer, x);
    if (net.dropout?.placement === 'outputs') x = ownDropout(tower, layer, block.units).apply(x) as Symbolic;
    cut(`fc${6 + layer}`, `fc${6 + layer}`, `fc${7 + layer}`);
  });
  return segments;
}

/** The last layer, which one device has: it reads the last of what all towers sent. */
export function outputSegment(
  net: Net,
  { seed, classes }: { seed: number; classes: number },
): Omit<TowerSegment, 'sends'> {
  const units = net.dense.at(-1)?.units as number;
  const input = tfl.input({ shape: [units], name: 'joined' });
  const outputs = logits({ net, seed }, classes, input);
  const model = tfl.model({ inputs: input, outputs, name: 'output' });
  return { name: `fc${6 + net.dense.length}`, model };
}

function joined(net: Net, own: Symbolic, name: string): Symbolic {
  const shape = own.shape.slice(1) as number[];
  return tfl.input({ shape: [...shape.slice(0, -1), (shape.at(-1) as number) * net.towers], name });
}

function ownDropout(tower: Tower, layer: number, units: number): AlexNetDropout {
  const own = units / tower.net.towers;
  return dropout(tower, layer, { begin: tower.index * own, rowWidth: units });
}
