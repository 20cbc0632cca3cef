import type { OneDnnBackend } from '../backend.js';
import type { Address } from '../library/c-api.js';
import type { BinaryKind, PostOp } from '../native/operations.js';

/** y = a (kind) b, where every dimension of b has a's size or 1. */
export interface BinaryOperation {
  kind: BinaryKind;
  a: readonly number[];
  b: readonly number[];
  /** True for y = b - a, which is a - b with its sign changed. */
  negate?: boolean;
}

/** Runs a binary operation with b broadcast. */
export function applyBinary(
  backend: OneDnnBackend,
  { kind, a, b, negate = false }: BinaryOperation,
  at: { a: Address; b: Address; y: Address },
): void {
  const primitive = backend.plan(`${negate ? '-' : ''}${kind} [${a}] [${b}]`, (native) => {
    const layoutA = native.dense(a);
    const layoutB = native.dense(b);
    const postOps: PostOp[] = negate ? [{ kind: 'linear', alpha: -1 }] : [];
    const descriptor = native.binary({ kind, a: layoutA, b: layoutB, y: layoutA, postOps });
    return native.primitive(descriptor, [
      ['source', layoutA],
      ['source1', layoutB],
      ['destination', layoutA],
    ]);
  });
  primitive.run(at.a, at.b, at.y);
}
