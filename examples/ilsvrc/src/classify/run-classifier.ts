import { imageInputs } from '@alexnet/imagenet-reader';
import { Checkpoints } from '@alexnet/sgd-momentum-trainer';
import { type DataFolderOptions, preparedData } from '../data/prepared-data.js';
import type { SavedRun } from '../evaluate/saved-runs.js';
import { openModel } from '../run/open-model.js';
import { requireCheckpoint } from '../run/require-checkpoint.js';
import { type RunInputs, readRunInputs } from '../run/run-inputs.js';
import { dataOf } from '../run/run-settings.js';
import type { NamedClassifier } from './named-classifier.js';

/** Options of {@link openRunClassifier}. */
export interface RunClassifierOptions extends Pick<DataFolderOptions, 'dataFolder'> {
  views: 1 | 10;
}

/** Opens the last checkpoint of a run, with the mean image and the class names of its data. */
export async function openRunClassifier(
  { folder, settings }: SavedRun,
  { dataFolder, views }: RunClassifierOptions,
  signal: AbortSignal,
): Promise<NamedClassifier> {
  const stored = await readRunInputs(folder.inputs);
  const inputs = stored ?? (await inputsOfData({ folder, settings }, dataFolder, signal));
  const { model } = openModel(settings, inputs);
  requireCheckpoint(folder, await new Checkpoints(folder.checkpoints).load(model));
  const { mean, std, cropSize } = settings.augmentation;
  const { size, meanImage, channelMeans, classes } = inputs;
  const crop = views === 10 ? ('ten' as const) : ('center' as const);
  const subtracted = mean === 'channel' ? channelMeans : mean;
  return {
    model,
    read: imageInputs({ size, cropSize, crop, mean: subtracted, std, meanImage }),
    views,
    classes,
  };
}

/** The inputs of a run of an older version, from its data. @throws Error that says so, if the data is gone. */
async function inputsOfData(
  { folder, settings }: SavedRun,
  dataFolder: string,
  signal: AbortSignal,
): Promise<RunInputs> {
  try {
    const data = await preparedData({ ...dataOf(settings), dataFolder, onError: 'stop', signal });
    await data.close();
    return data;
  } catch (error) {
    signal.throwIfAborted();
    throw new Error(
      `${folder.path} was started by an older version, so its mean image and class names are read from its data: ${(error as Error).message}`,
      { cause: error },
    );
  }
}
