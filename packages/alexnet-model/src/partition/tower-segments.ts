import type { AlexNetDropout } from '@alexnet/layers';
import * as tfl from '@tensorflow/tfjs-layers';
import type { Net } from '../net.js';
import { convolution, dropout, flatten, hiddenDense, imageInput, logits, type Tower } from '../network.js';
import { convName, denseName } from '../wiring.js';
import { exchangeAfterConv, exchangeAfterDense, type TowerExchange } from './exchanges.js';

type Symbolic = tfl.SymbolicTensor;

/** The layers of one tower between two exchanges. */
export interface TowerSegment {
  /** Its first and last layer with weights: `conv1-conv2`, `fc6`. */
  name: string;
  /** The layer whose output is sent: `pool2`. */
  sends: string;
  model: tfl.LayersModel;
}

/**
 * The layers of one tower, cut where the towers exchange values. A segment reads what all towers sent,
 * concatenated, and computes the tower's own part of what is sent next; the first segment reads the images.
 * Layers have the same names and initial weights as in the whole network.
 */
export function towerSegments(net: Net, { seed, index }: Omit<Tower, 'net'>): TowerSegment[] {
  const tower = { net, seed, index };
  const segments: TowerSegment[] = [];
  let input = imageInput(net);
  let x = input;
  let first = convName(0);
  const cut = (last: string, { from: sends, to }: TowerExchange): void => {
    const model = tfl.model({ inputs: input, outputs: x, name: `segment${segments.length + 1}` });
    segments.push({ name: first === last ? first : `${first}-${last}`, sends, model });
    input = joined(net, x, `joined${segments.length}`);
    x = input;
    first = to;
  };
  net.convs.forEach((_, layer) => {
    x = convolution(tower, layer, x);
    const exchange = exchangeAfterConv(net, layer);
    if (exchange) cut(convName(layer), exchange); // pool2: [N, 13, 13, 128], pool5: [N, 6, 6, 128]
  });
  x = flatten(x); // [N, 9216]
  net.dense.forEach((block, layer) => {
    if (net.dropout?.placement === 'inputs') x = dropout(tower, layer).apply(x) as Symbolic;
    x = hiddenDense(tower, layer, x); // [N, 2048]
    if (net.dropout?.placement === 'outputs') x = ownDropout(tower, layer, block.units).apply(x) as Symbolic;
    cut(denseName(layer), exchangeAfterDense(net, layer));
  });
  return segments;
}

/** The last layer, which only one device has. It reads the units of all towers. */
export function outputSegment(
  net: Net,
  { seed, classes }: { seed: number; classes: number },
): Omit<TowerSegment, 'sends'> {
  const units = net.dense.at(-1)?.units as number;
  const input = tfl.input({ shape: [units], name: 'joined' });
  const outputs = logits({ net, seed }, classes, input);
  const model = tfl.model({ inputs: input, outputs, name: 'output' });
  return { name: denseName(net.dense.length), model };
}

function joined(net: Net, own: Symbolic, name: string): Symbolic {
  const shape = own.shape.slice(1) as number[];
  return tfl.input({ shape: [...shape.slice(0, -1), (shape.at(-1) as number) * net.towers], name });
}

function ownDropout(tower: Tower, layer: number, units: number): AlexNetDropout {
  const own = units / tower.net.towers;
  return dropout(tower, layer, { begin: tower.index * own, rowWidth: units });
}
