import type { ImportedMean, Preprocessing } from '@alexnet/alexnet-model';
import { UsageError } from '../cli/errors.js';

/** Three numbers for R, G and B. */
export type ChannelNumbers = [red: number, green: number, blue: number];

/** The preprocessing that the command line sets. */
export interface PreprocessingOptions {
  /** Values, or the name of a file with a mean image. */
  mean?: ChannelNumbers | string;
  std?: ChannelNumbers;
}

/** The preprocessing that the command line sets, in numbers, and the size of the mean image if it named one. */
export interface GivenPreprocessing {
  mean?: ChannelNumbers;
  std?: ChannelNumbers;
  meanImage?: Pick<ImportedMean, 'height' | 'width'> & { file: string };
}

/** The preprocessing to store with the weights: the options, and for the rest what came with the weights. */
export function preprocessingFor(
  { mean, std }: GivenPreprocessing,
  own: Preprocessing | undefined,
): Preprocessing | undefined {
  if (std?.some((value) => value <= 0)) throw new UsageError(`--std must be three numbers > 0, got ${std}.`);
  if (!own && !mean && std) {
    throw new UsageError('--std requires --mean, because these weights come without preprocessing.');
  }
  const base: Preprocessing | undefined = own ?? (mean && { mean, std: [1, 1, 1] });
  return base && { ...base, mean: mean ?? base.mean, std: std ?? base.std };
}
