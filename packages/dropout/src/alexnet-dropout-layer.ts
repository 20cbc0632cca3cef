import {
  describeValue,
  layerArgumentNames,
  requireKnownOptions,
  requireSingleInput,
} from '@alexnet/validate';
import * as tf from '@tensorflow/tfjs-core';
import { layers } from '@tensorflow/tfjs-layers';
import { averageOverMasks, completeDropoutRule, type DropoutRule, maskUnits } from './dropout.js';
import type { Columns } from './dropout-mask.js';

type LayerArgs = NonNullable<ConstructorParameters<typeof layers.Layer>[0]>;

/** Arguments of {@link AlexNetDropout} and of every layer (`name`, `inputShape`, ...). */
export interface AlexNetDropoutArgs extends DropoutRule, LayerArgs {
  /** The seed, the layer's name and the number of masks drawn before determine a mask. Default 0. */
  seed?: number;
  /**
   * For a layer that is split over devices: which units of the whole layer the input has. They are masked as
   * in the whole layer. By default the input has all units.
   */
  columns?: Columns;
}

/**
 * `dropout` as a layer. (A class named 'Dropout' would replace the tfjs class when a saved model is
 * loaded.)
 *
 * @see Krizhevsky et al. 2012, sec. 4.2
 * @example
 * model.add(new AlexNetDropout({ seed: 42 }));
 */
export class AlexNetDropout extends layers.Layer {
  /**
   * How many masks were drawn. A checkpoint must keep this number for a resumed run to draw the same masks.
   */
  randomState = 0;
  readonly #rule: Required<DropoutRule>;
  readonly #seed: number;
  readonly #columns: Columns | undefined;

  constructor(args: AlexNetDropoutArgs = {}) {
    requireKnownOptions(args, ['rate', 'mode', 'seed', 'columns', ...layerArgumentNames], 'AlexNetDropout');
    super({ ...args });
    this.inputSpec = [{}];
    this.supportsMasking = true;
    this.#rule = completeDropoutRule(args);
    const { seed = 0, columns } = args;
    if (!Number.isSafeInteger(seed)) {
      throw new RangeError(`seed must be a whole number (AlexNetDropout), got ${describeValue(seed)}.`);
    }
    this.#seed = seed;
    this.#columns = columns;
  }

  static get className(): string {
    return 'AlexNetDropout';
  }

  override call(inputs: tf.Tensor | tf.Tensor[], { training }: { training?: boolean } = {}): tf.Tensor {
    const x = requireSingleInput(inputs, 'AlexNetDropout');
    if (training !== true) return tf.tidy(() => averageOverMasks(x, this.#rule));
    return maskUnits(x, this.#rule, [this.#seed, hashName(this.name), this.randomState++], this.#columns);
  }

  override getConfig(): tf.serialization.ConfigDict {
    const [seed, columns] = [this.#seed, this.#columns];
    return { ...super.getConfig(), ...this.#rule, seed, ...(columns && { columns: { ...columns } }) };
  }
}

/** FNV-1a: layers that share a seed must not share their masks. */
function hashName(name: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}
