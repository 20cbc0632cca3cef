import { requireSingleInput } from '@alexnet/validate';
import * as tf from '@tensorflow/tfjs-core';
import { checkGroups } from './check-convolution.js';
import { groupedConv2d } from './grouped-conv2d.js';
import { PaddedConv2D, type PaddedConv2DArgs } from './padded-conv2d.js';

type Shape = (number | null)[];

/**
 * Arguments of {@link GroupedConv2D}: the arguments of `tf.layers.conv2d`, plus groups and explicit padding.
 */
export type GroupedConv2DArgs = PaddedConv2DArgs & {
  /** Into how many independent convolutions the channels are split. Default 1. */
  groups?: number;
};

/**
 * {@link groupedConv2d} as a layer. With `groups: 1` it is a plain convolution that accepts explicit padding.
 *
 * Weights `kernel [kh, kw, inChannels / groups, filters]` and `bias [filters]`.
 *
 * @see Krizhevsky et al. 2012, sec. 3.5
 * @example
 * model.add(new GroupedConv2D({ filters: 256, kernelSize: 5, padding: 'same', groups: 2, activation: 'relu' }));
 */
export class GroupedConv2D extends PaddedConv2D {
  readonly #groups: number;

  constructor(args: GroupedConv2DArgs) {
    super(args, { caller: 'GroupedConv2D', ownArguments: ['groups', 'dilationRate'] });
    const { groups = 1 } = args;
    checkGroups(groups, groups, this.filters);
    this.#groups = groups;
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

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const x = requireSingleInput(inputs, 'GroupedConv2D') as tf.Tensor4D;
    const fusesRelu = this.activation.getClassName() === 'relu';
    return tf.tidy(() => {
      const y = groupedConv2d(x, this.kernel.read() as tf.Tensor4D, {
        groups: this.#groups,
        strides: this.strides,
        dilationRate: this.dilationRate,
        padding: this.zeroPadding,
        activation: fusesRelu ? 'relu' : 'linear',
        ...(this.useBias && { bias: this.bias.read() as tf.Tensor1D }),
      });
      return fusesRelu ? y : this.activation.apply(y);
    });
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), groups: this.#groups };
  }
}
