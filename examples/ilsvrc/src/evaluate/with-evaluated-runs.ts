import { resolve } from 'node:path';
import type { PreparedData, Split } from '@alexnet/imagenet-reader';
import { say } from '../cli/say.js';
import { type DataFolderOptions, preparedData } from '../data/prepared-data.js';
import { usableDataFolder } from '../data/usable-data-folder.js';
import { dataOf } from '../run/run-settings.js';
import { type BackendSelection, startBackend } from '../run/start-backend.js';
import { requireImages } from './require-images.js';
import { type OpenedRun, openSavedRun, outputOrders, type SavedRun, savedRuns } from './saved-runs.js';

/** Options of {@link withEvaluatedRuns}. */
export interface EvaluatedRunsOptions extends BackendSelection, DataFolderOptions {
  /** Folders of runs. */
  runs: readonly [string, ...string[]];
  /** Location of the data to evaluate on; default the data of the first run. */
  data?: string | undefined;
  split: Split;
  /** Checks further options against the runs and the data, before any model is opened. */
  check?: (runs: readonly SavedRun[], data: PreparedData) => void;
}

/**
 * Starts the backend, opens the data and the models of runs, and closes the data after the work is done.
 *
 * @throws UsageError if a folder does not hold a run or the split is empty; Error if the classes differ.
 */
export async function withEvaluatedRuns<T>(
  { runs: paths, data: given, split, check, dataFolder, onError, ...backend }: EvaluatedRunsOptions,
  signal: AbortSignal,
  work: (runs: [OpenedRun, ...OpenedRun[]], data: PreparedData) => Promise<T>,
): Promise<T> {
  const runs = (await savedRuns(paths)) as [SavedRun, ...SavedRun[]];
  await startBackend(backend);
  const own = dataOf(runs[0].settings);
  const isOwn = given === undefined || resolve(given) === own.path;
  const ofRun = isOwn ? own : { ...own, path: given, valFraction: undefined };
  const data = await preparedData({
    ...ofRun,
    dataFolder: usableDataFolder(dataFolder, runs[0].folder.path),
    onError,
    requireCounts: requireImages(split),
    signal,
  });
  for (const { settings, folder } of isOwn ? [] : runs) {
    if (typeof settings.augmentation.mean === 'string')
      say(`  ${folder.path}: the mean of ${given} is subtracted, not that of the data it was trained on`);
  }
  try {
    const orders = await outputOrders(runs, data, ofRun.path, signal);
    check?.(runs, data);
    const opened: OpenedRun[] = [];
    for (const [n, run] of runs.entries()) opened.push(await openSavedRun(run, data, orders[n]));
    return await work(opened as [OpenedRun, ...OpenedRun[]], data);
  } finally {
    await data.close();
  }
}
