import type { WindowGeometry } from '@alexnet/native-backend';

/*
 * How long operations take on one thread, in microseconds, roughly: on a CPU with AVX2, products run at some 20
 * multiply-adds a nanosecond, and values that are read and written at 2. Plans of short operations run on one thread.
 */

/** The time of a product, given the number of its multiply-adds. */
export function timeOfProducts(multiplyAdds: number): number {
  return multiplyAdds / 20_000;
}

/** The time of a convolution or of one of its gradients. */
export function timeOfConvolution(g: WindowGeometry): number {
  const inputs = (g.kernel[0] ?? 1) * (g.kernel[1] ?? 1) * (g.inChannels / g.groups);
  return timeOfProducts(g.batch * g.outHeight * g.outWidth * g.outChannels * inputs);
}

/** The time of an operation that reads or writes so many values once. */
export function timeOfValues(values: number): number {
  return values / 2_000;
}
