import type { OneDnnBackend } from '../backend.js';
import type { Address } from '../library/c-api.js';
import type { NativeEngine } from '../native/native-engine.js';
import type { ArgumentLayout, BinaryKind, Layout, PostOp } from '../native/operations.js';
import type { Primitive } from '../native/primitive.js';
import type { Plan } from '../primitive-cache.js';

/** y = x / (bias + alpha * sum of x^2 over the neighbors of x)^beta. */
export interface Divisor {
  bias: number;
  alpha: number;
  beta: number;
}

/** Which values are neighbors, and how oneDNN sums them. */
export interface NeighborSums {
  /** Names the neighbors and the shape. */
  key: string;
  /** The bytes of x. */
  bytes: number;
  /** The layout of x and of everything computed from it. */
  layout(native: NativeEngine): Layout;
  /** What the sums are divided by: the primitive may compute means. */
  divisor: number;
  /**
   * Sums the neighbors of each value, or with 'transposed' the values whose neighbor it is, followed by the
   * post-ops; `run(x, sums, ...constants, ...operands)`.
   */
  primitive(native: NativeEngine, postOps: readonly PostOp[], direction?: 'transposed'): Primitive;
}

/** The primitives of the forward pass, with s = bias + alpha * sum(x^2). */
interface Forward extends Plan {
  /** `run(x, squares)` computes x^2. */
  square: Primitive;
  /** `run(squares, y, ...constants, x)` computes x * s^-beta. */
  divide: Primitive;
}

/** The primitives of the gradient. */
interface Backward extends Plan {
  /** `run(x, squares)` computes x^2. */
  square: Primitive;
  /** `run(squares, s, ...constants)` computes s. */
  denominator: Primitive;
  /** `run(s, s, direct, dy)` computes dy * s^-beta. */
  direct: Primitive;
  /** `run(direct, s, product, x)` computes x * direct / s. */
  product: Primitive;
  /** `run(product, dx, ...constants, x, direct)` computes direct - 2 * alpha * beta * x * sum'(product). */
  collect: Primitive;
}

/** Computes y, which must not be x. `constants` are what the sums read besides x. */
export function normalize(
  backend: OneDnnBackend,
  sums: NeighborSums,
  norm: Divisor,
  { x, y }: { x: Address; y: Address },
  constants: readonly Address[] = [],
): void {
  const plan = forwardPlan(backend, sums, norm);
  backend.pool.borrow(sums.bytes, (squares) => {
    plan.square.run(x, squares);
    plan.divide.run(squares, y, ...constants, x);
  });
}

/**
 * Computes dx = dy * s^-beta - 2 * alpha * beta * x * sum'(dy * x * s^(-beta-1)), which must be neither x nor
 * dy.
 */
export function normalizeBack(
  backend: OneDnnBackend,
  sums: NeighborSums,
  norm: Divisor,
  { x, dy, dx }: { x: Address; dy: Address; dx: Address },
  constants: readonly Address[] = [],
): void {
  const plan = backwardPlan(backend, sums, norm);
  const { pool } = backend;
  pool.borrow(sums.bytes, (direct) =>
    pool.borrow(sums.bytes, (s) => {
      plan.square.run(x, dx);
      plan.denominator.run(dx, s, ...constants);
      plan.direct.run(s, s, direct, dy);
      plan.product.run(direct, s, s, x);
      plan.collect.run(s, dx, ...constants, x, direct);
    }),
  );
}

/**
 * Runs a pass over items of that many bytes, some at a time, so that what one primitive writes is in the cache
 * for the next.
 */
export function inCache(
  items: number,
  itemBytes: number,
  run: (count: number, byteOffset: Address) => void,
): void {
  const chunkSize = Math.max(1, Math.floor(cacheBytes / itemBytes));
  for (let first = 0; first < items; first += chunkSize) {
    run(Math.min(chunkSize, items - first), BigInt(first * itemBytes));
  }
}

/** Half of a core's second-level cache; an intermediate array of this size stays in the cache. */
const cacheBytes = 512 * 1024;

/** The arguments that binary post-ops add, in order. */
export function operands(postOps: readonly PostOp[]): ArgumentLayout[] {
  return postOps.flatMap((op, i) => ('operand' in op ? [[`operand${i}`, op.operand] as const] : []));
}

function forwardPlan(backend: OneDnnBackend, sums: NeighborSums, norm: Divisor): Forward {
  return backend.plan(`normalization ${keyOf(sums, norm)}`, (native) => {
    const data = sums.layout(native);
    const primitives = {
      square: square(native, data),
      divide: sums.primitive(native, [
        denominator(sums, norm),
        ...power(-norm.beta),
        { kind: 'multiply', operand: data },
      ]),
    };
    return { ...primitives, destroy: () => destroyAll(primitives) };
  });
}

function backwardPlan(backend: OneDnnBackend, sums: NeighborSums, norm: Divisor): Backward {
  return backend.plan(`gradient of normalization ${keyOf(sums, norm)}`, (native) => {
    const data = sums.layout(native);
    const times: PostOp = { kind: 'multiply', operand: data };
    const fromNeighbors = -2 * norm.alpha * norm.beta * sums.divisor;
    const primitives = {
      square: square(native, data),
      denominator: sums.primitive(native, [denominator(sums, norm)]),
      // the maximum of s and s is s: a function of one value that has post-ops
      direct: binary(native, 'maximum', data, [...power(-norm.beta), times]),
      product: binary(native, 'divide', data, [times]),
      collect: sums.primitive(
        native,
        [{ kind: 'linear', alpha: fromNeighbors }, times, { kind: 'add', operand: data }],
        'transposed',
      ),
    };
    return { ...primitives, destroy: () => destroyAll(primitives) };
  });
}

function keyOf({ key }: NeighborSums, { bias, alpha, beta }: Divisor): string {
  return `over ${key} bias ${bias} alpha ${alpha} beta ${beta}`;
}

function destroyAll(primitives: Record<string, Primitive>): void {
  for (const primitive of Object.values(primitives)) primitive.destroy();
}

/** The post-op that turns what the sums' primitive computes into bias + alpha * sum. */
function denominator({ divisor }: NeighborSums, { bias, alpha }: Divisor): PostOp {
  return { kind: 'linear', alpha: alpha * divisor, beta: bias };
}

/**
 * Post-ops that raise to a power, as exp(exponent * log(..)). oneDNN's pow is a call for every value, while these
 * are vector code. The exponent is the `scale` of the logarithm because a second `linear` would get the first
 * one's constants (a bug in the pooling kernels of oneDNN 2.6).
 */
function power(exponent: number): PostOp[] {
  return [{ kind: 'log', scale: exponent }, { kind: 'exp' }];
}

function square(native: NativeEngine, data: Layout): Primitive {
  return native.primitive(native.elementwiseForward({ f: { kind: 'square' }, x: data }), [
    ['source', data],
    ['destination', data],
  ]);
}

function binary(native: NativeEngine, kind: BinaryKind, data: Layout, postOps: PostOp[]): Primitive {
  const descriptor = native.binary({ kind, a: data, b: data, y: data, postOps });
  return native.primitive(descriptor, [
    ['source', data],
    ['source1', data],
    ['destination', data],
    ...operands(postOps),
  ]);
}
