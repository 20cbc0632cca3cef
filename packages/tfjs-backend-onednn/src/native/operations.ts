import type { Address, MemoryDescriptor } from '../library/c-api.js';
import type {
  argument,
  binaryAlgorithm,
  fromOutputAlgorithm,
  poolingAlgorithm,
  query,
  reductionAlgorithm,
} from '../library/constants.js';

/** The layout of a float32 array in memory. It is valid only within the `build` that created it. */
export interface Layout {
  /** Valid only for the engine that created it. */
  readonly memory: MemoryDescriptor;
}

/**
 * An operation on given layouts, ready to be compiled. It is valid only within the `build` that created it.
 */
export interface Descriptor {
  readonly handle: Address;
  /** The argument number of each post-op's operand; 0 for a post-op without an operand. */
  readonly operands: readonly number[];
  /** Arguments that this version of oneDNN requires but does not read. */
  readonly unread?: readonly ArgumentLayout[];
}

/** An argument, by its role; `operand<i>` is the operand of post-op i, and `summand<i>` an input of `sum`. */
export type ArgumentName = keyof typeof argument | `operand${number}` | `summand${number}`;

/** An argument of a primitive and its layout. */
export type ArgumentLayout = readonly [argument: ArgumentName, layout: Layout];

/** An argument whose layout oneDNN chooses. */
export type ChosenArgument = keyof typeof query;

/**
 * A function of one value x with parameters a (alpha) and b (beta), which default to 0.
 *
 * | kind | y |
 * |---|---|
 * | relu | x if x > 0, else a x |
 * | elu | x if x > 0, else a (e^x - 1) |
 * | clip | x, but at least a and at most b |
 * | linear | a x + b |
 * | pow | a x^b |
 * | swish | x / (1 + e^(-a x)) |
 * | softplus | log(1 + e^x) |
 * | gelu | x Phi(x), exact; geluTanh is its approximation |
 * | hardswish | x max(0, min(1, x / 6 + 1 / 2)) |
 * | abs, exp, log, logistic, mish, round, sqrt, square, tanh | as named |
 */
export type FunctionKind =
  | 'abs'
  | 'clip'
  | 'elu'
  | 'exp'
  | 'gelu'
  | 'geluTanh'
  | 'hardswish'
  | 'linear'
  | 'log'
  | 'logistic'
  | 'mish'
  | 'pow'
  | 'relu'
  | 'round'
  | 'softplus'
  | 'sqrt'
  | 'square'
  | 'swish'
  | 'tanh';

/** A function of one value. */
export interface ElementwiseFunction {
  kind: FunctionKind;
  alpha?: number;
  beta?: number;
}

/** An operation on two arrays; comparisons give 1 or 0. */
export type BinaryKind = keyof typeof binaryAlgorithm;

/** Comparisons are left out: oneDNN 3 fails to generate code for them, and then for everything after them. */
type PostOpKind = 'add' | 'subtract' | 'multiply' | 'divide' | 'maximum' | 'minimum';

/**
 * Changes a result before it is stored: `scale` (default 1) times a function, or an operation with an array.
 */
export type PostOp = (ElementwiseFunction & { scale?: number }) | { kind: PostOpKind; operand: Layout };

/** Options that any operation may have. */
export interface Attributes {
  postOps?: readonly PostOp[];
  /**
   * The caller lends the working memory as the argument 'scratchpad', whose layout `chosenLayout` returns.
   */
  userScratchpad?: boolean;
}

/** How a window moves over the last dimensions. */
export interface Window {
  strides: readonly number[];
  /** The number of holes between neighbors; 0 for a dense window. */
  dilates: readonly number[];
  padBefore: readonly number[];
  padAfter: readonly number[];
}

/**
 * y [N, O, H, W] = x [N, I, H, W] * filter [O, I, kh, kw], or in groups [G, O/G, I/G, kh, kw], + bias [O].
 * For gradients, x, filter, bias and y are the layouts of dx, dfilter, dbias and dy.
 */
export interface Convolution extends Window, Attributes {
  x: Layout;
  filter: Layout;
  bias?: Layout | undefined;
  y: Layout;
}

/**
 * The maximum, the mean over the part of the window inside the image, or the mean over the whole window with
 * zeros outside the image.
 */
export type PoolingKind = keyof typeof poolingAlgorithm;

/** Pooling of x [N, C, H, W]. A gradient requires a forward pooling with `training`. */
export interface Pooling extends Window, Attributes {
  kind: PoolingKind;
  x: Layout;
  y: Layout;
  kernel: readonly number[];
  training: boolean;
}

/**
 * y = x / (bias + alpha / size * sum of x^2 over `size` channels)^beta; one layout for all arrays. oneDNN
 * divides alpha by the window's size; tfjs's LRN does not.
 */
export interface ScaledResponseNormalization extends Attributes {
  x: Layout;
  size: number;
  alpha: number;
  beta: number;
  bias: number;
  training: boolean;
}

/**
 * y = f(x), with one layout for both. It has no post-ops: with them 2.6 writes nothing, and 3 refuses some.
 */
export interface Elementwise {
  f: ElementwiseFunction;
  x: Layout;
  training?: boolean;
}

/**
 * dx from dy and x (argument 'source') or from dy and y (argument 'destination'), with one layout for all.
 */
export type ElementwiseBackward = { x: Layout } & (
  | { f: ElementwiseFunction; from: 'input' }
  | { f: ElementwiseFunction & { kind: keyof typeof fromOutputAlgorithm }; from: 'output' }
);

/** c = a b + bias over the last two dimensions; leading dimensions of size 1 are broadcast. */
export interface MatrixProduct extends Attributes {
  a: Layout;
  b: Layout;
  bias?: Layout | undefined;
  c: Layout;
}

/** y = a (kind) b, where every dimension of b has a's size or 1. */
export interface Binary extends Attributes {
  kind: BinaryKind;
  a: Layout;
  b: Layout;
  y: Layout;
}

/** Reduces x to y over the dimensions in which y has size 1. */
export interface Reduction extends Attributes {
  kind: keyof typeof reductionAlgorithm;
  x: Layout;
  y: Layout;
}

/**
 * The softmax along an axis, or its logarithm, with one layout for all arrays. The gradient is computed from
 * y.
 */
export interface Softmax extends Attributes {
  x: Layout;
  axis: number;
  log?: boolean;
  training?: boolean;
}

/**
 * y = scale (x - mean) / sqrt(variance + epsilon) + shift for each channel of x [N, C, ...]. All arrays of
 * x's size have one layout. The other arguments are 'mean' and 'variance' (results in training, inputs
 * otherwise), 'scale' and 'shift'. The gradient reads 'source', 'diffDestination', 'mean', 'variance' and
 * 'scale', and writes 'diffSource', 'diffScale' and 'diffShift'.
 */
export interface BatchNormalization extends Attributes {
  x: Layout;
  epsilon: number;
  scale: boolean;
  shift: boolean;
  /** Mean and variance are computed from x, and x's gradient takes that into account. */
  training: boolean;
}

/** y = x if x > 0, else weights * x; every dimension of `weights` has x's size or 1. */
export interface Prelu {
  x: Layout;
  weights: Layout;
  training?: boolean;
}

/** y = the sum of scales[i] * summand i, with one layout for all arrays. */
export interface WeightedSum {
  scales: readonly number[];
  x: Layout;
}
