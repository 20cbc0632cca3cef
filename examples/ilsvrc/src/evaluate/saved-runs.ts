import { existsSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { PreparedData } from '@alexnet/imagenet-reader';
import { Checkpoints } from '@alexnet/sgd-momentum-trainer';
import { UsageError } from '../cli/errors.js';
import { say } from '../cli/say.js';
import { classesOf } from '../data/classes-of.js';
import { recipeOf } from '../run/open-model.js';
import { requireCheckpoint } from '../run/require-checkpoint.js';
import { RunFolder } from '../run/run-folder.js';
import { dataOf, type RunSettings } from '../run/run-settings.js';
import { outputOrder } from './output-order.js';
import type { TrainedModel } from './predict-batches.js';
import { reorderOutputs } from './reorder-outputs.js';

/** A run to evaluate: its folder and the settings that it started with. */
export interface SavedRun {
  folder: RunFolder;
  settings: RunSettings;
}

/** A run with the model of its newest undamaged checkpoint, and the step of that checkpoint. */
export interface OpenedRun extends SavedRun, TrainedModel {
  step: number;
}

/** @throws UsageError that names the folder, if one does not hold a run. */
export function savedRuns(paths: readonly string[]): Promise<SavedRun[]> {
  return Promise.all(
    paths.map(async (path) => {
      if (!existsSync(path))
        throw new UsageError(`${path} does not exist; --run must be the folder of a run.`);
      const folder = new RunFolder(path);
      return { folder, settings: await folder.settings() };
    }),
  );
}

/**
 * The folder in `runs/` whose log was written to last.
 *
 * @param remedy What to do if there is none.
 * @throws UsageError with the remedy, if there is none.
 */
export async function lastRun(remedy: string): Promise<string> {
  const logs = (await readdir('runs').catch(() => [])).map((name) => join('runs', name, 'events.jsonl'));
  const found = await Promise.all(
    logs.map(async (log) => ({ log, at: (await stat(log).catch(() => undefined))?.mtimeMs ?? 0 })),
  );
  const [last] = found.filter(({ at }) => at > 0).sort((a, b) => b.at - a.at);
  if (last) return dirname(last.log);
  throw new UsageError(`there is no run in runs/; ${remedy}.`);
}

/**
 * Opens the newest undamaged checkpoint of a run, for the classes of the data.
 *
 * @param permutation Puts the outputs into the order of the data; see {@link outputOrders}.
 */
export async function openSavedRun(
  { folder, settings }: SavedRun,
  data: PreparedData,
  permutation: readonly number[] | undefined,
): Promise<OpenedRun> {
  const { model } = recipeOf(settings).build(data.classes);
  const loaded = await new Checkpoints(folder.checkpoints).load(model);
  const { step } = requireCheckpoint(folder, loaded);
  if (permutation) reorderOutputs(model, permutation);
  return { folder, settings, model, augmentation: settings.augmentation, step };
}

/**
 * The permutations that put the outputs of runs into the order of the data's classes; undefined for a run that
 * has this order.
 *
 * @param dataPath The location of the data to evaluate on; undefined for the embedded data set.
 * @throws Error that states the difference, if a run was trained on other classes than the data has.
 */
export async function outputOrders(
  runs: readonly SavedRun[],
  data: PreparedData,
  dataPath: string | undefined,
  signal: AbortSignal,
): Promise<(number[] | undefined)[]> {
  const permutations: (number[] | undefined)[] = [];
  for (const run of runs) {
    const order = await classesOfRun(run, dataPath, signal);
    const { path } = run.folder;
    permutations.push(order && outputOrder({ path, relation: 'was trained on', order }, data));
  }
  return permutations;
}

/** The classes of a run by label. Runs of older versions did not log them, so they are read from the data. */
async function classesOfRun(
  { folder, settings }: SavedRun,
  dataPath: string | undefined,
  signal: AbortSignal,
): Promise<readonly string[] | undefined> {
  const { classes } = await folder.start();
  if (classes) return classes;
  const { path } = dataOf(settings);
  if (path === (dataPath && resolve(dataPath))) return undefined;
  try {
    return (await classesOf(path, signal)).map(({ wnid }) => wnid);
  } catch (error) {
    signal.throwIfAborted();
    say(`  ${folder.path}: only the number of classes can be compared: ${(error as Error).message}`);
    return undefined;
  }
}
