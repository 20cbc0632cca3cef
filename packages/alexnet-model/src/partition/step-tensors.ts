import type * as tf from '@tensorflow/tfjs-core';

/** The tensors of a step that nobody owns if the step fails. */
export class StepTensors {
  readonly #tensors = new Set<tf.Tensor>();

  add(tensor: tf.Tensor): tf.Tensor {
    this.#tensors.add(tensor);
    return tensor;
  }

  /** Disposes of a tensor that the step no longer needs. */
  release(tensor: tf.Tensor): void {
    this.#tensors.delete(tensor);
    tensor.dispose();
  }

  releaseAll(): void {
    for (const tensor of this.#tensors) tensor.dispose();
  }
}
