import * as tf from '@tensorflow/tfjs-core';
import type { Link } from './link.js';
import type { Watch } from './tower-activity.js';

/** The other tower, as this one sees it during a step. */
export class Peer {
  readonly #link: Link;
  readonly #watch: Watch;

  constructor(link: Link, watch: Watch) {
    this.#link = link;
    this.#watch = watch;
  }

  /** @param where The layer whose values or gradients these are. */
  async send(values: Float32Array, where: string): Promise<void> {
    await this.#watch({ what: 'send', where }, () => this.#link.send(values));
  }

  /** The tensor of this shape that the peer sent next. */
  async receive(shape: readonly number[], where: string): Promise<tf.Tensor> {
    const size = shape.reduce((product, side) => product * side, 1);
    const values = await this.#watch({ what: 'receive', where }, () => this.#link.receive(size));
    return tf.tensor(values, [...shape]);
  }
}
