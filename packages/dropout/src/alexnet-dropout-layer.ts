import { describeValue, layerArgumentNames, requireKnownOptions } from '@alexnet/validate';
import * as tf from '@tensorflow/tfjs-core';
import { layers } from '@tensorflow/tfjs-layers';
import { type Columns, checkDropout, type DropoutMode, dropout } from './dropout.js';

type LayerArgs = NonNullable<ConstructorParameters<typeof layers.Layer>[0]>;

/** Arguments of {@link AlexNetDropout}, and those of every layer (`name`, `inputShape`, ...). */
export interface AlexNetDropoutArgs extends LayerArgs {
  /** Probability that a unit is dropped. Default .5, sec. 4.2. */
  rate?: number;
  /** Where the factor 1 - rate goes. Default 'paper'. */
  mode?: DropoutMode;
  /** The masks follow from the seed, the layer's name and the number of masks drawn before. Default 0. */
  seed?: number;
  /** Which columns of wider rows the input is, where a layer is split over devices: the masks are the whole layer's. */
  columns?: Columns;
}

/**
 * {@link dropout} as a layer. (A class named 'Dropout' would replace tfjs's own when a saved model is loaded.)
 *
 * @see Krizhevsky et al. 2012, sec. 4.2
 * @example
 * model.add(new AlexNetDropout({ seed: 42 }));
 */
export class AlexNetDropout extends layers.Layer {
  /** How many masks were drawn: what a checkpoint has to keep for the next mask to be the same. */
  randomState = 0;
  private readonly rate: number;
  private readonly mode: DropoutMode;
  private readonly seed: number;
  private readonly columns: Columns | undefined;

  constructor(args: AlexNetDropoutArgs = {}) {
    requireKnownOptions(args, ['rate', 'mode', 'seed', 'columns', ...layerArgumentNames], 'AlexNetDropout');
    super({ ...args });
    this.inputSpec = [{}];
    this.supportsMasking = true;
    const { rate = 0.5, mode = 'paper', seed = 0, columns } = args;
    checkDropout(rate, mode);
    if (!Number.isSafeInteger(seed)) {
      throw new RangeError(`seed must be a whole number (AlexNetDropout), got ${describeValue(seed)}.`);
    }
    this.rate = rate;
    this.mode = mode;
    this.seed = seed;
    this.columns = columns;
  }

  static get className(): string {
    return 'AlexNetDropout';
  }

  override call(inputs: tf.Tensor | tf.Tensor[], kwargs: { training?: boolean } = {}): tf.Tensor {
    const x = (Array.isArray(inputs) ? inputs[0] : inputs) as tf.Tensor;
    const isTraining = kwargs.training === true;
    const seed = [this.seed, hashName(this.name), isTraining ? this.randomState++ : 0];
    const { rate, mode, columns } = this;
    return tf.tidy(() => dropout(x, { rate, mode, isTraining, seed, ...(columns && { columns }) }));
  }

  override getConfig(): tf.serialization.ConfigDict {
    const { rate, mode, seed, columns } = this;
    return { ...super.getConfig(), rate, mode, seed, ...(columns && { columns: { ...columns } }) };
  }
}

/** FNV-1a: layers with one seed must not share their masks. */
function hashName(name: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}
