import type { LoadedCheckpoint } from '@alexnet/sgd-momentum-trainer';
import { UsageError } from '../cli/errors.js';
import { say } from '../cli/say.js';
import type { RunFolder } from './run-folder.js';

/** Says which checkpoint of a run was taken, and which damaged ones were passed over. @throws UsageError if there is none. */
export function requireCheckpoint(folder: RunFolder, found: LoadedCheckpoint | undefined): LoadedCheckpoint {
  if (!found) throw new UsageError(`${folder.path} has no checkpoint yet.`);
  for (const line of found.damaged) say(`  ${line} The one before is taken.`);
  say(`  ${found.path}: step ${found.step}`);
  return found;
}
