import { readFile, stat } from 'node:fs/promises';
import { importMean } from '@alexnet/alexnet-model';
import { say } from '../cli/say.js';
import type { GivenPreprocessing, PreprocessingOptions } from './preprocessing-for.js';

/** Far more than the mean of images of 1024 x 1024 pixels in float64. */
const MAX_BYTES = 2 ** 26;

/**
 * Replaces a file that `--mean` names by its channel means, and says so.
 *
 * @param channelOrder The order of the channels in the file.
 * @throws Error that names the file, if it cannot be read or is not a mean image.
 */
export async function readMean(
  { mean: given, std }: PreprocessingOptions,
  channelOrder: 'RGB' | 'BGR' = 'BGR',
): Promise<GivenPreprocessing> {
  const rest = std && { std };
  if (typeof given !== 'string') return { ...(given && { mean: given }), ...rest };
  const { mean, height, width } = await importMean(await readBytes(given), { name: given, channelOrder });
  const size =
    height * width === 1
      ? ''
      : `, averaged over its ${height} x ${width} pixels (Caffe subtracts each pixel's own)`;
  say(`  the mean is the channel means of ${given} in ${channelOrder} order${size}`);
  return { mean: [...mean], ...rest, meanImage: { file: given, height, width } };
}

/** @throws Error if a mean image is smaller than the images that the network reads. */
export function requireCovering({ meanImage }: GivenPreprocessing, imageSize: number): void {
  if (!meanImage) return;
  const { file, height, width } = meanImage;
  const isSmaller = height < imageSize || width < imageSize;
  if (height * width === 1 || !isSmaller) return;
  throw new Error(
    `${file}: a mean image of ${height} x ${width} pixels is smaller than the network's images, ${imageSize} x ${imageSize}; it belongs to another network.`,
  );
}

async function readBytes(file: string): Promise<Uint8Array> {
  const found = await stat(file).catch((error: NodeJS.ErrnoException) => error);
  if (found instanceof Error) throw new Error(`${file}: cannot be read (${found.code ?? found.message}).`);
  if (!found.isFile()) throw new Error(`${file}: this is not a regular file.`); // a pipe may never end
  if (found.size > MAX_BYTES) {
    throw new Error(
      `${file}: ${found.size} bytes are too many for a mean image, which has at most ${MAX_BYTES}.`,
    );
  }
  try {
    return await readFile(file);
  } catch (error) {
    throw new Error(`${file}: cannot be read (${(error as Error).message}).`, { cause: error });
  }
}
