import type { OneDnnBackend } from '../backend.js';
import type { Address } from '../library/c-api.js';
import { algorithm, argument } from '../library/constants.js';
import type { PostOp } from '../native/native-engine.js';

/** The operations of oneDNN's binary primitive that tfjs has too. */
export type BinaryKind = 'add' | 'subtract' | 'multiply' | 'divide';

/** y = a (kind) b, where every dimension of b is a's or 1. */
export interface BinaryOperation {
  kind: BinaryKind;
  a: readonly number[];
  b: readonly number[];
  /** y = b - a: the result of a - b with its sign changed. */
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
    const postOps: PostOp[] = negate ? [{ kind: algorithm.linear, alpha: -1, beta: 0 }] : [];
    const descriptor = native.describe(
      (operation) => native.api.binary(operation, algorithm[kind], layoutA, layoutB, layoutA),
      { postOps },
    );
    return native.primitive(descriptor, [
      [argument.source, layoutA],
      [argument.source1, layoutB],
      [argument.destination, layoutA],
    ]);
  });
  primitive.run(at.a, at.b, at.y);
}
