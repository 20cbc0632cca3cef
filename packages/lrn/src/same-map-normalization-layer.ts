import {
  layerArgumentNames,
  requireChannelsLast,
  requireKnownOptions,
  requireSingleInput,
} from '@alexnet/validate';
import * as tf from '@tensorflow/tfjs-core';
import { layers } from '@tensorflow/tfjs-layers';
import type { LayerArgs } from './local-response-normalization-layer.js';
import {
  completeSameMapOptions,
  type SameMapNormalizationOptions,
  sameMapNormalization,
  sameMapOptionNames,
} from './same-map-normalization.js';

/** Arguments of {@link SameMapNormalization} and of every layer (`name`, `inputShape`, ...). */
export interface SameMapNormalizationArgs extends SameMapNormalizationOptions, LayerArgs {
  /** No other format is supported. */
  dataFormat?: 'channelsLast';
}

/** {@link sameMapNormalization} as a layer. Input and output `[N, H, W, C]`. */
export class SameMapNormalization extends layers.Layer {
  readonly #options: Required<SameMapNormalizationOptions>;

  constructor(args: SameMapNormalizationArgs = {}) {
    requireKnownOptions(
      args,
      [...sameMapOptionNames, ...layerArgumentNames, 'dataFormat'],
      'SameMapNormalization',
    );
    requireChannelsLast(args, 'SameMapNormalization');
    super({ ...args });
    this.inputSpec = [{ ndim: 4 }];
    this.#options = completeSameMapOptions(args);
  }

  static get className(): string {
    return 'SameMapNormalization';
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const x = requireSingleInput(inputs, 'SameMapNormalization') as tf.Tensor4D;
    return tf.tidy(() => sameMapNormalization(x, this.#options));
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), ...this.#options };
  }
}
