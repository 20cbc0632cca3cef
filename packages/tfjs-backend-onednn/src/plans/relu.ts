import type { OneDnnBackend } from '../backend.js';
import type { Address } from '../library/c-api.js';
import { algorithm, argument, propagation } from '../library/constants.js';
import type { Primitive } from '../native/primitive.js';
import type { Plan } from '../primitive-cache.js';

interface ReluPlan extends Plan {
  primitive: Primitive;
  zero: Address;
}

/**
 * y = max(x, 0) with NaN kept.
 *
 * oneDNN's own relu turns NaN into 0, and so would hide that a training run has diverged. Its maximum gives the
 * second operand where one of the two is NaN: max(max(x, 0), x) in one pass keeps it.
 */
export function applyRelu(backend: OneDnnBackend, length: number, x: Address, y: Address): void {
  const { primitive, zero } = backend.plan(`relu [${length}]`, (native): ReluPlan => {
    const values = native.dense([1, length]);
    const scalar = native.dense([1, 1]);
    const descriptor = native.describe(
      (operation) => native.api.binary(operation, algorithm.maximum, values, scalar, values),
      { postOps: [{ kind: algorithm.maximum, operand: values }] },
    );
    const made = native.primitive(descriptor, [
      [argument.source, values],
      [argument.source1, scalar],
      [argument.destination, values],
      [argument.firstPostOpOperand, values],
    ]);
    const block = backend.pool.allocate(4);
    new Float32Array(block.buffer, 0, 1)[0] = 0;
    return {
      primitive: made,
      zero: block.address,
      destroy() {
        made.destroy();
        backend.pool.release(block);
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
    const { api } = native;
    const kind = algorithm.reluFromOutput;
    const values = native.dense([length]);
    const forward = native.describe((operation) =>
      api.eltwiseForward(operation, propagation.training, kind, values, 0, 0),
    );
    const descriptor = native.describe(
      (operation) => api.eltwiseBackward(operation, kind, values, values, 0, 0),
      { forward },
    );
    return native.primitive(descriptor, [
      [argument.destination, values],
      [argument.diffDestination, values],
      [argument.diffSource, values],
    ]);
  });
  primitive.run(at.y, at.dy, at.dx);
}
