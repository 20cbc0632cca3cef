import type { ImportedWeights } from '@alexnet/alexnet-model';
import { say } from '../cli/say.js';
import type { PreprocessingOptions } from './preprocessing-for.js';

/** Says what is assumed about imported weights because neither they nor the command line tell. */
export function sayAssumed(
  { assumedMean, assumedClasses }: Pick<ImportedWeights, 'assumedMean' | 'assumedClasses'>,
  { mean }: Pick<PreprocessingOptions, 'mean'>,
): void {
  if (assumedMean !== undefined && !mean) {
    say(`  the mean is assumed to be the preset's, since ${assumedMean}; set it with --mean`);
  }
  if (assumedClasses !== undefined) {
    say(
      `  its classes are assumed to be sorted by WordNet ID, as in published ImageNet weights, since ${assumedClasses}`,
    );
  }
}
