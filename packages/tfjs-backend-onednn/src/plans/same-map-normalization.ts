import type { OneDnnBackend } from '../backend.js';
import type { Address } from '../library/c-api.js';
import type { NativeEngine } from '../native/native-engine.js';
import type { ArgumentLayout, PostOp } from '../native/operations.js';
import type { Primitive } from '../native/primitive.js';
import type { Plan } from '../primitive-cache.js';
import { nhwc } from '../shapes/layouts.js';

/** y = x / (bias + alpha * sum of x^2 over the size x size pixels around x in the same channel)^beta. */
export interface SameMapNormalization {
  size: number;
  bias: number;
  alpha: number;
  beta: number;
}

/** NHWC dimensions. */
export type ImageShape = readonly [batch: number, height: number, width: number, channels: number];

/** The primitives of the forward pass on a chunk of images, with s = bias + alpha * box(x^2). */
export interface SameMapForward extends Plan {
  /** `run(x, squares)` computes x^2. */
  square: Primitive;
  /** `run(squares, power)` computes s^-beta. */
  power: Primitive;
  /** `run(x, power, y)` computes x * power. */
  multiply: Primitive;
}

/** The primitives of the gradient, dx = dy * s^-beta - 2 * alpha * beta * x * box'(dy * x * s^(-beta-1)). */
export interface SameMapBackward extends Plan {
  /** `run(x, squares)` computes x^2. */
  square: Primitive;
  /** `run(squares, power)` computes s^-beta. */
  power: Primitive;
  /** `run(squares, steeper)` computes s^(-beta-1). */
  steeper: Primitive;
  /** `run(dy, power, direct)` computes dy * power. */
  direct: Primitive;
  /** `run(dy, x, product, steeper)` computes dy * x * steeper. */
  product: Primitive;
  /** `run(product, dx, x, direct)` computes direct - 2 * alpha * beta * x * box'(product). */
  collect: Primitive;
}

/** The kernel plan of the forward pass for images of that shape. */
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

/** The kernel plan of the gradient for images of that shape. */
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
 * Post-ops that turn the mean of squares into (bias + alpha * sum)^exponent, as exp(exponent * log(..)).
 * oneDNN's pow is a call for every value, while these are vector code. The exponent is the `scale` of the
 * logarithm because a second `linear` would get the first one's constants (a bug in the pooling kernels of
 * oneDNN 2.6).
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

/** The mean over the window around each pixel, with zeros outside the image, followed by the post-ops. */
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

/** The arguments that binary post-ops add, in order. */
function operands(postOps: readonly PostOp[]): ArgumentLayout[] {
  return postOps.flatMap((op, i) => ('operand' in op ? [[`operand${i}`, op.operand] as const] : []));
}

/** Runs a pass over a batch in chunks, so that what one primitive writes is in the cache for the next. */
export function overImages(shape: ImageShape, run: (images: ImageShape, byteOffset: Address) => void): void {
  const [batch, height, width, channels] = shape;
  const imageBytes = height * width * channels * 4;
  const chunkSize = Math.max(1, Math.floor(cacheBytes / imageBytes));
  for (let first = 0; first < batch; first += chunkSize) {
    const count = Math.min(chunkSize, batch - first);
    run([count, height, width, channels], BigInt(first * imageBytes));
  }
}

/** Half of a core's second-level cache; an intermediate array of this size stays in the cache. */
const cacheBytes = 512 * 1024;
