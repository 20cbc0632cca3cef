import { broadcastTo, div, reshape, type Tensor, util } from '@tensorflow/tfjs-core';
import type { FasterGradient } from './faster-gradient.js';

/** Sum's gradient is dy for every summed value; tfjs's own multiplies dy by an array of ones. */
export const sumGradient: FasterGradient = (dy, [x], { axis }) => {
  const input = x as Tensor;
  return { x: () => broadcastTo(kept(dy, input, axis as number | number[]), input.shape) };
};

/** Mean's gradient divides dy before it is broadcast, while it has few values. */
export const meanGradient: FasterGradient = (dy, [x], { axis }) => {
  const input = x as Tensor;
  const axes = util.parseAxisParam(axis as number | number[], input.shape);
  const count = axes.reduce((product, a) => product * (input.shape[a] ?? 1), 1);
  return { x: () => broadcastTo(div(kept(dy, input, axes), count), input.shape) };
};

/** dy with the reduced axes restored as size 1. */
function kept(dy: Tensor, x: Tensor, axis: number | number[]): Tensor {
  const axes = util.parseAxisParam(axis, x.shape);
  return reshape(
    dy,
    x.shape.map((size, i) => (axes.includes(i) ? 1 : size)),
  );
}
