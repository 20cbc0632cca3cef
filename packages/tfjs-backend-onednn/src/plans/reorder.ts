import type { NativeEngine } from '../native/native-engine.js';
import type { Layout } from '../native/operations.js';
import type { Primitive } from '../native/primitive.js';

/** A primitive that copies from one layout to another: `run(from, to)`. */
export function reorder(native: NativeEngine, from: Layout, to: Layout): Primitive {
  return native.primitive(native.reorder(from, to), [
    ['source', from],
    ['destination', to],
  ]);
}
