import type { Struct } from '../library/c-api.js';
import { argument } from '../library/constants.js';
import type { NativeEngine } from '../native/native-engine.js';
import type { Primitive } from '../native/primitive.js';

/** A primitive that copies from one layout to another: `run(from, to)`. */
export function reorder(native: NativeEngine, from: Struct, to: Struct): Primitive {
  const descriptor = native.descriptor((out, engine) =>
    native.api.reorderDescriptorCreate(out, from, engine, to, engine, null),
  );
  return native.primitive(descriptor, [
    [argument.source, from],
    [argument.destination, to],
  ]);
}
