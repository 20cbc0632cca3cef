import type { ImportedWeights } from '@alexnet/alexnet-model';
import { say } from '../cli/say.js';
import type { PreprocessingOptions } from './preprocessing-for.js';

/** Says what was chosen, left out or assumed when weights were read, unless the command line sets it. */
export function sayImport(
  { assumedMean, leftOut, stateDict }: Pick<ImportedWeights, 'assumedMean' | 'leftOut' | 'stateDict'>,
  { mean, key }: PreprocessingOptions & { key?: string },
): void {
  if (stateDict && key === undefined) {
    say(`  read the state dict '${stateDict.key}', not ${listed(stateDict.others)}; --key chooses another`);
  }
  if (leftOut) say(`  left out, since no layer of the network has it: ${listed(leftOut)}`);
  if (assumedMean !== undefined && !mean) {
    say(`  the mean is assumed to be the preset's, since ${assumedMean}; set it with --mean`);
  }
}

const MOST_NAMES = 4;

function listed(names: readonly string[]): string {
  const quoted = names.slice(0, MOST_NAMES).map((name) => `'${name}'`);
  return quoted.join(', ') + (names.length > MOST_NAMES ? ` and ${names.length - MOST_NAMES} more` : '');
}
