import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';

/** The position of a kernel in a net, as far as its layout depends on it. */
export interface KernelPlace {
  /** Whether the layer is conv1, whose channels may be BGR in a file. */
  isFirst: boolean;
  /** For fc6, the side of the maps that are its inputs. */
  mapSide: number | undefined;
}

/**
 * Converts a kernel of PyTorch or Caffe: OIHW -> HWIO, [out, in] -> [in, out], the inputs of fc6 CHW -> HWC.
 */
export function toTfjs(
  kernel: tf.Tensor,
  { isFirst, mapSide }: KernelPlace,
  channelOrder: 'RGB' | 'BGR',
): tf.Tensor {
  return tf.tidy(() => {
    if (kernel.rank === 4) {
      const moved = tf.transpose(kernel, [2, 3, 1, 0]);
      return isFirst && channelOrder === 'BGR' ? tf.reverse(moved, 2) : moved;
    }
    if (mapSide === undefined) return tf.transpose(kernel);
    const [units = 0, inputs = 0] = kernel.shape;
    const maps = tf.reshape(kernel, [units, inputs / mapSide ** 2, mapSide, mapSide]);
    return tf.reshape(tf.transpose(maps, [2, 3, 1, 0]), [inputs, units]);
  });
}

/** Converts a kernel of tfjs to the layout of PyTorch, with RGB channels. */
export function fromTfjs(kernel: tf.Tensor, { mapSide }: KernelPlace): tf.Tensor {
  return tf.tidy(() => {
    if (kernel.rank === 4) return tf.transpose(kernel, [3, 2, 0, 1]);
    if (mapSide === undefined) return tf.transpose(kernel);
    const [inputs = 0, units = 0] = kernel.shape;
    const maps = tf.reshape(kernel, [mapSide, mapSide, inputs / mapSide ** 2, units]);
    return tf.reshape(tf.transpose(maps, [3, 2, 0, 1]), [units, inputs]);
  });
}

/** The side of the maps that a model flattens for fc6. */
export function flattenedSide(model: tfl.LayersModel): number {
  return (model.getLayer('flatten').input as tfl.SymbolicTensor).shape[1] as number;
}
