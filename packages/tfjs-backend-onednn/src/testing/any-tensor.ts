import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { noise } from './compare-backends.js';

/** The description of a tensor, which is the same on every backend. */
export interface AnyTensor {
  shape: number[];
  dtype: tf.DataType;
  seed: number;
  /** Values that replace every seventh value. */
  special: readonly number[];
}

/** The float32 values that are not ordinary numbers. */
export const nonFinite: readonly number[] = [
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  -0,
];

/** Shapes of rank 0 to 6, a few of them empty. */
export const anyShape: fc.Arbitrary<number[]> = fc.array(fc.constantFrom(1, 2, 3, 5, 1, 2, 3, 17, 0), {
  maxLength: 6,
});

/** A tensor of that shape, mostly float32, and sometimes with NaN and infinities. */
export function anyTensor(shape: fc.Arbitrary<number[]>): fc.Arbitrary<AnyTensor> {
  return fc.record({
    shape,
    dtype: fc.constantFrom<tf.DataType>(
      'float32',
      'float32',
      'float32',
      'int32',
      'bool',
      'complex64',
      'string',
    ),
    seed: fc.integer({ min: 1, max: 1000 }),
    special: fc.constantFrom(nonFinite, []),
  });
}

/** A float32 tensor of that shape. */
export function anyFloats(shape: fc.Arbitrary<number[]>): fc.Arbitrary<AnyTensor> {
  return anyTensor(shape).map((tensor) => ({ ...tensor, dtype: 'float32' }));
}

/** The shape with some sizes replaced by 1 and some leading dimensions left out: it broadcasts to `shape`. */
export function broadcastable(shape: readonly number[]): fc.Arbitrary<number[]> {
  return fc
    .record({ ones: fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }), drop: fc.nat(2) })
    .map(({ ones, drop }) => shape.map((size, i) => (ones[i] ? 1 : size)).slice(drop));
}

/** Creates the tensor on the backend in use. */
export function makeTensor({ shape, dtype, seed, special }: AnyTensor): tf.Tensor {
  const values = noise(shape, seed);
  switch (dtype) {
    case 'float32':
      return tf.tensor(withSpecial(values, special), shape);
    case 'complex64':
      return tf.complex(tf.tensor(values, shape), tf.tensor(noise(shape, seed + 1), shape));
    case 'string':
      return tf.tensor(Array.from(values, String), shape, 'string');
    default: {
      const scale = dtype === 'int32' ? 40 : 2;
      return tf.tensor(
        Int32Array.from(values, (value) => Math.round(Math.abs(value * scale))),
        shape,
        dtype,
      );
    }
  }
}

function withSpecial(values: Float32Array, special: readonly number[]): Float32Array {
  if (special.length === 0) return values;
  const bits = new Uint32Array(values.buffer);
  for (let i = 3; i < values.length; i += 7) {
    values[i] = special[Math.floor(i / 7) % special.length] as number;
    if (Number.isNaN(values[i]) && i % 8 === 3) bits[i] = negativeNaN; // every other NaN
  }
  return values;
}

/** The NaN that x86 gives for Infinity - Infinity; JavaScript's own has no sign. */
const negativeNaN = 0xffc00000;
