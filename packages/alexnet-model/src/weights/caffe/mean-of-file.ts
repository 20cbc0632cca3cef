import { requireKnownOptions } from '@alexnet/validate';
import type { Rgb } from '../../presets/training-settings.js';
import { isNpy, readNpy } from '../npy.js';
import { readBlob } from './caffe-blob.js';

/** What `importMean` cannot read from the file. */
export interface ImportMeanOptions {
  /** The name of the file in errors. Default 'mean'. */
  name?: string;
  /** The order of the channels in the file. Default 'BGR', in which Caffe and pycaffe write them. */
  channelOrder?: 'RGB' | 'BGR';
}

/** The channel means of a mean image. */
export interface ImportedMean {
  /** In RGB, whatever the order of the file. */
  mean: Rgb;
  /** The size of the mean image; 1 x 1 if the file has only the means. */
  height: number;
  width: number;
  /** The order that the file was read in. */
  channelOrder: 'RGB' | 'BGR';
}

const CHANNELS = 3;

/** Does the work of `importMean`, which loads this code when it is called. */
export async function meanOfFile(file: Uint8Array, options: ImportMeanOptions = {}): Promise<ImportedMean> {
  requireKnownOptions(options, ['name', 'channelOrder'], 'importMean');
  const { name = 'mean', channelOrder = 'BGR' } = options;
  try {
    if (!(file instanceof Uint8Array)) throw new TypeError('a mean must be a Uint8Array');
    const bytes = new Uint8Array(file.buffer, file.byteOffset, file.byteLength);
    const { shape, values } = isNpy(bytes) ? readNpy(bytes) : await readMeanBlob(bytes);
    const [height, width] = sidesOf(shape);
    const means = channelMeans(values, height * width);
    const [first, second, third] = means;
    const mean: Rgb = channelOrder === 'RGB' ? means : [third, second, first];
    return { mean, height, width, channelOrder };
  } catch (error) {
    throw new Error(`${name}: ${(error as Error).message}.`, { cause: error });
  }
}

async function readMeanBlob(bytes: Uint8Array): Promise<{ shape: readonly number[]; values: Float32Array }> {
  try {
    const blob = readBlob(bytes, 'mean');
    return { shape: blob.shape, values: await blob.values() };
  } catch (error) {
    throw new RangeError(
      `it is neither a mean image of Caffe (.binaryproto) nor an array of NumPy (.npy): ${(error as Error).message}`,
      { cause: error },
    );
  }
}

/** Height and width of `[3, height, width]`, with or without a leading 1, or of the plain means `[3]`. */
function sidesOf(shape: readonly number[]): [height: number, width: number] {
  const image = shape.length === 4 && shape[0] === 1 ? shape.slice(1) : shape;
  const [channels, height = 1, width = 1] = image;
  if (channels === CHANNELS && (image.length === 1 || image.length === 3)) return [height, width];
  throw new RangeError(
    `a mean image must have the shape [3, height, width], or [3] for the means alone, got [${shape.join(', ')}]`,
  );
}

function channelMeans(values: ArrayLike<number>, pixels: number): [number, number, number] {
  const mean = (channel: number): number => {
    let sum = 0;
    for (let i = channel * pixels; i < (channel + 1) * pixels; i++) sum += values[i] as number;
    if (!Number.isFinite(sum)) throw new RangeError('its values must be finite numbers');
    return sum / pixels;
  };
  return [mean(0), mean(1), mean(2)];
}
