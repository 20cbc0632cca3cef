import type { Address, MemoryDescriptor } from '../library/c-api.js';
import type {
  argument,
  binaryAlgorithm,
  fromOutputAlgorithm,
  poolingAlgorithm,
  query,
  reductionAlgorithm,
} from '../library/constants.js';

/** How an array of float32 lies in memory. It serves the `build` in which it was made, and no longer. */
export interface Layout {
  /** For the engine that made it only. */
  readonly memory: MemoryDescriptor;
}

/** An operation on given layouts, ready to be compiled; it serves the `build` in which it was made. */
export interface Descriptor {
  readonly handle: Address;
  /** The argument numbers of the post-ops' operands, one for each post-op; 0 where there is none. */
  readonly operands: readonly number[];
  /** Arguments that this version of oneDNN asks for and does not read. */
  readonly unread?: readonly ArgumentLayout[];
}

/** The values of an argument by its role; `operand<i>` is the operand of post-op i, `summand<i>` an input of `sum`. */
export type ArgumentName = keyof typeof argument | `operand${number}` | `summand${number}`;

/** An argument of a primitive and its layout. */
export type ArgumentLayout = readonly [argument: ArgumentName, layout: Layout];

/** An argument whose layout oneDNN chooses. */
export type ChosenArgument = keyof typeof query;

/**
 * A function of one value x with parameters a (alpha) and b (beta); both 0 if absent.
 *
 * | kind | y |
 * |---|---|
 * | relu | x if x > 0, else a x |
 * | elu | x if x > 0, else a (e^x - 1) |
 * | clip | x, not below a, not above b |
 * | linear | a x + b |
 * | pow | a x^b |
 * | swish | x / (1 + e^(-a x)) |
 * | softplus | log(1 + e^x) |
 * | gelu | x Phi(x), exactly; geluTanh is the approximation |
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

/** Not the comparisons: oneDNN 3 fails to generate code for them, and for everything that comes after. */
type PostOpKind = 'add' | 'subtract' | 'multiply' | 'divide' | 'maximum' | 'minimum';

/** What is done to a result before it is stored: `scale` (1) times a function, or an operation with an array. */
export type PostOp = (ElementwiseFunction & { scale?: number }) | { kind: PostOpKind; operand: Layout };

/** What any operation may have besides. */
export interface Attributes {
  postOps?: readonly PostOp[];
  /** The caller lends the working memory: argument 'scratchpad', its layout from `chosenLayout`. */
  userScratchpad?: boolean;
}

/** How a window moves over the last dimensions. */
export interface Window {
  strides: readonly number[];
  /** Holes between neighbours: 0 is a dense window. */
  dilates: readonly number[];
  padBefore: readonly number[];
  padAfter: readonly number[];
}

/**
 * y [N, O, H, W] = x [N, I, H, W] * filter [O, I, kh, kw], or in groups [G, O/G, I/G, kh, kw], + bias [O].
 * For gradients the layouts are those of dx, dfilter, dbias, dy.
 */
export interface Convolution extends Window, Attributes {
  x: Layout;
  filter: Layout;
  bias?: Layout | undefined;
  y: Layout;
}

/** max, or the mean over the part of the window inside the image, or over the whole window with zeros outside. */
export type PoolingKind = keyof typeof poolingAlgorithm;

/** Pooling of x [N, C, H, W]; a gradient belongs to the pooling with `training`. */
export interface Pooling extends Window, Attributes {
  kind: PoolingKind;
  x: Layout;
  y: Layout;
  kernel: readonly number[];
  training: boolean;
}

/** y = x / (bias + alpha / size * sum of x^2 over `size` channels)^beta; one layout for all arrays. */
export interface ResponseNormalization extends Attributes {
  x: Layout;
  size: number;
  alpha: number;
  beta: number;
  bias: number;
  training: boolean;
}

/** y = f(x); one layout for both. (2.6 does nothing where there are post-ops, 3 refuses some.) */
export interface Elementwise {
  f: ElementwiseFunction;
  x: Layout;
  training?: boolean;
}

/** dx from dy and x, argument 'source'; or from dy and y, argument 'destination'. One layout for all. */
export type ElementwiseBackward = { x: Layout } & (
  | { f: ElementwiseFunction; from: 'input' }
  | { f: ElementwiseFunction & { kind: keyof typeof fromOutputAlgorithm }; from: 'output' }
);

/** c = a b + bias, the last two dimensions; leading ones of size 1 are broadcast. */
export interface MatrixProduct extends Attributes {
  a: Layout;
  b: Layout;
  bias?: Layout | undefined;
  c: Layout;
}

/** y = a (kind) b, where every dimension of b is a's or 1. */
export interface Binary extends Attributes {
  kind: BinaryKind;
  a: Layout;
  b: Layout;
  y: Layout;
}

/** y from x over the dimensions where y has size 1. */
export interface Reduction extends Attributes {
  kind: keyof typeof reductionAlgorithm;
  x: Layout;
  y: Layout;
}

/** The softmax along an axis, or its logarithm; one layout for all arrays. The gradient is made from y. */
export interface Softmax extends Attributes {
  x: Layout;
  axis: number;
  log?: boolean;
  training?: boolean;
}

/**
 * y = scale (x - mean) / sqrt(variance + epsilon) + shift for each channel of x [N, C, ...]; one layout for all of
 * x's size. Arguments: 'mean', 'variance' (results in training, inputs otherwise), 'scale', 'shift'; of the gradient
 * 'source', 'diffDestination', 'mean', 'variance', 'scale', to 'diffSource', 'diffScale', 'diffShift'.
 */
export interface BatchNormalization extends Attributes {
  x: Layout;
  epsilon: number;
  scale: boolean;
  shift: boolean;
  /** Mean and variance are those of x, and x's gradient counts that. */
  training: boolean;
}

/** y = x if x > 0, else weights * x; dimensions of `weights` are x's or 1. */
export interface Prelu {
  x: Layout;
  weights: Layout;
  training?: boolean;
}

/** y = the sum of scales[i] * summand i; one layout for all. */
export interface WeightedSum {
  scales: readonly number[];
  x: Layout;
}
