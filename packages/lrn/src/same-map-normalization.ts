import { requireFinite, requireKnownOptions, requireTensor, requireWhole } from '@alexnet/validate';
import * as tf from '@tensorflow/tfjs-core';

/** Constants of {@link sameMapNormalization}; the defaults are the original program's. */
export interface SameMapNormalizationOptions {
  /** Side of the square window, odd. Default 5. */
  size?: number;
  /** k: added to the weighted sum. Default 1. */
  bias?: number;
  /** alpha: the weight of the sum of squares. Default 4e-5 (.001 / 25). */
  alpha?: number;
  /** beta: the exponent. Default .75. */
  beta?: number;
}

const caller = 'sameMapNormalization';

/**
 * Divides each activity by a power of the summed squares around it in the same channel.
 *
 *     b(y,x) = a(y,x) / (k + alpha * sum over the size x size window of a^2)^beta, zero outside the image
 *
 * The original program has this layer after the response normalization of layer 2. The paper does not mention
 * it.
 *
 * @param x Activities `[N, H, W, C]`, float32.
 * @returns A tensor of the same shape, owned by the caller.
 * @throws TypeError if x is not such a tensor or an option is unknown; RangeError if an option is out of
 *   range.
 * @see `layers/layers-145.cfg` of the original program
 * @example
 * const y = sameMapNormalization(x); // 5 x 5, k = 1, alpha = 4e-5, beta = .75
 */
export function sameMapNormalization(x: tf.Tensor4D, options: SameMapNormalizationOptions = {}): tf.Tensor4D {
  requireTensor('x', x, { dtype: 'float32', axes: ['N', 'H', 'W', 'C'] }, caller);
  requireKnownOptions(options, sameMapOptionNames, caller);
  const complete = completeSameMapOptions(options);
  const native =
    tf.getKernel('SameMapNorm', tf.getBackend()) && tf.getKernel('SameMapNormGrad', tf.getBackend());
  const forward = native ? nativeForward : composedForward;
  const backward = native ? nativeBackward : composedBackward;
  const normalize = tf.customGrad((...args: (tf.Tensor | tf.GradSaveFunc)[]) => {
    const [input, save] = args as [tf.Tensor4D, tf.GradSaveFunc];
    save([input]);
    return {
      value: forward(input, complete),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) =>
        backward(saved[0] as tf.Tensor4D, dy as tf.Tensor4D, complete),
    };
  });
  return normalize(x) as tf.Tensor4D;
}

export const sameMapOptionNames: readonly string[] = ['size', 'bias', 'alpha', 'beta'];

/** Fills in the constants of the original program and checks those that are given. */
export function completeSameMapOptions(
  options: SameMapNormalizationOptions,
): Required<SameMapNormalizationOptions> {
  const { size = 5, bias = 1, alpha = 4e-5, beta = 0.75 } = options;
  requireWhole('size', size, 1, caller);
  if (size % 2 === 0) throw new RangeError(`size must be odd (${caller}), got ${size}.`);
  requireFinite('bias', bias, 0, caller);
  requireFinite('alpha', alpha, 0, caller);
  requireFinite('beta', beta, 0, caller);
  return { size, bias, alpha, beta };
}

type Constants = Required<SameMapNormalizationOptions>;

function nativeForward(x: tf.Tensor4D, attrs: Constants): tf.Tensor4D {
  return tf.engine().runKernel('SameMapNorm', { x }, { ...attrs });
}

function nativeBackward(x: tf.Tensor4D, dy: tf.Tensor4D, attrs: Constants): tf.Tensor4D {
  return tf.engine().runKernel('SameMapNormGrad', { x, dy }, { ...attrs });
}

function composedForward(x: tf.Tensor4D, constants: Constants): tf.Tensor4D {
  return tf.tidy(() => tf.mul(x, tf.pow(windowScale(x, constants), -constants.beta)));
}

/**
 * dx = dy s^-beta - 2 alpha beta x box(dy x s^(-beta-1)), s = k + alpha box(x^2). The box sum is its own
 * adjoint.
 */
function composedBackward(x: tf.Tensor4D, dy: tf.Tensor4D, constants: Constants): tf.Tensor4D {
  const { size, alpha, beta } = constants;
  return tf.tidy(() => {
    const scale = windowScale(x, constants);
    const direct = tf.mul(dy, tf.pow(scale, -beta)) as tf.Tensor4D;
    const spread = boxSum(tf.div(tf.mul(direct, x), scale), size);
    return tf.sub(direct, tf.mul(tf.mul(x, spread), 2 * alpha * beta));
  });
}

function windowScale(x: tf.Tensor4D, { size, bias, alpha }: Constants): tf.Tensor4D {
  return tf.add(tf.mul(boxSum(tf.square(x), size), alpha), bias);
}

/**
 * The sum over the size x size window around each position. It pads because `tf.avgPool` ignores what is
 * outside.
 */
function boxSum(x: tf.Tensor4D, size: number): tf.Tensor4D {
  const r = (size - 1) / 2;
  const padded = tf.pad4d(x, [[0, 0], [r, r], [r, r], [0, 0]]); // biome-ignore format: one line reads better
  return tf.mul(tf.avgPool(padded, size, 1, 'valid'), size * size);
}
