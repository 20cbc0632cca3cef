import type { ImportedWeights } from '@alexnet/alexnet-model';
import { say } from '../cli/say.js';
import type { GivenPreprocessing } from './preprocessing-for.js';

/**
 * Says what was chosen, left out or assumed when weights were read, unless the command line sets it.
 *
 * @param command What is added to the name of an option that the running command does not have.
 */
export function sayImport(
  imported: Omit<ImportedWeights, 'model' | 'net'>,
  given: GivenPreprocessing & { key?: string | undefined },
  command = '',
): void {
  const { assumedChannelOrder, assumedClasses, leftOut, stateDict } = imported;
  if (stateDict && given.key === undefined) {
    say(
      `  read the state dict '${stateDict.key}', not ${listed(stateDict.others)}; --key${command} chooses another`,
    );
  }
  if (leftOut) say(`  left out, since no layer of the network has it: ${listed(leftOut)}`);
  sayPreprocessing(imported, given, command);
  if (assumedChannelOrder) {
    say(
      `  its first layer is assumed to read ${assumedChannelOrder}; alexnet import --channel-order sets another order`,
    );
  }
  if (assumedClasses !== undefined) {
    say(
      `  its classes are assumed to be sorted by WordNet ID, as in published ImageNet weights, since ${assumedClasses}`,
    );
  }
}

/** Says which part of the preprocessing is the preset's, and why. */
function sayPreprocessing(
  { assumedMean, assumedStd }: Pick<ImportedWeights, 'assumedMean' | 'assumedStd'>,
  given: GivenPreprocessing,
  command: string,
): void {
  const mean = given.mean ? undefined : assumedMean;
  const std = given.std ? undefined : assumedStd;
  if (mean !== undefined && mean === std) {
    say(
      `  the mean and std are assumed to be the preset's, since ${mean}; set them with --mean and --std${command}`,
    );
    return;
  }
  if (mean !== undefined)
    say(`  the mean is assumed to be the preset's, since ${mean}; set it with --mean${command}`);
  if (std !== undefined)
    say(`  the std is assumed to be the preset's, since ${std}; set it with --std${command}`);
}

const MOST_NAMES = 4;

function listed(names: readonly string[]): string {
  const quoted = names.slice(0, MOST_NAMES).map((name) => `'${name}'`);
  return quoted.join(', ') + (names.length > MOST_NAMES ? ` and ${names.length - MOST_NAMES} more` : '');
}
