import type { OneDnnBackend } from '../backend.js';
import type { Address } from '../library/c-api.js';
import type { NativeEngine } from '../native/native-engine.js';
import type { ArgumentLayout, PostOp } from '../native/operations.js';
import type { Primitive } from '../native/primitive.js';
import type { Plan } from '../primitive-cache.js';
import { nhwc } from '../shapes/layouts.js';

/** y = x / (bias + alpha * sum of x^2 over the size x size pixels around, in the same channel)^beta. */
export interface SameMapNormalization {
  size: number;
  bias: number;
  alpha: number;
  beta: number;
}

/** NHWC dimensions. */
export type ImageShape = readonly [batch: number, height: number, width: number, channels: number];

/** The two primitives of the forward pass, on some images. With s = bias + alpha * box(x^2): */
export interface SameMapForward extends Plan {
  /** `run(x, squares)`. */
  square: Primitive;
  /** `run(squares, power)`: s^-beta. */
  power: Primitive;
  /** `run(x, power, y)`. */
  multiply: Primitive;
}

/** The primitives of the gradient: dx = dy * s^-beta - 2 * alpha * beta * x * box'(dy * x * s^(-beta-1)). */
export interface SameMapBackward extends Plan {
  /** `run(x, squares)`. */
  square: Primitive;
  /** `run(squares, power)`: s^-beta. */
  power: Primitive;
  /** `run(squares, steeper)`: s^(-beta-1). */
  steeper: Primitive;
  /** `run(dy, power, direct)`. */
  direct: Primitive;
  /** `run(dy, x, product, steeper)`: dy * x * steeper. */
  product: Primitive;
  /** `run(product, dx, x, direct)`: direct - 2 * alpha * beta * x * box'(product). */
  collect: Primitive;
}

/** The forward plan for images of that shape. */
export function sameMapForward(
  backend: OneDnnBackend,
  shape: ImageShape,
  norm: SameMapNormalization,
): SameMapForward {
  return backend.plan(`SameMapNorm ${keyOf(shape, norm)}`, (native) => {
    const primitives = {
      square: square(native, shape),
      power: box(native, shape, norm.size, powerOfSum(norm, -norm.beta)),
      multiply: multiply(native, shape, []),
    };
    return { ...primitives, destroy: () => destroyAll(primitives) };
  });
}

/** The plan of the gradient for images of that shape. */
export function sameMapBackward(
  backend: OneDnnBackend,
  shape: ImageShape,
  norm: SameMapNormalization,
): SameMapBackward {
  return backend.plan(`SameMapNormGrad ${keyOf(shape, norm)}`, (native) => {
    const data = nhwc(native, ...shape);
    const fromAround = -2 * norm.alpha * norm.beta * norm.size ** 2;
    const primitives = {
      square: square(native, shape),
      power: box(native, shape, norm.size, powerOfSum(norm, -norm.beta)),
      steeper: box(native, shape, norm.size, powerOfSum(norm, -norm.beta - 1)),
      direct: multiply(native, shape, []),
      product: multiply(native, shape, [{ kind: 'multiply', operand: data }]),
      collect: box(
        native,
        shape,
        norm.size,
        [
          { kind: 'linear', alpha: fromAround },
          { kind: 'multiply', operand: data },
          { kind: 'add', operand: data },
        ],
        'transposed',
      ),
    };
    return { ...primitives, destroy: () => destroyAll(primitives) };
  });
}

function keyOf(shape: ImageShape, { size, bias, alpha, beta }: SameMapNormalization): string {
  return `[${shape}] size ${size} bias ${bias} alpha ${alpha} beta ${beta}`;
}

function destroyAll(primitives: Record<string, Primitive>): void {
  for (const primitive of Object.values(primitives)) primitive.destroy();
}

/**
 * From the mean of squares to (bias + alpha * sum)^exponent, as exp(exponent * log(..)): oneDNN's pow is a call for
 * every value, these are vector code. A second `linear` instead of the scale would get the first one's constants
 * (a bug of oneDNN 2.6's pooling kernels).
 */
function powerOfSum({ size, bias, alpha }: SameMapNormalization, exponent: number): PostOp[] {
  return [
    { kind: 'linear', alpha: alpha * size ** 2, beta: bias },
    { kind: 'log', scale: exponent },
    { kind: 'exp' },
  ];
}

function square(native: NativeEngine, shape: ImageShape): Primitive {
  const data = nhwc(native, ...shape);
  return native.primitive(native.elementwiseForward({ f: { kind: 'square' }, x: data }), [
    ['source', data],
    ['destination', data],
  ]);
}

function multiply(native: NativeEngine, shape: ImageShape, postOps: PostOp[]): Primitive {
  const data = nhwc(native, ...shape);
  const descriptor = native.binary({ kind: 'multiply', a: data, b: data, y: data, postOps });
  return native.primitive(descriptor, [
    ['source', data],
    ['source1', data],
    ['destination', data],
    ...operands(postOps),
  ]);
}

/** The mean over the window around each pixel, zeros outside the image, then the post-ops. */
function box(
  native: NativeEngine,
  shape: ImageShape,
  size: number,
  postOps: PostOp[],
  direction?: 'transposed',
): Primitive {
  const data = nhwc(native, ...shape);
  const before = Math.floor(size / 2);
  const after = size - 1 - before;
  const [padBefore, padAfter] = direction === 'transposed' ? [after, before] : [before, after];
  const descriptor = native.poolingForward({
    kind: 'averageOverWholeWindow',
    x: data,
    y: data,
    kernel: [size, size],
    strides: [1, 1],
    dilates: [0, 0],
    padBefore: [padBefore, padBefore],
    padAfter: [padAfter, padAfter],
    training: false,
    postOps,
  });
  return native.primitive(descriptor, [['source', data], ['destination', data], ...operands(postOps)]);
}

/** The arguments that binary post-ops add, in their order. */
function operands(postOps: readonly PostOp[]): ArgumentLayout[] {
  return postOps.flatMap((op, i) => ('operand' in op ? [[`operand${i}`, op.operand] as const] : []));
}

/** Runs a pass over a batch, some images at a time: what one primitive writes, the next finds in the cache. */
export function overImages(shape: ImageShape, run: (images: ImageShape, byteOffset: Address) => void): void {
  const [batch, height, width, channels] = shape;
  const imageBytes = height * width * channels * 4;
  const chunkSize = Math.max(1, Math.floor(cacheBytes / imageBytes));
  for (let first = 0; first < batch; first += chunkSize) {
    const count = Math.min(chunkSize, batch - first);
    run([count, height, width, channels], BigInt(first * imageBytes));
  }
}

/** Half of a core's second-level cache: an intermediate array of this size stays in it. */
const cacheBytes = 512 * 1024;
