import type { Preprocessing } from '@alexnet/alexnet-model';
import { UsageError } from '../cli/errors.js';

/** Three numbers for R, G and B. */
export type ChannelNumbers = [red: number, green: number, blue: number];

/** The preprocessing that the command line sets. */
export interface PreprocessingOptions {
  mean?: ChannelNumbers;
  std?: ChannelNumbers;
}

/** The preprocessing to store with the weights: the options, and for the rest what came with the weights. */
export function preprocessingFor(
  { mean, std }: PreprocessingOptions,
  own: Preprocessing | undefined,
): Preprocessing | undefined {
  if (std?.some((value) => value <= 0)) throw new UsageError(`--std must be three numbers > 0, got ${std}.`);
  if (!own && !mean && std) {
    throw new UsageError('--std requires --mean, because these weights come without preprocessing.');
  }
  const base = own ?? (mean && { mean, std: [1, 1, 1] as ChannelNumbers });
  return base && { mean: mean ?? base.mean, std: std ?? base.std };
}
