import type { BlockStep, ConvBlock, DenseBlock, Net } from '../../net.js';
import { presets } from '../../presets/presets.js';
import type { Rgb } from '../../presets/training-settings.js';
import { preprocessingOf } from '../preprocessing.js';
import type { WeightFile } from '../weight-file.js';
import type { WeightLayer } from '../weight-tensor.js';
import { type CaffeLayer, type CaffeParameters, readCaffeLayers } from './caffe-message.js';
import type { CaffePhase, CaffeTransform } from './caffe-transform.js';

/** Layers that are not part of the network itself: those that feed, copy or measure. */
const bystanders = new Set([
  'Data',
  'ImageData',
  'WindowData',
  'HDF5Data',
  'MemoryData',
  'DummyData',
  'Input',
  'Split',
  'Silence',
  'Accuracy',
  'Softmax',
  'SoftmaxWithLoss',
]);

/**
 * Reads a `.caffemodel`: the weights, and a description of the network. The order of its steps, the constants
 * of its normalization, its groups, strides and dropout are the file's. The kernels of its first layer read
 * BGR.
 *
 * @throws RangeError for a layer that no AlexNet has, or a parameter that has no equivalent here.
 * @see `src/caffe/proto/caffe.proto` of BVLC/caffe for the numbers and defaults of the fields
 */
export function readCaffe(bytes: Uint8Array): WeightFile {
  const net = new NetReader();
  for (const layer of readCaffeLayers(bytes)) net.add(layer);
  return { ...net.finish(), layout: 'OIHW', channelOrder: 'BGR', roundsPoolingUp: true };
}

/** The initial weights if this net were trained from scratch; the file's fillers are not read. */
const initialization = { std: 'fanIn', bias: 'fanIn' } as const;

/** Collects a network description, layer by layer. */
class NetReader {
  readonly #convs: (ConvBlock & { steps: BlockStep[] })[] = [];
  readonly #dense: DenseBlock[] = [];
  readonly #layers: WeightLayer[] = [];
  readonly #activations = new Set<Net['activation']>();
  readonly #lrn: Net['lrn'][] = [];
  readonly #pool: Net['pool'][] = [];
  readonly #dropout: NonNullable<Net['dropout']>[] = [];
  #activated = 0;
  #transform: CaffeTransform | undefined;
  #transformPhase: CaffePhase = 'train';

  add(layer: CaffeLayer): void {
    const { name, type, parameters } = layer;
    if (layer.transform) this.#addTransform(layer.transform, layer.phase);
    if (bystanders.has(type)) return;
    switch (type) {
      case 'Convolution':
        if (this.#dense.length > 0) throw new RangeError(`convolution '${name}' follows a dense layer`);
        this.#layers.push(weightsOf(layer));
        this.#convs.push(convolution(layer));
        break;
      case 'InnerProduct':
        this.#layers.push(weightsOf(layer));
        this.#dense.push({ units: 1, ...initialization });
        break;
      case 'ReLU':
      case 'TanH':
        this.#activations.add(type === 'ReLU' ? 'relu' : 'tanh');
        if (this.#dense.length === 0) this.#step('activation', name);
        else this.#activated++;
        break;
      case 'LRN':
        this.#step('lrn', name);
        this.#lrn.push(normalization(layer));
        break;
      case 'Pooling':
        this.#step('pool', name);
        this.#pool.push(pooling(layer));
        break;
      case 'Dropout':
        this.#dropout.push({
          rate: parameters.dropout.get(1)?.[0] ?? 0.5,
          mode: 'inverted',
          placement: this.#dense.length === 0 ? 'inputs' : 'outputs',
        });
        break;
      default:
        throw new RangeError(`layer '${name}' is of type '${type}', which no AlexNet has`);
    }
  }

