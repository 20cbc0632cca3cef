import {
  layerArgumentNames,
  requireChannelsLast,
  requireKnownOptions,
  requireSingleInput,
  requireWhole,
} from '@alexnet/validate';
import * as tf from '@tensorflow/tfjs-core';
import { layers } from '@tensorflow/tfjs-layers';
import {
  checkGroups,
  type Padding2D,
  requireDistances,
  requireFit,
  requirePadding,
  requirePair,
} from './check-convolution.js';
import { groupedConv2d } from './grouped-conv2d.js';

type Conv2DArgs = Parameters<typeof layers.conv2d>[0];
type Shape = (number | null)[];
interface Weight {
  read(): tf.Tensor;
}

/**
 * What Conv2D of tfjs offers its subclasses. tfjs exports the factory `tf.layers.conv2d` but not the class.
 */
interface PlainConv2D extends layers.Layer {
  filters: number;
  kernelSize: number[];
  strides: number[];
  dilationRate: number[];
  useBias: boolean;
  activation: { apply(x: tf.Tensor): tf.Tensor; getClassName(): string };
  kernel: Weight;
  bias: Weight;
}
type Conv2DClass = Pick<typeof layers.Layer, 'fromConfig'> & (new (args: Conv2DArgs) => PlainConv2D);
const Conv2D: Conv2DClass = layers.conv2d({ filters: 1, kernelSize: 1 })
  .constructor as unknown as Conv2DClass;

/**
 * Arguments of {@link GroupedConv2D}: the arguments of `tf.layers.conv2d`, plus groups and explicit padding.
 */
export type GroupedConv2DArgs = Omit<Conv2DArgs, 'padding' | 'dataFormat'> & {
  /** Into how many independent convolutions the channels are split. Default 1. */
  groups?: number;
  /** Default 'valid'. */
  padding?: Padding2D;
  /** No other format is supported. */
  dataFormat?: 'channelsLast';
};

const argumentNames = [
  ...['filters', 'kernelSize', 'strides', 'padding', 'groups', 'dilationRate', 'dataFormat'],
  ...['activation', 'useBias', 'kernelInitializer', 'biasInitializer', 'kernelConstraint', 'biasConstraint'],
  ...['kernelRegularizer', 'biasRegularizer', 'activityRegularizer'],
  ...layerArgumentNames,
];

/**
 * {@link groupedConv2d} as a layer. With `groups: 1` it is a plain convolution that accepts explicit padding.
 *
 * Weights `kernel [kh, kw, inChannels / groups, filters]` and `bias [filters]`.
 *
 * @see Krizhevsky et al. 2012, sec. 3.5
 * @example
 * model.add(new GroupedConv2D({ filters: 256, kernelSize: 5, padding: 'same', groups: 2, activation: 'relu' }));
 */
export class GroupedConv2D extends Conv2D {
  readonly #groups: number;
  readonly #zeroPadding: Padding2D;

  constructor(args: GroupedConv2DArgs) {
    requireKnownOptions(args, argumentNames, 'GroupedConv2D');
    const { groups = 1, padding = 'valid', ...plain } = args;
    requireChannelsLast(args, 'GroupedConv2D');
    requireWhole('filters', args.filters, 1, 'GroupedConv2D');
    requirePair('kernelSize', args.kernelSize, 'GroupedConv2D');
    requireDistances(args.strides ?? 1, args.dilationRate ?? 1, 'GroupedConv2D');
    super({ ...plain, padding: typeof padding === 'string' ? padding : 'valid' });
    checkGroups(groups, groups, this.filters);
    this.#groups = groups;
    this.#zeroPadding = requirePadding(padding, 'GroupedConv2D');
    this.inputSpec = [{ ndim: 4 }];
  }

  static get className(): string {
    return 'GroupedConv2D';
  }

  override build(inputShape: Shape | Shape[]): void {
    const channels = (inputShape as Shape)[3];
    if (typeof channels !== 'number') {
      throw new RangeError(`the channels of the input must be known (${this.name}), got [${inputShape}].`);
    }
    checkGroups(this.#groups, channels, this.filters);
    // Conv2D's build makes a kernel for every channel of the shape that it gets, so it gets the channels of
    // one group.
    super.build([...(inputShape as Shape).slice(0, 3), channels / this.#groups]);
    this.inputSpec = [{ ndim: 4, axes: { 3: channels } }];
  }

  override computeOutputShape(inputShape: Shape | Shape[]): Shape {
    const [batch = null, height = null, width = null] = inputShape as Shape;
    const [kernelSize, dilationRate] = [this.kernelSize, this.dilationRate] as [number, number][];
    requireFit(
      [height, width],
      kernelSize as [number, number],
      dilationRate as [number, number],
      this.#zeroPadding,
    );
    return [batch, this.#outputSide(height, 0), this.#outputSide(width, 1), this.filters];
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const x = requireSingleInput(inputs, 'GroupedConv2D') as tf.Tensor4D;
    const fusesRelu = this.activation.getClassName() === 'relu';
    return tf.tidy(() => {
      const y = groupedConv2d(x, this.kernel.read() as tf.Tensor4D, {
        groups: this.#groups,
        strides: this.strides as [number, number],
        dilationRate: this.dilationRate as [number, number],
        padding: this.#zeroPadding,
        activation: fusesRelu ? 'relu' : 'linear',
        ...(this.useBias && { bias: this.bias.read() as tf.Tensor1D }),
      });
      return fusesRelu ? y : this.activation.apply(y);
    });
  }

  override getConfig(): tf.serialization.ConfigDict {
    const padding = this.#zeroPadding as tf.serialization.ConfigDictValue;
    return { ...super.getConfig(), groups: this.#groups, padding };
  }

  #outputSide(side: number | null, axis: 0 | 1): number | null {
    if (side === null) return null;
    const stride = this.strides[axis] as number;
    if (this.#zeroPadding === 'same') return Math.ceil(side / stride);
    const [before, after] = this.#zeroPadding === 'valid' ? [0, 0] : this.#zeroPadding[axis];
    const reach = ((this.kernelSize[axis] as number) - 1) * (this.dilationRate[axis] as number) + 1;
    return Math.floor((side + before + after - reach) / stride) + 1;
  }
}
