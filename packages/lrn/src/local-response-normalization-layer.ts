import {
  layerArgumentNames,
  requireChannelsLast,
  requireKnownOptions,
  requireSingleInput,
} from '@alexnet/validate';
import * as tf from '@tensorflow/tfjs-core';
import { layers } from '@tensorflow/tfjs-layers';
import {
  completeLrnOptions,
  localResponseNormalization,
  lrnOptionNames,
} from './local-response-normalization.js';
import type { LrnOptions } from './lrn-conventions.js';

/** The arguments of every tfjs layer. */
export type LayerArgs = NonNullable<ConstructorParameters<typeof layers.Layer>[0]>;

/** Arguments of {@link LocalResponseNormalization} and of every layer (`name`, `inputShape`, ...). */
export interface LocalResponseNormalizationArgs extends LrnOptions, LayerArgs {
  /** No other format is supported. */
  dataFormat?: 'channelsLast';
}

/**
 * {@link localResponseNormalization} as a layer. Input and output `[N, H, W, C]`.
 *
 * @see Krizhevsky et al. 2012, sec. 3.3
 * @example
 * model.add(new LocalResponseNormalization()); // the paper's constants
 */
export class LocalResponseNormalization extends layers.Layer {
  readonly #options: Required<LrnOptions>;

  constructor(args: LocalResponseNormalizationArgs = {}) {
    requireKnownOptions(
      args,
      [...lrnOptionNames, ...layerArgumentNames, 'dataFormat'],
      'LocalResponseNormalization',
    );
    requireChannelsLast(args, 'LocalResponseNormalization');
    super({ ...args });
    this.inputSpec = [{ ndim: 4 }];
    this.#options = completeLrnOptions(args);
  }

  static get className(): string {
    return 'LocalResponseNormalization';
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const x = requireSingleInput(inputs, 'LocalResponseNormalization') as tf.Tensor4D;
    return tf.tidy(() => localResponseNormalization(x, this.#options));
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), ...this.#options };
  }
}
