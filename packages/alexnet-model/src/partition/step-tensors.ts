import type * as tf from '@tensorflow/tfjs-core';

/** Tensors that nobody has if the step fails. */
export class Held {
  private readonly tensors = new Set<tf.Tensor>();

  add(tensor: tf.Tensor): tf.Tensor {
    this.tensors.add(tensor);
    return tensor;
  }

  release(tensor: tf.Tensor): void {
    this.tensors.delete(tensor);
    tensor.dispose();
  }

  releaseAll(): void {
    for (const tensor of this.tensors) tensor.dispose();
  }
}
