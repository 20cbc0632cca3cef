import * as tf from '@tensorflow/tfjs-core';
import type { Answer, Request } from '../contestant.js';
import { layers, type Pass } from '../layers.js';

/** One pass of one of AlexNet's layers, through tfjs's own operations. */
export async function layerPass(request: Request): Promise<() => Promise<Answer | undefined>> {
  const batch = Number(request.batch);
  const layer = layers.find(({ name }) => name === request.layer);
  if (!layer)
    throw new RangeError(`layer must be one of ${layers.map(({ name }) => name)}, got '${request.layer}'`);
  const x = tf.randomUniform([batch, ...layer.input]);
  const w = tf.randomUniform(layer.weights, -0.1, 0.1);
  const run = layer.weights.length === 4 ? convolution(x, w, layer.strides, layer.pad) : dense(x, w);
  const pass = run[request.pass as Pass];
  return async () => {
    const y = tf.tidy(pass);
    tf.backend().readSync(tf.tidy(() => tf.slice(tf.reshape(y, [-1]), 0, 1)).dataId); // without a read, nothing is computed
    y.dispose();
    return undefined;
  };
}

type Passes = Record<Pass, () => tf.Tensor>;

function convolution(
  x: tf.Tensor,
  w: tf.Tensor,
  strides: number,
  pad: 'same' | tf.backend_util.ExplicitPadding,
): Passes {
  const [x4, w4] = [x as tf.Tensor4D, w as tf.Tensor4D];
  const forward = (): tf.Tensor4D => tf.conv2d(x4, w4, strides, pad);
  const dy = tf.tidy(() => tf.randomUniform<tf.Rank.R4>(forward().shape));
  const attributes = { strides, pad, dataFormat: 'NHWC', dimRoundingMode: undefined };
  const kernel = (name: string, inputs: object, more: object): tf.Tensor =>
    tf.engine().runKernel(name, inputs as never, { ...attributes, ...more } as never);
  return {
    forward,
    inputGradient: () => kernel('Conv2DBackpropInput', { dy, filter: w4 }, { inputShape: x4.shape }),
    weightGradient: () => kernel('Conv2DBackpropFilter', { x: x4, dy }, { filterShape: w4.shape }),
  };
}

function dense(x: tf.Tensor, w: tf.Tensor): Passes {
  const dy = tf.tidy(() => tf.randomUniform(tf.matMul(x, w).shape));
  return {
    forward: () => tf.matMul(x, w),
    inputGradient: () => tf.matMul(dy, w, false, true),
    weightGradient: () => tf.matMul(x, dy, true, false),
  };
}
