import type { ImportedWeights } from '@alexnet/alexnet-model';
import { say } from '../cli/say.js';
import type { PreprocessingOptions } from './preprocessing-for.js';

/** Says why the mean of weights is not their own, unless the command line sets it. */
export function sayAssumedMean(
  { assumedMean }: Pick<ImportedWeights, 'assumedMean'>,
  { mean }: PreprocessingOptions,
): void {
  if (assumedMean === undefined || mean) return;
  say(`  the mean is assumed to be the preset's, since ${assumedMean}; set it with --mean`);
}
