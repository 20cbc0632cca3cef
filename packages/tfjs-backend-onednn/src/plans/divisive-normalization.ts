import type { OneDnnBackend } from '../backend.js';
import type { Address } from '../library/c-api.js';
import type { NativeEngine } from '../native/native-engine.js';
import type { ArgumentLayout, Layout, PostOp } from '../native/operations.js';
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
  /** `run(squares, power, ...constants)` computes s^-beta. */
  power: Primitive;
  /** `run(x, power, y)` computes x * power. */
  multiply: Primitive;
}

/** The primitives of the gradient. */
interface Backward extends Plan {
  /** `run(x, squares)` computes x^2. */
  square: Primitive;
  /** `run(squares, power, ...constants)` computes s^-beta. */
  power: Primitive;
  /** `run(squares, steeper, ...constants)` computes s^(-beta-1). */
  steeper: Primitive;
  /** `run(dy, power, direct)` computes dy * power. */
  direct: Primitive;
  /** `run(dy, x, product, steeper)` computes dy * x * steeper. */
  product: Primitive;
  /** `run(product, dx, ...constants, x, direct)` computes direct - 2 * alpha * beta * x * sum'(product). */
  collect: Primitive;
}

/**
 * Computes y, which must not be x. `constants` are what the sums read besides x.
 */
export function normalize(
  backend: OneDnnBackend,
  sums: NeighborSums,
  norm: Divisor,
  { x, y }: { x: Address; y: Address },
  constants: readonly Address[] = [],
): void {
  const plan = forwardPlan(backend, sums, norm);
  backend.pool.borrow(sums.bytes, (power) => {
    plan.square.run(x, y);
    plan.power.run(y, power, ...constants);
    plan.multiply.run(x, power, y);
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
  pool.borrow(sums.bytes, (a) =>
    pool.borrow(sums.bytes, (b) => {
      plan.square.run(x, dx);
      plan.power.run(dx, a, ...constants);
      plan.steeper.run(dx, b, ...constants);
      plan.direct.run(dy, a, a);
      plan.product.run(dy, x, b, b);
      plan.collect.run(b, dx, ...constants, x, a);
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
    const primitives = {
      square: square(native, sums),
      power: sums.primitive(native, powerOfSum(sums, norm, -norm.beta)),
      multiply: multiply(native, sums, []),
    };
    return { ...primitives, destroy: () => destroyAll(primitives) };
  });
}

function backwardPlan(backend: OneDnnBackend, sums: NeighborSums, norm: Divisor): Backward {
  return backend.plan(`gradient of normalization ${keyOf(sums, norm)}`, (native) => {
    const data = sums.layout(native);
    const fromNeighbors = -2 * norm.alpha * norm.beta * sums.divisor;
    const primitives = {
      square: square(native, sums),
      power: sums.primitive(native, powerOfSum(sums, norm, -norm.beta)),
      steeper: sums.primitive(native, powerOfSum(sums, norm, -norm.beta - 1)),
      direct: multiply(native, sums, []),
      product: multiply(native, sums, [{ kind: 'multiply', operand: data }]),
      collect: sums.primitive(
        native,
        [
          { kind: 'linear', alpha: fromNeighbors },
          { kind: 'multiply', operand: data },
          { kind: 'add', operand: data },
        ],
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

/**
 * Post-ops that turn what the sums' primitive computes into (bias + alpha * sum)^exponent, as
 * exp(exponent * log(..)). oneDNN's pow is a call for every value, while these are vector code. The exponent is
 * the `scale` of the logarithm because a second `linear` would get the first one's constants (a bug in the
 * pooling kernels of oneDNN 2.6).
 */
function powerOfSum({ divisor }: NeighborSums, { bias, alpha }: Divisor, exponent: number): PostOp[] {
  return [
    { kind: 'linear', alpha: alpha * divisor, beta: bias },
    { kind: 'log', scale: exponent },
    { kind: 'exp' },
  ];
}

function square(native: NativeEngine, sums: NeighborSums): Primitive {
  const data = sums.layout(native);
  return native.primitive(native.elementwiseForward({ f: { kind: 'square' }, x: data }), [
    ['source', data],
    ['destination', data],
  ]);
}

function multiply(native: NativeEngine, sums: NeighborSums, postOps: PostOp[]): Primitive {
  const data = sums.layout(native);
  const descriptor = native.binary({ kind: 'multiply', a: data, b: data, y: data, postOps });
  return native.primitive(descriptor, [
    ['source', data],
    ['source1', data],
    ['destination', data],
    ...operands(postOps),
  ]);
}
