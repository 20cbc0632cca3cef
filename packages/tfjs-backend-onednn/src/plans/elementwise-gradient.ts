import type { OneDnnBackend } from '../backend.js';
import type { Address } from '../library/c-api.js';
import type { ElementwiseFunction } from '../native/operations.js';
import { functionsKey } from './activation.js';

/** dx = f'(x) dy on `length` values. */
export function applyElementwiseGradient(
  backend: OneDnnBackend,
  f: ElementwiseFunction,
  length: number,
  at: Record<'x' | 'dy' | 'dx', Address>,
): void {
  const primitive = backend.plan(`elementwise gradient ${functionsKey([f])} [${length}]`, (native) => {
    const values = native.dense([length]);
    return native.primitive(native.elementwiseBackward({ f, x: values, from: 'input' }), [
      ['source', values],
      ['diffDestination', values],
      ['diffSource', values],
    ]);
  });
  primitive.run(at.x, at.dy, at.dx);
}
