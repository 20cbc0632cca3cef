import { PaddedConv2D, type PaddedConv2DArgs } from '@alexnet/grouped-conv';
import { describeValue, requireSingleInput } from '@alexnet/validate';
import * as tf from '@tensorflow/tfjs-core';
import { locallyConnected2d } from './locally-connected2d.js';

type Shape = (number | null)[];

/** Arguments of {@link LocallyConnected2D}: the arguments of `tf.layers.conv2d` but `dilationRate`. */
export type LocallyConnected2DArgs = Omit<PaddedConv2DArgs, 'dilationRate'> & {
  /** The layout of the weights. Saved models of Keras have it; its 2 and 3 are not supported. */
  implementation?: 1;
};

/**
 * {@link locallyConnected2d} as a layer, with the name and the arguments of Keras's.
 *
 * Weights `kernel [H' W', kh kw C, filters]` and `bias [H', W', filters]`, so the sides and the channels of
 * the input must be known.
 *
 * @see `type=local` of cuda-convnet, in `layers-conv-local-13pct.cfg`, whose 13% on CIFAR-10 Krizhevsky et al.
 *   2012, sec. 3.3, gives
 * @example
 * model.add(new LocallyConnected2D({ filters: 64, kernelSize: 3, padding: 'same', activation: 'relu' }));
 */
export class LocallyConnected2D extends PaddedConv2D {
  constructor(args: LocallyConnected2DArgs) {
    super(args, {
      caller: 'LocallyConnected2D',
      ownArguments: ['implementation'],
      kernelInitializer: 'glorotUniform',
    });
    const { implementation = 1 } = args;
    if (implementation !== 1) {
      throw new RangeError(
        `implementation must be 1 (LocallyConnected2D), got ${describeValue(implementation)}.`,
      );
    }
  }

  static get className(): string {
    return 'LocallyConnected2D';
  }

  override build(inputShape: Shape | Shape[]): void {
    const [, height, width, channels] = inputShape as Shape;
    if (!height || !width || !channels) {
      throw new RangeError(
        `height, width and channels of the input must be known (${this.name}), got ${describeValue(inputShape)}.`,
      );
    }
    const [, rows, columns] = this.computeOutputShape(inputShape) as [null, number, number];
    const inputs = this.kernelSize[0] * this.kernelSize[1] * channels;
    this.kernel = this.addWeight(
      'kernel',
      [rows * columns, inputs, this.filters],
      'float32',
      this.kernelInitializer,
      this.kernelRegularizer,
      true,
      this.kernelConstraint,
    );
    if (this.useBias) {
      this.bias = this.addWeight(
        'bias',
        [rows, columns, this.filters],
        'float32',
        this.biasInitializer,
        this.biasRegularizer,
        true,
        this.biasConstraint,
      );
    }
    this.inputSpec = [{ ndim: 4, axes: { 1: height, 2: width, 3: channels } }];
    this.built = true;
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const x = requireSingleInput(inputs, 'LocallyConnected2D') as tf.Tensor4D;
    return tf.tidy(() => {
      const y = locallyConnected2d(x, this.kernel.read() as tf.Tensor3D, {
        kernelSize: this.kernelSize,
        strides: this.strides,
        padding: this.zeroPadding,
        ...(this.useBias && { bias: this.bias.read() as tf.Tensor3D }),
      });
      return this.activation.apply(y);
    });
  }

  override getConfig(): tf.serialization.ConfigDict {
    const { dilationRate: _, ...config } = super.getConfig();
    return config;
  }
}
