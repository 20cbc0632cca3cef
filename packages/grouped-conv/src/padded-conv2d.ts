import {
  layerArgumentNames,
  type Padding2D,
  requireChannelsLast,
  requireFit,
  requireKnownOptions,
  requirePadding,
  requirePair,
  requireWhole,
} from '@alexnet/validate';
import type * as tf from '@tensorflow/tfjs-core';
import { type initializers, layers } from '@tensorflow/tfjs-layers';
import { requireDistances } from './check-convolution.js';

type Conv2DArgs = Parameters<typeof layers.conv2d>[0];
type Shape = (number | null)[];
type AddWeight = Parameters<layers.Layer['addWeight']>;
interface Weight {
  read(): tf.Tensor;
}

/**
 * What Conv2D of tfjs offers its subclasses. tfjs exports the factory `tf.layers.conv2d` but not the class.
 */
interface PlainConv2D extends layers.Layer {
  filters: number;
  kernelSize: [number, number];
  strides: [number, number];
  dilationRate: [number, number];
  useBias: boolean;
  activation: { apply(x: tf.Tensor): tf.Tensor; getClassName(): string };
  kernel: Weight;
  bias: Weight;
  kernelInitializer: ReturnType<typeof initializers.zeros>;
  biasInitializer: ReturnType<typeof initializers.zeros>;
  kernelRegularizer: AddWeight[4];
  biasRegularizer: AddWeight[4];
  kernelConstraint: AddWeight[6];
  biasConstraint: AddWeight[6];
}
type Conv2DClass = Pick<typeof layers.Layer, 'fromConfig'> & (new (args: Conv2DArgs) => PlainConv2D);
const Conv2D: Conv2DClass = layers.conv2d({ filters: 1, kernelSize: 1 })
  .constructor as unknown as Conv2DClass;

/** The arguments of `tf.layers.conv2d`, plus explicit padding. */
export type PaddedConv2DArgs = Omit<Conv2DArgs, 'padding' | 'dataFormat'> & {
  /** Default 'valid'. */
  padding?: Padding2D;
  /** No other format is supported. */
  dataFormat?: 'channelsLast';
};

const argumentNames = [
  ...['filters', 'kernelSize', 'strides', 'padding', 'dataFormat'],
  ...['activation', 'useBias', 'kernelInitializer', 'biasInitializer', 'kernelConstraint', 'biasConstraint'],
  ...['kernelRegularizer', 'biasRegularizer', 'activityRegularizer'],
  ...layerArgumentNames,
];

/** What {@link PaddedConv2D} must know of its subclass. */
export interface PaddedConv2DSubclass {
  /** The name of the subclass, for errors. */
  caller: string;
  /** The names of the arguments that only the subclass has. */
  ownArguments: readonly string[];
  /** The initializer of the kernel if the arguments have none. Default 'glorotNormal', as in tfjs. */
  kernelInitializer?: NonNullable<Conv2DArgs['kernelInitializer']>;
}

/** What convolutional layers share: Conv2D of tfjs with explicit padding and checked arguments. */
export abstract class PaddedConv2D extends Conv2D {
  protected readonly zeroPadding: Padding2D;

  constructor(
    args: PaddedConv2DArgs,
    { caller, ownArguments, kernelInitializer = 'glorotNormal' }: PaddedConv2DSubclass,
  ) {
    requireKnownOptions(args, [...ownArguments, ...argumentNames], caller);
    requireChannelsLast(args, caller);
    requireWhole('filters', args.filters, 1, caller);
    requirePair('kernelSize', args.kernelSize, caller);
    requireDistances(args.strides ?? 1, args.dilationRate ?? 1, caller);
    const padding = requirePadding(args.padding ?? 'valid', caller);
    super({
      ...args,
      kernelInitializer: args.kernelInitializer ?? kernelInitializer,
      padding: typeof padding === 'string' ? padding : 'valid',
    });
    this.zeroPadding = padding;
    this.inputSpec = [{ ndim: 4 }];
  }

  override computeOutputShape(inputShape: Shape | Shape[]): Shape {
    const [batch = null, height = null, width = null] = inputShape as Shape;
    const { kernelSize, strides, dilationRate, zeroPadding: padding } = this;
    const window = { kernelSize, strides, dilationRate, padding };
    return [batch, ...requireFit([height, width], window, this.getClassName()), this.filters];
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), padding: this.zeroPadding as tf.serialization.ConfigDictValue };
  }
}
