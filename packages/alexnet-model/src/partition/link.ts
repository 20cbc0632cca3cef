import type * as tf from '@tensorflow/tfjs-core';

/** What joins two devices: each gets what the other sent, in the order it was sent. */
export interface Link {
  /** Sends the values of a tensor, which stays the caller's. */
  send(tensor: tf.Tensor): Promise<void>;
  /** The next that the other sent, as a tensor of this shape; it belongs to the caller. */
  receive(shape: readonly number[]): Promise<tf.Tensor>;
}
