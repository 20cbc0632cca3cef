import { existsSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { PreparedData } from '@alexnet/imagenet-reader';
import { Checkpoints } from '@alexnet/sgd-momentum-trainer';
import { UsageError } from '../cli/errors.js';
import { say } from '../cli/say.js';
import { classDifference, classesOf } from '../data/classes-of.js';
import { openModel } from '../run/open-model.js';
import { requireCheckpoint } from '../run/require-checkpoint.js';
import { RunFolder } from '../run/run-folder.js';
import { dataOf, type RunSettings } from '../run/run-settings.js';
import type { Net } from './predict-batches.js';

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

/** The folder in `runs/` whose log was last written to. @throws UsageError if there is none. */
export async function lastRun(): Promise<string> {
  const logs = (await readdir('runs').catch(() => [])).map((name) => join('runs', name, 'events.jsonl'));
  const found = await Promise.all(
    logs.map(async (log) => ({ log, at: (await stat(log).catch(() => undefined))?.mtimeMs ?? 0 })),
  );
  const [last] = found.filter(({ at }) => at > 0).sort((a, b) => b.at - a.at);
  if (last) return dirname(last.log);
  throw new UsageError('there is no run in runs/: say what to evaluate by --run or --from.');
}

/** The net of a run's newest whole checkpoint, for the classes of the data. */
export async function openNet({ folder, settings }: KnownRun, data: PreparedData): Promise<Net> {
  const { model } = openModel(settings, data);
  requireCheckpoint(folder, await new Checkpoints(folder.checkpoints).load(model));
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
