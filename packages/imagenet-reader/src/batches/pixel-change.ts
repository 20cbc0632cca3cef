import type { ResolvedAugment, Rgb } from './augment-options.js';
import type { PixelChange } from './view-fuser.js';

/** The means of a data set. */
export interface MeanValues {
  readonly channelMeans: Rgb;
  /** `[size, size, 3]`. */
  readonly meanImage: Float32Array;
}

/** The change of every pixel that the options and the statistics of a data set describe. */
export function pixelChange(
  { channelMeans, meanImage }: MeanValues,
  { mean, std, inputScale }: Pick<ResolvedAugment, 'mean' | 'std' | 'inputScale'>,
): PixelChange {
  const channelMean =
    mean === 'channel' ? channelMeans : typeof mean === 'string' ? ([0, 0, 0] as const) : mean;
  return {
    mean: mean === 'aligned' || mean === 'center' ? meanImage : channelMean,
    isCentral: mean === 'center',
    scale: [inputScale / std[0], inputScale / std[1], inputScale / std[2]],
  };
}
