import { Tile, type TileAttrs, util } from '@tensorflow/tfjs-core';
import { floatValues } from '../loops/float-values.js';
import { allFloat32, type Inputs, type NativeKernel, nativeKernel, smallestMoved } from './native-kernel.js';

/** Repeats x along every axis; also the kernel of tf.broadcastTo. */
export const tile: NativeKernel = nativeKernel<Inputs<'x'>, TileAttrs>(Tile, ({ x }, { reps }, backend) => {
  const outShape = x.shape.map((size, axis) => size * (reps[axis] ?? 1));
  if (!allFloat32(x) || util.sizeFromShape(outShape) < smallestMoved) return undefined;
  return backend.compute(outShape, (_, y) => repeat(floatValues(backend, x), x.shape, reps, y));
});

/**
 * Repeats axis by axis, from the last to the first. The blocks so far are at the end of y; each is copied
 * nearer to the front and then doubled until it is repeated often enough. A block is never copied towards the
 * end, so that none is overwritten before it is read.
 */
function repeat(x: Float32Array, shape: readonly number[], reps: readonly number[], y: Float32Array): void {
  let from = y.length - x.length;
  y.set(x, from);
  let block = 1;
  let made = x.length;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    block *= shape[axis] ?? 1;
    const times = reps[axis] ?? 1;
    if (times === 1) continue;
    const to = y.length - made * times;
    for (let i = 0; i < made / block; i++) {
      repeatBlock(y, from + i * block, to + i * block * times, block, times);
    }
    from = to;
    made *= times;
    block *= times;
  }
}

/**
 * Writes `times` copies of the block at `from` to `to` by doubling, or with `fill` if the block is one value.
 */
function repeatBlock(y: Float32Array, from: number, to: number, block: number, times: number): void {
  if (block === 1) {
    y.fill(y[from] as number, to, to + times);
    return;
  }
  y.copyWithin(to, from, from + block);
  const total = block * times;
  for (let done = block; done < total; done *= 2) {
    y.copyWithin(to + done, to, to + Math.min(done, total - done));
  }
}
