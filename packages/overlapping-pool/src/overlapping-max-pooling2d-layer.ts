import {
  layerArgumentNames,
  requireChannelsLast,
  requireKnownOptions,
  requireSingleInput,
} from '@alexnet/validate';
import * as tf from '@tensorflow/tfjs-core';
import { layers } from '@tensorflow/tfjs-layers';
import {
  completePoolOptions,
  type OverlappingMaxPoolOptions,
  overlappingMaxPool,
  poolOptionNames,
  requireRoom,
} from './overlapping-max-pool.js';

type LayerArgs = NonNullable<ConstructorParameters<typeof layers.Layer>[0]>;

/** Arguments of {@link OverlappingMaxPooling2D} and of every layer (`name`, `inputShape`, ...). */
export interface OverlappingMaxPooling2DArgs extends OverlappingMaxPoolOptions, LayerArgs {
  /** No other format is supported. */
  dataFormat?: 'channelsLast';
}

/**
 * {@link overlappingMaxPool} as a layer.
 *
 * @see Krizhevsky et al. 2012, sec. 3.4
 * @example
 * model.add(new OverlappingMaxPooling2D()); // z = 3, s = 2
 */
export class OverlappingMaxPooling2D extends layers.Layer {
  readonly #options: Required<OverlappingMaxPoolOptions>;

  constructor(args: OverlappingMaxPooling2DArgs = {}) {
    const known = [...poolOptionNames, ...layerArgumentNames, 'dataFormat'];
    requireKnownOptions(args, known, 'OverlappingMaxPooling2D');
    requireChannelsLast(args, 'OverlappingMaxPooling2D');
    super({ ...args });
    this.inputSpec = [{ ndim: 4 }];
    this.#options = completePoolOptions(args);
  }

  static get className(): string {
    return 'OverlappingMaxPooling2D';
  }

  override computeOutputShape(inputShape: (number | null)[]): (number | null)[] {
    const [batch = null, height = null, width = null, channels = null] = inputShape;
    const { poolSize, padding } = this.#options;
    requireRoom(height ?? poolSize, width ?? poolSize, poolSize, padding);
    return [batch, this.#outputSide(height), this.#outputSide(width), channels];
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const x = requireSingleInput(inputs, 'OverlappingMaxPooling2D') as tf.Tensor4D;
    return tf.tidy(() => overlappingMaxPool(x, this.#options));
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), ...this.#options };
  }

  #outputSide(side: number | null): number | null {
    if (side === null) return null;
    const { poolSize, strides, padding } = this.#options;
    return padding === 'same' ? Math.ceil(side / strides) : Math.floor((side - poolSize) / strides) + 1;
  }
}
