import type { OneDnnBackend } from '../backend.js';
import type { Address } from '../library/c-api.js';
import type { Primitive } from '../native/primitive.js';
import type { Plan } from '../primitive-cache.js';
import { nativeScalar } from './scalar.js';

interface ReluPlan extends Plan {
  primitive: Primitive;
  zero: Address;
}

/**
 * y = max(x, 0), keeping NaN.
 *
 * oneDNN's own relu turns NaN into 0, which would hide that a training run has diverged. Its maximum returns
 * the second operand if either is NaN, so max(max(x, 0), x) in one pass keeps NaN.
 */
export function applyRelu(backend: OneDnnBackend, length: number, x: Address, y: Address): void {
  const { primitive, zero } = backend.plan(`relu [${length}]`, (native): ReluPlan => {
    const values = native.dense([1, length]);
    const scalar = native.dense([1, 1]);
    const descriptor = native.binary({
      kind: 'maximum',
      a: values,
      b: scalar,
      y: values,
      postOps: [{ kind: 'maximum', operand: values }],
    });
    const made = native.primitive(descriptor, [
      ['source', values],
      ['source1', scalar],
      ['destination', values],
      ['operand0', values],
    ]);
    const zero = nativeScalar(backend, 0);
    return {
      primitive: made,
      zero: zero.address,
      destroy() {
        made.destroy();
        zero.free();
      },
    };
  });
  primitive.run(x, zero, y, x);
}

/** dx = dy where y > 0, else 0. */
export function applyReluGradient(
  backend: OneDnnBackend,
  length: number,
  at: { y: Address; dy: Address; dx: Address },
): void {
  const primitive = backend.plan(`relu gradient [${length}]`, (native) => {
    const values = native.dense([length]);
    const descriptor = native.elementwiseBackward({ f: { kind: 'relu' }, from: 'output', x: values });
    return native.primitive(descriptor, [
      ['destination', values],
      ['diffDestination', values],
      ['diffSource', values],
    ]);
  });
  primitive.run(at.y, at.dy, at.dx);
}
