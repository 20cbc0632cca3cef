import { type MapSides, mapSidesAt, smallestImage } from '../map-sides.js';
import type { ConvBlock, Net } from '../net.js';
import { imageChannels, readsAllTowers } from '../wiring.js';
import type { WeightFile } from './weight-file.js';
import type { WeightLayer } from './weight-tensor.js';

/** The sizes of a kernel, in any layout. */
interface KernelShape {
  filters: number;
  /** The channels that each kernel reads. */
  channels: number;
  side: number;
}

/**
 * Sets the filters and units of a net, and its number of classes, to the sizes of a file's weights.
 *
 * @throws RangeError naming the first layer whose weights do not fit this net.
 */
export function fitNet(
  net: Net,
  { layers, layout, roundsPoolingUp }: WeightFile,
): { net: Net; classes: number } {
  const convLayers = layers.filter(({ weight }) => weight.shape.length === 4);
  const denseLayers = layers.slice(convLayers.length);
  if (convLayers.length !== net.convs.length || denseLayers.length !== net.dense.length + 1) {
    throw new RangeError(
      `it has ${convLayers.length} convolutions and ${denseLayers.length} dense layers, but the net has ${net.convs.length} and ${net.dense.length + 1}`,
    );
  }
  let channels = imageChannels;
  const convs = net.convs.map((block, i) => {
    const layer = convLayers[i] as WeightLayer;
    const kernel = kernelShape(layer, layout);
    checkKernel(net, block, i, layer, kernel, channels);
    channels = kernel.filters;
    return { ...block, filters: kernel.filters };
  });
  const fitted = { ...net, convs };
  const sides = mapSidesAt(fitted, fitted.imageSize);
  if (!sides) {
    throw new RangeError(
      `imageSize must be at least ${smallestImage(fitted)} for this net, got ${fitted.imageSize}`,
    );
  }
  if (roundsPoolingUp) requireWholePools(fitted, sides);
  const side = sides.at(-1)?.pooled ?? 0;
  let inputs = channels * side ** 2;
  const units = denseLayers.map((layer, i) => {
    const own = checkDense(layer, layout, inputs, i === 0 ? side : undefined);
    if (i < net.dense.length && own % net.towers !== 0) {
      throw new RangeError(`'${layer.name}' has ${own} units, which ${net.towers} towers cannot share`);
    }
    inputs = own;
    return own;
  });
  const dense = net.dense.map((block, i) => ({ ...block, units: units[i] as number }));
  return { net: { ...fitted, dense }, classes: units.at(-1) as number };
}

/** Refuses incomplete pooling windows at the right and bottom, which Caffe pools too since it rounds up. */
function requireWholePools(net: Net, sides: readonly MapSides[]): void {
  const { poolSize, strides } = net.pool;
  sides.forEach(({ convolved }, i) => {
    if (net.convs[i]?.steps.includes('pool') && (convolved - poolSize) % strides !== 0) {
      throw new RangeError(
        `its pooling ${poolSize} / ${strides} does not divide maps of ${convolved} x ${convolved} evenly at ${net.imageSize} px`,
      );
    }
  });
}

function kernelShape({ weight }: WeightLayer, layout: WeightFile['layout']): KernelShape & { width: number } {
  const [a = 0, b = 0, c = 0, d = 0] = weight.shape;
  return layout === 'OIHW'
    ? { filters: a, channels: b, side: c, width: d }
    : { filters: d, channels: c, side: a, width: b };
}

function checkKernel(
  net: Net,
  block: ConvBlock,
  index: number,
  { name, bias }: WeightLayer,
  kernel: ReturnType<typeof kernelShape>,
  channels: number,
): void {
  const towers = readsAllTowers(net, index) ? 1 : net.towers;
  const groups = towers * block.groups;
  if (kernel.side !== block.kernelSize || kernel.width !== block.kernelSize) {
    throw new RangeError(
      `'${name}' has kernels of ${kernel.side} x ${kernel.width}, but the net has ${block.kernelSize} x ${block.kernelSize}`,
    );
  }
  if (kernel.channels * groups !== channels) {
    throw new RangeError(
      `'${name}' has kernels that read ${kernel.channels} of ${channels} channels, but those of the net read 1/${groups} of them`,
    );
  }
  if (kernel.filters % (net.towers * block.groups) !== 0) {
    throw new RangeError(
      `'${name}' has ${kernel.filters} kernels, which is not a multiple of its ${net.towers * block.groups} groups`,
    );
  }
  checkBias(name, bias.shape, kernel.filters);
}

function checkDense(
  { name, weight, bias }: WeightLayer,
  layout: WeightFile['layout'],
  inputs: number,
  side: number | undefined,
): number {
  const [units = 0, reads = 0] = layout === 'OIHW' ? weight.shape : [...weight.shape].reverse();
  if (weight.shape.length !== 2) throw new RangeError(`'${name}' has the shape [${weight.shape.join(', ')}]`);
  if (reads !== inputs) {
    const maps = side === undefined ? '' : ` (from maps of ${side} x ${side}; another imageSize may fit)`;
    throw new RangeError(`'${name}' reads ${reads} values, but the net gives it ${inputs}${maps}`);
  }
  checkBias(name, bias.shape, units);
  return units;
}

function checkBias(name: string, shape: readonly number[], length: number): void {
  if (shape.length !== 1 || shape[0] !== length) {
    throw new RangeError(`the bias of '${name}' has the shape [${shape.join(', ')}], not [${length}]`);
  }
}
