import type { CropView } from '@alexnet/ten-crop';
import type { Rgb } from './augment-options.js';

/** What is done to every pixel of a view. */
export interface PixelChange {
  /** Subtracted channel by channel where there is no `meanImage`. */
  readonly channelMeans: Rgb;
  /** Subtracted pixel by pixel, `[size, size, 3]`. */
  readonly meanImage?: Float32Array | undefined;
  /** Take the mean image's central window, unmirrored, wherever the view was cut (the original program's way). */
  readonly isCentral: boolean;
  /** Added to each channel after the mean is subtracted. */
  readonly shift: Rgb;
  /** Each channel is multiplied by it last. */
  readonly scale: Rgb;
}

/**
 * Writes one view of a picture into a batch, in a single pass from bytes to floats:
 * `out[y, x, c] = (pixels[top + y, left + x, c] - mean + shift[c]) * scale[c]`, mirrored left to right if the view says so.
 *
 * @param out The batch; the view takes `cropSize * cropSize * 3` values from `at`.
 * @param pixels `size * size` RGB bytes.
 */
export function fillView(
  out: Float32Array,
  at: number,
  pixels: Uint8Array,
  size: number,
  cropSize: number,
  view: CropView,
  change: PixelChange,
): void {
  const { meanImage, channelMeans, isCentral, shift, scale } = change;
  const [dr, dg, db] = shift;
  const [mr, mg, mb] = channelMeans;
  const [sr, sg, sb] = scale;
  const step = view.mirror ? -3 : 3;
  const first = view.mirror ? view.left + cropSize - 1 : view.left;
  const centre = Math.floor((size - cropSize) / 2);
  let o = at;
  for (let y = 0; y < cropSize; y++) {
    let p = ((view.top + y) * size + first) * 3;
    if (meanImage === undefined) {
      for (let x = 0; x < cropSize; x++, p += step, o += 3) {
        out[o] = ((pixels[p] as number) - mr + dr) * sr;
        out[o + 1] = ((pixels[p + 1] as number) - mg + dg) * sg;
        out[o + 2] = ((pixels[p + 2] as number) - mb + db) * sb;
      }
    } else {
      let m = isCentral ? ((centre + y) * size + centre) * 3 : p;
      const meanStep = isCentral ? 3 : step;
      for (let x = 0; x < cropSize; x++, p += step, m += meanStep, o += 3) {
        out[o] = ((pixels[p] as number) - (meanImage[m] as number) + dr) * sr;
        out[o + 1] = ((pixels[p + 1] as number) - (meanImage[m + 1] as number) + dg) * sg;
        out[o + 2] = ((pixels[p + 2] as number) - (meanImage[m + 2] as number) + db) * sb;
      }
    }
  }
}
