import { util } from '@tensorflow/tfjs-core';
import type { OneDnnBackend } from '../backend.js';
import type { Address } from '../library/c-api.js';

/** An array as oneDNN requires it for batch normalization: [N, C, positions, 1], in any order in memory. */
export interface ChannelGeometry {
  dims: number[];
  strides: number[];
  channels: number;
}

/**
 * The geometry of x whose channels are the dimension that the parameters belong to: the last dimension for
 * [C], and the one that is not 1 for [1, C, 1, 1].
 *
 * @returns undefined if the parameters are not vectors of one shape, if they do not fit x, or if x is empty.
 */
export function channelGeometry(
  shape: readonly number[],
  parameters: readonly (readonly number[])[],
): ChannelGeometry | undefined {
  const [first = []] = parameters;
  if (!parameters.every((other) => util.arraysEqual([...first], [...other]))) return undefined;
  const skipped = shape.length - first.length;
  const long = first.flatMap((size, i) => (size === 1 ? [] : [i + skipped]));
  const axis = long[0] ?? shape.length - 1;
  const channels = shape[axis] ?? 0;
  const fits = first.length > 0 && skipped >= 0 && long.length <= 1;
  if (!fits || channels !== util.sizeFromShape([...first]) || util.sizeFromShape([...shape]) === 0) {
    return undefined;
  }
  const last = axis === shape.length - 1;
  if (!last) {
    const inner = util.sizeFromShape(shape.slice(axis + 1));
    const outer = util.sizeFromShape(shape.slice(0, axis));
    return { dims: [outer, channels, inner, 1], strides: [channels * inner, inner, 1, 1], channels };
  }
  const batch = shape.length > 1 ? (shape[0] ?? 1) : 1;
  const positions = util.sizeFromShape(shape.slice(1, -1));
  return {
    dims: [batch, channels, positions, 1],
    strides: [positions * channels, 1, channels, channels],
    channels,
  };
}

/** y = scale (x - mean) / sqrt(variance + epsilon) + shift. */
export function normalizeBatch(
  backend: OneDnnBackend,
  { dims, strides, channels }: ChannelGeometry,
  epsilon: number,
  at: Record<'x' | 'mean' | 'variance' | 'scale' | 'shift' | 'y', Address>,
): void {
  const primitive = backend.plan(
    `batch normalization [${dims}] strides [${strides}] ${epsilon}`,
    (native) => {
      const [x, row] = [native.strided(dims, strides), native.dense([channels])];
      const operation = { x, epsilon, scale: true, shift: true, training: false };
      return native.primitive(native.batchNormalizationForward(operation), [
        ['source', x],
        ['mean', row],
        ['variance', row],
        ['scale', row],
        ['shift', row],
        ['destination', x],
      ]);
    },
  );
  primitive.run(at.x, at.mean, at.variance, at.scale, at.shift, at.y);
}

/** The gradients for x, scale and shift, with mean and variance as constants. */
export function normalizeBatchBack(
  backend: OneDnnBackend,
  { dims, strides, channels }: ChannelGeometry,
  epsilon: number,
  at: Record<'x' | 'dy' | 'mean' | 'variance' | 'scale' | 'dx' | 'dscale' | 'dshift', Address>,
): void {
  const key = `batch normalization gradient [${dims}] strides [${strides}] ${epsilon}`;
  const primitive = backend.plan(key, (native) => {
    const [x, row] = [native.strided(dims, strides), native.dense([channels])];
    const operation = { x, epsilon, scale: true, shift: true, training: false };
    return native.primitive(native.batchNormalizationBackward(operation), [
      ['source', x],
      ['diffDestination', x],
      ['mean', row],
      ['variance', row],
      ['scale', row],
      ['diffSource', x],
      ['diffScale', row],
      ['diffShift', row],
    ]);
  });
  primitive.run(at.x, at.dy, at.mean, at.variance, at.scale, at.dx, at.dscale, at.dshift);
}
