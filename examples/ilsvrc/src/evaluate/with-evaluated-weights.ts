import type { PreparedData, Split } from '@alexnet/imagenet-reader';
import { say } from '../cli/say.js';
import { type DataFolderOptions, preparedData } from '../data/prepared-data.js';
import { runSettings } from '../run/run-settings.js';
import { type BackendSelection, startBackend } from '../run/start-backend.js';
import { readWeights } from '../weights/read-weights.js';
import { sayImport } from '../weights/say-import.js';
import { outputOrder } from './output-order.js';
import type { TrainedModel } from './predict-batches.js';
import { reorderOutputs } from './reorder-outputs.js';
import { requireImages } from './require-images.js';

/** Options of {@link withEvaluatedWeights}. */
export interface EvaluatedWeightsOptions extends BackendSelection, DataFolderOptions {
  /** Files that `alexnet import` can read, or folders that it wrote. */
  weights: readonly string[];
  data: string;
  split: Split;
  /** Checks further options against the models and the data. */
  check: (models: readonly TrainedModel[], data: PreparedData) => void;
}

/**
 * Starts the backend, opens the data and imports weights for it, and closes the data after the work is done.
 *
 * @throws UsageError if the split is empty; Error if weights cannot be read or have other classes.
 */
export async function withEvaluatedWeights<T>(
  { weights, data: path, split, check, dataFolder, onError, ...backend }: EvaluatedWeightsOptions,
  signal: AbortSignal,
  work: (models: readonly TrainedModel[], data: PreparedData) => Promise<T>,
): Promise<T> {
  await startBackend(backend);
  const { embedded } = runSettings({ data: path });
  const data = await preparedData({
    ...{ path, embedded, dataFolder, onError },
    requireCounts: requireImages(split),
    signal,
  });
  try {
    const models: TrainedModel[] = [];
    for (const file of weights) models.push(await openWeights(file, data, signal));
    check(models, data);
    return await work(models, data);
  } finally {
    await data.close();
  }
}

/** Imports weights, and puts their outputs into the order of the data's classes. */
async function openWeights(path: string, data: PreparedData, signal: AbortSignal): Promise<TrainedModel> {
  const imported = await readWeights(path, {}, signal);
  const { model, net, preprocessing, classes: order } = imported;
  sayImport(imported, {}, ' of alexnet import');
  if (!preprocessing) {
    throw new Error(`${path}: its preprocessing is unknown; set it with --mean and --std of alexnet import.`);
  }
  const outputs = Number(model.outputs[0]?.shape.at(-1));
  const { length: classes } = data.classes;
  if (outputs !== classes) {
    throw new Error(`${path} has ${outputs} classes, but ${data.path} has ${classes}.`);
  }
  if (!order) say(`  ${path}: only the number of classes can be compared: it does not list its classes`);
  const permutation = order && outputOrder({ path, relation: 'was trained on', order }, data);
  if (permutation) reorderOutputs(model, permutation);
  const { mean, std, size } = preprocessing;
  const { imageSize: cropSize } = net;
  if (size !== undefined && size !== data.size) {
    say(
      `  ${path}: its views were cut out of squares of ${size} px, but those of ${data.path} have ${data.size}, so objects appear at another scale`,
    );
  }
  return { model, augmentation: { cropSize, mean, std, mirror: true, crops: 'perImage', pca: null } };
}
