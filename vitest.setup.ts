import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'vitest';

// Silences tfjs's banner. Its IS_TEST flag would too, but takes every gradient that saves a tensor for a leak.
tf.enableProdMode();

// Vitest compares typed arrays and lists element by element, which takes seconds for the pixels of an image. Equal bytes
// and equal numbers are equal; whatever else is left to vitest, which also says how the two differ.
expect.addEqualityTesters([
  (a, b) => (isView(a) && isView(b) && haveSameBytes(a, b) ? true : undefined),
  (a, b) => (Array.isArray(a) && Array.isArray(b) && areSameNumbers(a, b) ? true : undefined),
]);

function isView(value: unknown): value is ArrayBufferView {
  return ArrayBuffer.isView(value);
}

function haveSameBytes(a: ArrayBufferView, b: ArrayBufferView): boolean {
  const bytes = ({ buffer, byteOffset, byteLength }: ArrayBufferView): Buffer =>
    Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength);
  return a.constructor === b.constructor && bytes(a).equals(bytes(b));
}

function areSameNumbers(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((value, i) => typeof value === 'number' && Object.is(value, b[i]));
}
