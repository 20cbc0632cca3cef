import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { afterAll, test, vi } from 'vitest';
import {
  type AnyTensor,
  anyFloats,
  anyShape,
  anyTensor,
  broadcastable,
  makeTensor,
} from '../testing/any-tensor.js';
import { expectSameOutcome } from '../testing/compare-backends.js';
import { describeOneDnn } from '../testing/describe-onednn.js';

vi.hoisted(() => {
  process.env.ALEXNET_ONEDNN_SMALLEST = '1'; // read when the kernels are loaded
});

/** Some tensors and an operation on them. */
interface Case {
  inputs: AnyTensor[];
  /** The description in the message of a failure. */
  what: string;
  compute(...tensors: tf.Tensor[]): tf.Tensor | tf.Tensor[];
}

const oneOf = <T>(choices: Record<string, T>): fc.Arbitrary<[string, T]> =>
  fc.constantFrom(...Object.entries(choices));

function check(cases: fc.Arbitrary<Case>, numRuns: number): void {
  const property = fc.property(cases, ({ inputs, compute }) => {
    expectSameOutcome(() => [compute(...inputs.map(makeTensor))].flat());
  });
  fc.assert(property, { numRuns, seed: 11 });
}

const unary = oneOf<(x: tf.Tensor) => tf.Tensor>({
  relu: tf.relu,
  square: tf.square,
  sqrt: tf.sqrt,
  neg: tf.neg,
  exp: tf.exp,
  log: tf.log,
  abs: tf.abs,
  sigmoid: tf.sigmoid,
  tanh: tf.tanh,
  step: tf.step,
  clone: tf.clone,
  softmax: (x) => tf.softmax(x),
  toFloat: (x) => tf.cast(x, 'float32'),
  toInt: (x) => tf.cast(x, 'int32'),
  toBool: (x) => tf.cast(x, 'bool'),
  toComplex: (x) => tf.cast(x, 'complex64'),
  zerosLike: tf.zerosLike,
  flat: (x) => tf.reshape(x, [-1]),
});
const unaryCases = fc
  .tuple(unary, anyTensor(anyShape))
  .map(([[what, compute], input]): Case => ({ what, inputs: [input], compute }));

const binary = oneOf<(a: tf.Tensor, b: tf.Tensor) => tf.Tensor>({
  add: tf.add,
  sub: tf.sub,
  mul: tf.mul,
  div: tf.div,
  divNoNan: tf.divNoNan,
  maximum: tf.maximum,
  minimum: tf.minimum,
  pow: tf.pow,
  squaredDifference: tf.squaredDifference,
  greater: tf.greater,
  equal: tf.equal,
});
const binaryCases = anyShape.chain((shape) =>
  fc
    .tuple(binary, anyTensor(fc.constant(shape)), anyTensor(broadcastable(shape)), fc.boolean())
    .map(([[what, compute], a, b, swap]): Case => ({ what, inputs: swap ? [b, a] : [a, b], compute })),
);

const reduction = oneOf({
  sum: tf.sum,
  mean: tf.mean,
  max: tf.max,
  min: tf.min,
  prod: tf.prod,
});
const reductionCases = anyShape.chain((shape) =>
  fc.tuple(reduction, anyTensor(fc.constant(shape)), fc.subarray(shape.map((_, i) => i)), fc.boolean()).map(
    ([[what, reduce], input, axes, keepDims]): Case => ({
      what: `${what} over ${axes}`,
      inputs: [input],
      compute: (x) => reduce(x, axes, keepDims),
    }),
  ),
);

const addNCases = anyShape.chain((shape) =>
  fc
    .array(anyTensor(fc.constant(shape)), { minLength: 1, maxLength: 18 })
    .map((inputs): Case => ({ what: 'addN', inputs, compute: (...tensors) => tf.addN(tensors) })),
);

