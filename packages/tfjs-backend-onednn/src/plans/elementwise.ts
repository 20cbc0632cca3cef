import type { OneDnnBackend } from '../backend.js';
import type { Address } from '../library/c-api.js';
import type { ElementwiseFunction } from '../native/operations.js';
import { functionsKey } from './activation.js';

/** y = f(x) on `length` values, where f is one of oneDNN's element-wise functions. */
export function applyElementwise(
  backend: OneDnnBackend,
  f: ElementwiseFunction,
  length: number,
  x: Address,
  y: Address,
): void {
  const primitive = backend.plan(`elementwise ${functionsKey([f])} [${length}]`, (native) => {
    const values = native.dense([length]);
    return native.primitive(native.elementwiseForward({ f, x: values }), [
      ['source', values],
      ['destination', values],
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
    const descriptor = native.weightedSum({ scales, x: values });
    const inputs = scales.map((_, i) => [`summand${i}`, values] as const);
    return native.primitive(descriptor, [...inputs, ['destination', values]]);
  });
  primitive.run(...sources, y);
}
