import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { whyNotWritable } from '../cli/require-writable.js';
import { say } from '../cli/say.js';

/** The default of --data-folder. */
export const DATA_FOLDER = 'data';

/**
 * The folder that keeps embedded and prepared data. Where the default cannot be made, as in the read-only root
 * of a container, it is a folder inside the run.
 */
export function usableDataFolder(chosen: string, run: string): string {
  if (chosen !== DATA_FOLDER || existsSync(chosen)) return chosen;
  const reason = whyNotWritable(chosen);
  if (reason === undefined) return chosen;
  const inRun = join(run, DATA_FOLDER);
  say(`  ${chosen} cannot be written (${reason}); data is kept in ${inRun}, or where --data-folder says`);
  return inRun;
}