  finish(): Pick<WeightFile, 'layers' | 'net' | 'preprocessing' | 'assumedMean' | 'assumedStd'> {
    const { caffe } = presets;
    if (this.#dense.length < 2 || this.#convs.length === 0) {
      throw new RangeError(
        `it has ${this.#convs.length} convolutions and ${this.#dense.length} dense layers, which is not an AlexNet`,
      );
    }
    if (this.#activated !== this.#dense.length - 1) {
      throw new RangeError(
        `${this.#activated} of its ${this.#dense.length - 1} hidden dense layers have an activation`,
      );
    }
    const imageSize = this.#transform?.cropSize || caffe.net.imageSize; // 0: not cropped
    const net: Net = {
      ...caffe.net,
      imageSize,
      activation: onlyOne(this.#activations, 'activation') ?? 'relu',
      convs: this.#convs,
      dense: this.#dense.slice(0, -1),
      lrn: onlyOne(this.#lrn, 'normalization') ?? caffe.net.lrn,
      pool: onlyOne(this.#pool, 'pooling') ?? caffe.net.pool,
      dropout: onlyOne(this.#dropout, 'dropout') ?? null,
    };
    return { layers: this.#layers, net, ...preprocessing(this.#transform) };
  }

  /** The transform of the phase TEST is the one of the trained network; of several, the last is used. */
  #addTransform(transform: CaffeTransform, phase: CaffePhase): void {
    if (rank[phase] < rank[this.#transformPhase]) return;
    this.#transform = transform;
    this.#transformPhase = phase;
  }

  #step(step: BlockStep, name: string): void {
    const block = this.#convs.at(-1);
    if (!block || this.#dense.length > 0) throw new RangeError(`'${name}' does not follow a convolution`);
    block.steps.push(step);
  }
}

const rank: Readonly<Record<CaffePhase, number>> = { train: 0, both: 1, test: 2 };

/** Requires one setting for all normalizations, poolings or dropouts, since a net has only one. */
function onlyOne<T>(settings: Iterable<T>, what: string): T | undefined {
  const different = new Map([...settings].map((setting) => [JSON.stringify(setting), setting]));
  if (different.size > 1)
    throw new RangeError(`its layers differ in their ${what}: ${[...different.keys()]}`);
  return [...different.values()][0];
}

function weightsOf({ name, blobs }: CaffeLayer): WeightLayer {
  const [weight, bias] = blobs;
  if (!weight || !bias || blobs.length !== 2) {
    throw new RangeError(`'${name}' should have a weight and a bias, but has ${blobs.length} blobs`);
  }
  return { name, weight, bias };
}

/** ConvolutionParameter: pad 3, kernel_size 4, group 5, stride 6. Unequal sides and dilation are refused. */
function convolution({ name, blobs, parameters: { convolution } }: CaffeLayer): typeof block {
  for (const [number, what, harmless] of [
    [9, 'pad_h', 0],
    [10, 'pad_w', 0],
    [11, 'kernel_h', Number.NaN],
    [12, 'kernel_w', Number.NaN],
    [13, 'stride_h', 1],
    [14, 'stride_w', 1],
    [18, 'dilation', 1],
  ] as const) {
    const [other] = (convolution.get(number) ?? []).filter((value) => value !== harmless);
    if (other !== undefined) throw new RangeError(`'${name}' has a ${what} of ${other}`);
  }
  const block: ConvBlock & { steps: BlockStep[] } = {
    filters: blobs[0]?.shape[0] ?? 0,
    kernelSize: square(convolution, 4, 0, name),
    strides: square(convolution, 6, 1, name),
    padding: square(convolution, 3, 0, name),
    groups: convolution.get(5)?.[0] ?? 1,
    readsAllTowers: false,
    ...initialization,
    steps: [],
  };
  return block;
}

/** A side that is given once, or twice with the same value. */
function square(parameters: CaffeParameters, number: number, otherwise: number, name: string): number {
  const [side = otherwise, ...others] = parameters.get(number) ?? [];
  if (others.some((other) => other !== side)) throw new RangeError(`'${name}' has unequal sides`);
  return side;
}

/** LRNParameter: local_size 1, alpha 2 (over local_size), beta 3, norm_region 4 (0: across channels), k 5. */
function normalization({ name, parameters: { lrn } }: CaffeLayer): Net['lrn'] {
  const read = (number: number, otherwise: number): number => lrn.get(number)?.[0] ?? otherwise;
  const size = read(1, 5);
  if (read(4, 0) !== 0) throw new RangeError(`'${name}' normalizes within channels`);
  if (size % 2 !== 1) throw new RangeError(`'${name}' has a window of ${size} channels`);
  return {
    depthRadius: (size - 1) / 2,
    bias: short(read(5, 1)),
    alpha: short(read(2, 1)) / size,
    beta: short(read(3, 0.75)),
  };
}

/** PoolingParameter: pool 1 (0: max), kernel_size 2, stride 3, pad 4. */
function pooling({ name, parameters: { pooling } }: CaffeLayer): Net['pool'] {
  if ((pooling.get(1)?.[0] ?? 0) !== 0) throw new RangeError(`'${name}' is not max pooling`);
  if ((pooling.get(4)?.[0] ?? 0) !== 0) throw new RangeError(`'${name}' pads its input`);
  return { poolSize: pooling.get(2)?.[0] ?? 0, strides: pooling.get(3)?.[0] ?? 1, padding: 'valid' };
}

/** The preprocessing of a transform in RGB, and why what it does not say is assumed. */
function preprocessing(
  transform: CaffeTransform | undefined,
): Pick<WeightFile, 'preprocessing' | 'assumedMean' | 'assumedStd'> {
  const { scale = 1, meanValues = [], meanFile } = transform ?? {};
  const [blue, green = blue, red = blue] = meanValues.map(short);
  const mean: Rgb | undefined =
    blue === undefined || green === undefined || red === undefined ? undefined : [red, green, blue];
  const std = 1 / short(scale);
  const reason =
    meanFile === undefined ? 'it has no mean values' : `its mean file '${meanFile}' is not part of it`;
  return {
    preprocessing: { mean: mean ?? preprocessingOf('caffe').mean, std: [std, std, std] },
    ...(!mean && { assumedMean: reason }),
    ...(!transform && { assumedStd: 'no layer of it says how images are scaled' }),
  };
}

/** The decimal number that was stored as a float32: .0001, not .00009999999747378752. */
function short(value: number): number {
  return Number(value.toPrecision(7));
}
