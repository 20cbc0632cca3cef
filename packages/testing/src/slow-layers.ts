/** A layer over images in float64, one output value at a time, as the slow oracle of the kernels. */
export interface SlowLayer {
  /** [N, H, W, C] */
  inShape: [number, number, number, number];
  outShape: [number, number, number, number];
  window: { size: number; stride: number; before: number };
  /** Computes the output at a position from the whole input and the weights. */
  value(x: ArrayLike<number>, weights: ArrayLike<number>, at: Position): number;
}

/** An index into [N, H, W, C]. */
export type Position = readonly [image: number, row: number, column: number, channel: number];

type Shape = readonly [number, number, number, number];

/** The array index of a position. */
export function indexOf([, height, width, channels]: Shape, [n, r, c, k]: Position): number {
  return ((n * height + r) * width + c) * channels + k;
}

/** The position of an array index. */
export function positionOf([, height, width, channels]: Shape, index: number): Position {
  const pixel = Math.floor(index / channels);
  const row = Math.floor(pixel / width);
  return [Math.floor(row / height), row % height, pixel % width, index % channels];
}

/** Calls `visit` with the pixels of a window that are inside the image. */
function overWindow(
  { inShape: [, height, width], window: { size, stride, before } }: Pick<SlowLayer, 'inShape' | 'window'>,
  [, row, column]: Position,
  visit: (r: number, c: number, i: number, j: number) => void,
): void {
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      const [r, c] = [row * stride - before + i, column * stride - before + j];
      if (r >= 0 && r < height && c >= 0 && c < width) visit(r, c, i, j);
    }
  }
}

type Geometry = Pick<SlowLayer, 'inShape' | 'outShape' | 'window'>;

/** y = the sum over window and channels of x * w; w is [size, size, C, F]. */
export function slowConvolution(g: Geometry): SlowLayer {
  const [channels, filters] = [g.inShape[3], g.outShape[3]];
  return {
    ...g,
    value(x, weights, at) {
      let sum = 0;
      overWindow(g, at, (r, c, i, j) => {
        const pixel = indexOf(g.inShape, [at[0], r, c, 0]);
        const weight = (i * g.window.size + j) * channels * filters + at[3];
        for (let k = 0; k < channels; k++) {
          sum += (x[pixel + k] as number) * (weights[weight + k * filters] as number);
        }
      });
      return sum;
    },
  };
}

/** y = the largest value of the window. */
export function slowMaxPool(g: Geometry): SlowLayer {
  return {
    ...g,
    value(x, _, at) {
      let largest = Number.NEGATIVE_INFINITY;
      overWindow(g, at, (r, c) => {
        largest = Math.max(largest, x[indexOf(g.inShape, [at[0], r, c, at[3]])] as number);
      });
      return largest;
    },
  };
}

/** y = x / (bias + alpha * sum of x^2 within depthRadius channels)^beta. */
export function slowNormalization(
  shape: SlowLayer['inShape'],
  norm: { depthRadius: number; bias: number; alpha: number; beta: number },
): SlowLayer {
  return {
    inShape: shape,
    outShape: shape,
    window: { size: 1, stride: 1, before: 0 },
    value(x, _, [n, r, c, k]) {
      let sum = 0;
      const last = Math.min(shape[3] - 1, k + norm.depthRadius);
      for (let i = Math.max(0, k - norm.depthRadius); i <= last; i++) {
        sum += (x[indexOf(shape, [n, r, c, i])] as number) ** 2;
      }
      return (x[indexOf(shape, [n, r, c, k])] as number) / (norm.bias + norm.alpha * sum) ** norm.beta;
    },
  };
}

/** The outputs that an input position may change, which are all channels of every window over it. */
export function outputsOf({ outShape, window }: SlowLayer, [n, row, column]: Position): Position[] {
  const windows = (at: number, count: number): number[] => {
    const first = Math.max(0, Math.ceil((at + window.before - window.size + 1) / window.stride));
    const last = Math.min(count - 1, Math.floor((at + window.before) / window.stride));
    return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => first + i);
  };
  return windows(row, outShape[1]).flatMap((r) =>
    windows(column, outShape[2]).flatMap((c) =>
      Array.from({ length: outShape[3] }, (_, k): Position => [n, r, c, k]),
    ),
  );
}

/** The slope of sum(y * dy) over `outputs` along one value of `array`, by central differences. */
export function slope(
  array: Float64Array,
  index: number,
  outputs: readonly Position[],
  weighted: (output: Position) => number,
): number {
  const step = 1e-4;
  const before = array[index] as number;
  const total = (value: number): number => {
    array[index] = value;
    return outputs.reduce((sum, output) => sum + weighted(output), 0);
  };
  const difference = total(before + step) - total(before - step);
  array[index] = before;
  return difference / (2 * step);
}
