import sharp from 'sharp';

let isCacheOff = false;

/**
 * Decodes a picture of any kind into `size * size` RGB bytes: shorter side to `size`, then the central square
 * (an odd margin is cut one pixel more at the left or top).
 *
 * Greyscale becomes three equal channels, CMYK and embedded profiles become sRGB, transparency is dropped, EXIF orientation
 * is not applied (the original ignored it). The kernel is Lanczos-3 over the whole picture (no shrink on load).
 * Krizhevsky et al. 2012, sec. 2.
 *
 * @throws Error with the decoder's reason, on one line, if the file is truncated, damaged or no picture.
 */
export async function squarePixels(bytes: Buffer, size: number): Promise<Uint8Array> {
  if (!isCacheOff) sharp.cache(false); // no picture comes twice
  isCacheOff = true;
  try {
    const { data, info } = await sharp(bytes, { failOn: 'error' })
      .resize({ width: size, height: size, fit: 'cover', position: 'centre', fastShrinkOnLoad: false })
      .removeAlpha()
      .toColourspace('srgb')
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    if (info.channels !== 3 || data.length !== size * size * 3) {
      throw new Error(`it decodes to ${info.width}x${info.height}x${info.channels}`);
    }
    return data;
  } catch (error) {
    throw new Error(reasonOf(error), { cause: error });
  }
}

/** libvips reports several lines; an error here is one. */
function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)
    .join('; ');
}
