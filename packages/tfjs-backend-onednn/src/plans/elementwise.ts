import type { OneDnnBackend } from '../backend.js';
import type { Address } from '../library/c-api.js';
import { argument, propagation } from '../library/constants.js';

/** y = f(x) on `length` values; f is one of oneDNN's element-wise algorithms. */
export function applyElementwise(
  backend: OneDnnBackend,
  f: { kind: number; alpha?: number; beta?: number },
  length: number,
  x: Address,
  y: Address,
): void {
  const { kind, alpha = 0, beta = 0 } = f;
  const key = `elementwise ${kind.toString(16)}(${alpha}, ${beta}) [${length}]`;
  const primitive = backend.plan(key, (native) => {
    const values = native.dense([length]);
    const descriptor = native.describe((operation) =>
      native.api.eltwiseForward(operation, propagation.inference, kind, values, alpha, beta),
    );
    return native.primitive(descriptor, [
      [argument.source, values],
      [argument.destination, values],
    ]);
  });
  primitive.run(x, y);
}

/** y = the sum of scales[i] * sources[i] on `length` values; y may be one of the sources. */
export function weightedSum(
  backend: OneDnnBackend,
  scales: readonly number[],
  length: number,
  sources: readonly Address[],
  y: Address,
): void {
  const primitive = backend.plan(`weighted sum [${length}] of ${scales.join(', ')}`, (native) => {
    const values = native.dense([length]);
    const layouts = new Uint8Array(values.length * scales.length);
    for (let i = 0; i < scales.length; i++) layouts.set(values, i * values.length);
    const descriptor = native.descriptor((out, engine) =>
      native.api.sumDescriptorCreate(
        out,
        values,
        scales.length,
        Float32Array.from(scales),
        layouts,
        null,
        engine,
      ),
    );
    const inputs = scales.map((_, i) => [argument.multipleSource + i, values] as const);
    return native.primitive(descriptor, [...inputs, [argument.destination, values]]);
  });
  primitive.run(...sources, y);
}
