import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { PreparedData } from '@alexnet/imagenet-reader';
import { say } from '../cli/say.js';
import { UsageError } from '../cli/usage-error.js';
import { classDifference, classesOf } from '../data/classes-of.js';
import { openModel } from './open-model.js';
import type { Net } from './predict-batches.js';
import { RunFolder } from './run-folder.js';
import { dataOf, type RunSettings } from './run-settings.js';

/** A run to evaluate: its folder and what it was begun with. */
export interface KnownRun {
  folder: RunFolder;
  settings: RunSettings;
}

/** @throws Error that names the folder, if one holds no run. */
export function knownRuns(paths: readonly string[]): Promise<KnownRun[]> {
  return Promise.all(
    paths.map(async (path) => {
      if (!existsSync(path)) throw new UsageError(`${path} does not exist: --run takes the folder of a run.`);
      const folder = new RunFolder(path);
      return { folder, settings: await folder.settings() };
    }),
  );
}

/** The net of a run's checkpoint, for the classes of the data. */
export async function openNet({ folder, settings }: KnownRun, data: PreparedData): Promise<Net> {
  const { model, optimizer, load } = openModel(settings, data);
  const checkpoint = await folder.latestCheckpoint();
  const { step } = await load(checkpoint);
  optimizer.dispose(); // the velocities: as large as the weights
  say(`  ${checkpoint}: step ${step}`);
  return { model, augmentation: settings.augmentation };
}

/**
 * @param dataPath Where the data to evaluate on was said to be.
 * @throws Error that says the difference, if a run was trained on other classes than the data has.
 */
export async function requireSameClasses(
  runs: readonly KnownRun[],
  data: PreparedData,
  dataPath: string | undefined,
  signal: AbortSignal,
): Promise<void> {
  const same = new Set([dataPath && resolve(dataPath)]); // data of the same classes
  for (const { folder, settings } of runs) {
    const { path } = dataOf(settings);
    if (same.has(path)) continue;
    const classes = await classesOf(path, signal).catch((error: Error) => {
      signal.throwIfAborted();
      say(`  ${folder.path}: only the number of its classes is compared: ${error.message}`);
      return undefined;
    });
    const difference = classes && classDifference(classes, data.classes);
    if (difference !== undefined) {
      throw new Error(`${folder.path}: was trained on other classes than those of ${data.path}: ${difference}.`); // biome-ignore format: one line
    }
    same.add(path);
  }
}
