import { backend } from '@tensorflow/tfjs-core';
import type { OneDnnBackend } from '../backend.js';
import type { NativeEngine } from '../native/native-engine.js';
import type { ArgumentLayout, Descriptor, Layout } from '../native/operations.js';

/** An operation under test, with the arguments that it reads and those that it writes. */
export interface Trial {
  descriptor: Descriptor;
  read: readonly ArgumentLayout[];
  written: readonly ArgumentLayout[];
}

/** Compiles and runs an operation on the 'onednn' backend, and returns what it wrote. */
export function runOperation(
  make: (native: NativeEngine) => Trial,
  inputs: readonly Float32Array[],
): Float32Array[] {
  const { native, pool } = backend() as OneDnnBackend;
  const { primitive, lengths } = native.build('a test', () => {
    const { descriptor, read, written } = make(native);
    return {
      primitive: native.primitive(descriptor, [...read, ...written]),
      lengths: written.map(([, layout]) => Math.ceil(native.bytes(layout) / 4)),
    };
  });
  const blocks = [...inputs.map(({ length }) => length), ...lengths].map((n) => pool.allocate(n * 4));
  const arrays = blocks.map(({ buffer }) => new Float32Array(buffer));
  inputs.forEach((values, i) => {
    arrays[i]?.set(values);
  });
  try {
    primitive.run(...blocks.map(({ address }) => address));
    return lengths.map((length, i) => arrays[inputs.length + i]?.slice(0, length) ?? new Float32Array());
  } finally {
    primitive.destroy();
    for (const block of blocks) pool.release(block);
  }
}

/** Arguments that all have the same layout. */
export function sameLayout(layout: Layout, ...names: ArgumentLayout[0][]): ArgumentLayout[] {
  return names.map((name) => [name, layout]);
}
