import sharp, { type Sharp } from 'sharp';
import { MOST_PIXELS, withReason } from '../prepared/with-reason.js';
import { imageBytes } from '../source/image-bytes.js';

let isCacheOff = false;

/**
 * Decodes an image of any kind into `size * size` RGB bytes: the shorter side is scaled to `size`, then the
 * central square is kept (an odd margin loses one pixel more at the left or top).
 *
 * Greyscale becomes three equal channels. CMYK and embedded profiles become sRGB. Transparency is dropped and
 * the colours under it are kept. EXIF orientation is not applied, since the original ignored it. Of an
 * animation the first frame is used. The kernel is Lanczos-3 over the whole image (no shrink on load).
 * Krizhevsky et al. 2012, sec. 2.
 *
 * @throws Error with the decoder's reason, on one line, if the file is truncated, damaged or not an image, or
 *   declares more than 100 million pixels.
 */
export async function squarePixels(bytes: Buffer, size: number): Promise<Uint8Array> {
  if (!isCacheOff) sharp.cache(false); // no image is decoded twice
  isCacheOff = true;
  return withReason(() => decoded(bytes, size));
}

async function decoded(bytes: Buffer, size: number): Promise<Uint8Array> {
  const { data, info } = await (await decoder(bytes))
    .resize({ width: size, height: size, fit: 'cover', position: 'centre', fastShrinkOnLoad: false })
    .toColourspace('srgb')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  if (info.channels !== 3 || data.length !== size * size * 3) {
    throw new Error(`it decodes to ${info.width}x${info.height}x${info.channels}`);
  }
  return data;
}

/**
 * Removes transparency before resizing: with it, colours would be weighted by alpha and fade to black. Only a
 * JPEG is certain to have none.
 */
async function decoder(file: Buffer): Promise<Sharp> {
  const { kind, bytes } = imageBytes(file);
  const image = sharp(bytes, { failOn: 'error', limitInputPixels: MOST_PIXELS });
  if (kind === 'jpeg' || !(await image.metadata()).hasAlpha) return image;
  const opaque = image.removeAlpha().toColourspace('srgb').raw({ depth: 'uchar' });
  const { data, info } = await opaque.toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  return sharp(data, { raw: { width, height, channels } });
}
