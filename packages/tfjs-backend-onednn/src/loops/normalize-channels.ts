/** The shape [pixels, channels] and the constants of an LRN. */
export interface ChannelNormalization {
  channels: number;
  depthRadius: number;
  bias: number;
  alpha: number;
  beta: number;
}

/** The LRN of x [pixels, channels] by its equation, as tfjs's cpu kernel computes it. */
export function normalizeChannels(x: Float32Array, y: Float32Array, norm: ChannelNormalization): void {
  for (let i = 0; i < x.length; i++) y[i] = (x[i] as number) * denominator(x, i, norm) ** -norm.beta;
}

/** The gradient of `normalizeChannels`. */
export function normalizeChannelsBack(
  x: Float32Array,
  dy: Float32Array,
  dx: Float32Array,
  norm: ChannelNormalization,
): void {
  const { alpha, beta } = norm;
  const sums = new Float64Array(x.length);
  for (let i = 0; i < x.length; i++) {
    const s = denominator(x, i, norm);
    const factor = (2 * alpha * beta * (x[i] as number) * s ** -beta) / s;
    const [first, end] = neighbors(i, norm);
    for (let k = first; k < end; k++) {
      const own = k === i ? s ** -beta : 0;
      sums[k] = (sums[k] as number) + (own - factor * (x[k] as number)) * (dy[i] as number);
    }
  }
  dx.set(sums);
}

function denominator(x: Float32Array, i: number, norm: ChannelNormalization): number {
  const [first, end] = neighbors(i, norm);
  let sum = 0;
  for (let k = first; k < end; k++) sum += (x[k] as number) ** 2;
  return norm.bias + norm.alpha * sum;
}

/** The first index of value i's window and the index after its last. */
function neighbors(i: number, { channels, depthRadius }: ChannelNormalization): [number, number] {
  const start = i - (i % channels);
  return [Math.max(start, i - depthRadius), Math.min(start + channels, i + depthRadius + 1)];
}
