import type { LoadedCheckpoint } from '@alexnet/sgd-momentum-trainer';
import { UsageError } from '../cli/errors.js';
import { say } from '../cli/say.js';
import type { RunFolder } from './run-folder.js';

/**
 * Prints which checkpoint is used and which damaged ones were skipped.
 *
 * @throws UsageError if there is none.
 */
export function requireCheckpoint(folder: RunFolder, found: LoadedCheckpoint | undefined): LoadedCheckpoint {
  if (!found) throw new UsageError(`${folder.path} has no checkpoint yet.`);
  for (const line of found.damaged) say(`  ${line} The previous checkpoint is used.`);
  say(`  ${found.path}: step ${found.step}`);
  return found;
}
