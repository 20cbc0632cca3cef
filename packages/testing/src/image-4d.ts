import { randomStream } from '@alexnet/random';

/** A float64 NHWC array for oracles, which loop over it with `at`. */
export interface Image4D {
  data: Float64Array;
  shape: [number, number, number, number];
  /** The value at (n, y, x, c); 0 outside the image. */
  at(n: number, y: number, x: number, c: number): number;
  set(n: number, y: number, x: number, c: number, value: number): void;
}

export function image4D(shape: [number, number, number, number], data?: ArrayLike<number>): Image4D {
  const [n, h, w, c] = shape;
  const values = new Float64Array(n * h * w * c);
  if (data) values.set(Array.from(data));
  const index = (i: number, y: number, x: number, k: number): number => ((i * h + y) * w + x) * c + k;
  return {
    data: values,
    shape,
    at: (i, y, x, k) =>
      y < 0 || y >= h || x < 0 || x >= w || k < 0 || k >= c ? 0 : (values[index(i, y, x, k)] as number),
    set: (i, y, x, k, value) => {
      values[index(i, y, x, k)] = value;
    },
  };
}

/** Normal draws times `scale`, rounded to float32 so that the oracle and the op see the same numbers. */
export function randomImage(shape: [number, number, number, number], seed: number, scale = 1): Image4D {
  const stream = randomStream(seed, 4);
  const image = image4D(shape);
  for (let i = 0; i < image.data.length; i++) image.data[i] = Math.fround(stream.normal() * scale);
  return image;
}