const solid = fc.array(fc.constantFrom(1, 2, 3, 5, 9, 16), { minLength: 1, maxLength: 6 });
const shapeCases = solid.chain((shape) =>
  fc
    .record({
      input: anyTensor(fc.constant(shape)),
      perm: fc.shuffledSubarray(
        shape.map((_, i) => i),
        { minLength: shape.length },
      ),
      margins: fc.array(fc.tuple(fc.nat(2), fc.nat(2)), { minLength: shape.length, maxLength: shape.length }),
      axis: fc.nat(shape.length - 1),
      what: fc.constantFrom('transpose', 'pad', 'slice', 'concat', 'split', 'reverse', 'tile', 'stack'),
    })
    .map(({ input, perm, margins, axis, what }): Case => {
      const begin = shape.map((size, i) => Math.min(size, margins[i]?.[0] ?? 0));
      const size = shape.map((n, i) => Math.max(0, n - (begin[i] ?? 0) - (margins[i]?.[1] ?? 0)));
      const along = shape[axis] ?? 1;
      const run: Record<string, (x: tf.Tensor) => tf.Tensor | tf.Tensor[]> = {
        transpose: (x) => tf.transpose(x, perm),
        pad: (x) => tf.pad(x, margins, 2),
        slice: (x) => tf.slice(x, begin, size),
        concat: (x) =>
          tf.concat(
            [
              x,
              x,
              tf.slice(
                x,
                begin.map(() => 0),
                shape,
              ),
            ],
            axis,
          ),
        split: (x) => tf.split(x, [along - Math.floor(along / 2), Math.floor(along / 2)], axis),
        reverse: (x) => tf.reverse(x, axis),
        tile: (x) =>
          tf.tile(
            x,
            shape.map((_, i) => (i === axis ? 2 : 1)),
          ),
        stack: (x) => tf.stack([x, x], 0),
      };
      return { what, inputs: [input], compute: run[what] as Case['compute'] };
    }),
);

const side = fc.constantFrom(1, 2, 3, 7, 16, 33, 0);
const productCases = fc
  .record({
    m: side,
    k: side,
    n: side,
    outerA: fc.array(fc.constantFrom(1, 2, 3), { maxLength: 2 }),
    broadcast: fc.constantFrom('a', 'b', 'none'),
    transposeA: fc.boolean(),
    transposeB: fc.boolean(),
    bias: fc.constantFrom<((m: number, n: number) => number[]) | undefined>(
      undefined,
      (_, n) => [n],
      (m) => [m, 1],
      () => [1],
      (m, n) => [m, n],
    ),
    activation: fc.constantFrom('linear', 'relu', 'relu6', 'elu', 'sigmoid', 'leakyrelu'),
    dtype: fc.constantFrom<tf.DataType>('float32', 'float32', 'float32', 'int32'),
    special: fc.boolean(),
  })
  .chain(({ m, k, n, outerA, broadcast, transposeA, transposeB, bias, activation, dtype, special }) => {
    const a = [...(broadcast === 'a' ? [] : outerA), ...(transposeA ? [k, m] : [m, k])];
    const b = [...(broadcast === 'b' ? [] : outerA), ...(transposeB ? [n, k] : [k, n])];
    const shapes = [a, b, ...(bias ? [bias(m, n)] : [])];
    const tensors = shapes.map((shape) =>
      anyFloats(fc.constant(shape)).map((t) => ({ ...t, dtype, special: special ? t.special : [] })),
    );
    const options = { transposeA, transposeB, activation: activation as 'relu', leakyreluAlpha: 0.2 };
    return fc.tuple(...tensors).map(
      (inputs): Case => ({
        what: `matMul ${JSON.stringify(options)}`,
        inputs,
        compute: (x, y, z) =>
          z
            ? tf.fused.matMul({ a: x as tf.Tensor, b: y as tf.Tensor, bias: z, ...options })
            : tf.matMul(x as tf.Tensor, y as tf.Tensor, transposeA, transposeB),
      }),
    );
  });

describeOneDnn('any input has the same result as on cpu, or also fails', () => {
  afterAll(() => {
    delete process.env.ALEXNET_ONEDNN_SMALLEST;
  });

  test('functions of one tensor', () => check(unaryCases, 400));
  test('functions of two tensors, broadcast', () => check(binaryCases, 600));
  test('reductions over any axes', () => check(reductionCases, 400));
  test('sums of many tensors', () => check(addNCases, 100));
  test('transpose, pad, slice, concat, split, reverse, tile, stack', () => check(shapeCases, 150));
  test('matrix products, batched, with bias and activation', () => check(productCases, 500));
});
