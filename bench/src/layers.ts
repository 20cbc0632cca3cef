import type { backend_util } from '@tensorflow/tfjs-core';

/** The three products of a layer. */
export type Pass = 'forward' | 'inputGradient' | 'weightGradient';

/** A layer of preset `paper`; one of its towers if it has two. */
export interface BenchLayer {
  name: string;
  /** Shape of the input without the batch. */
  input: number[];
  weights: number[];
  strides: number;
  pad: 'same' | backend_util.ExplicitPadding;
  /** Multiplications and additions for one image and one pass. */
  flops: number;
  passes: readonly Pass[];
}

const all: readonly Pass[] = ['forward', 'inputGradient', 'weightGradient'];
const overhang: backend_util.ExplicitPadding = [[0, 0], [0, 3], [0, 3], [0, 0]]; // biome-ignore format: one line

/** Krizhevsky et al. 2012, figure 2. conv1 has no input gradient: nothing is below it. */
export const layers: readonly BenchLayer[] = [
  convolution('conv1a', [224, 224, 3], [11, 11, 3, 48], 55, {
    strides: 4,
    pad: overhang,
    passes: ['forward', 'weightGradient'],
  }),
  convolution('conv2a', [27, 27, 48], [5, 5, 48, 128], 27),
  convolution('conv3a', [13, 13, 256], [3, 3, 256, 192], 13),
  convolution('conv4a', [13, 13, 192], [3, 3, 192, 192], 13),
  convolution('conv5a', [13, 13, 192], [3, 3, 192, 128], 13),
  dense('fc6a', 9216, 2048),
  dense('fc7a', 4096, 2048),
  dense('fc8', 4096, 1000),
];

function convolution(
  name: string,
  input: number[],
  weights: number[],
  outSide: number,
  options: Partial<Pick<BenchLayer, 'strides' | 'pad' | 'passes'>> = {},
): BenchLayer {
  const flops = 2 * outSide ** 2 * weights.reduce((product, size) => product * size, 1);
  return { name, input, weights, strides: 1, pad: 'same', flops, passes: all, ...options };
}

function dense(name: string, inner: number, units: number): BenchLayer {
  return {
    name,
    input: [inner],
    weights: [inner, units],
    strides: 1,
    pad: 'same',
    flops: 2 * inner * units,
    passes: all,
  };
}
