import { rm } from 'node:fs/promises';
import { replaceFile } from '@alexnet/durable-files';
import type { AugmentOptions, PreparedData } from '@alexnet/imagenet-reader';
import { validate } from '@alexnet/recipe';
import { Checkpoints, DivergedError, train } from '@alexnet/sgd-momentum-trainer';
import { averageViews } from '@alexnet/ten-crop';
import { TopKError } from '@alexnet/topk-metrics';
import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import {
  type EpochRecord,
  type PlannedRun,
  pictureFile,
  predictionsFile,
  type RunRecord,
  writeRecord,
} from './run-record.js';
import type { ExperimentData, MakeTraining, Training } from './training.js';

/** What a run needs besides its plan. */
export interface TrainRunOptions<Net> {
  data: ExperimentData;
  makeTraining: MakeTraining<Net>;
  versions: Readonly<Record<string, string>>;
  /** The run so far, if it was begun. */
  begun: RunRecord<Net> | undefined;
  /** The file of its record, and the folder of its checkpoints while it is not finished. */
  file: string;
  checkpoints: string;
  signal: AbortSignal;
  /** Called before the training, with the number of epochs that are kept of the run so far. */
  onStart: (kept: number) => void;
  /** Called after each epoch, with the most epochs that the run has. */
  onEpoch: (epoch: EpochRecord, epochs: number) => void;
}

/** Seconds between two checkpoints inside an epoch. */
const CHECKPOINT_SECONDS = 120;

/**
 * Trains a run to its end, from its last checkpoint if it was begun, and tests it. A run that is stopped by the
 * signal and resumed is bit-identical to one that was not, on the same backend and number of threads.
 *
 * @throws the signal's reason, after a checkpoint.
 */
export async function trainRun<Net>(
  run: PlannedRun<Net>,
  options: TrainRunOptions<Net>,
): Promise<RunRecord<Net>> {
  const { prepared, name } = options.data;
  const { splits } = prepared;
  const training = options.makeTraining(run, prepared);
  const { model, optimizer } = training;
  const checkpoints = new Checkpoints(options.checkpoints);
  try {
    const resume = await checkpoints.load(model, optimizer);
    const record: RunRecord<Net> = {
      run,
      data: { name, train: splits.train.images, test: splits.val.images },
      versions: options.begun && resume ? options.begun.versions : options.versions,
      epochs: (options.begun?.epochs ?? []).filter(({ epoch }) => epoch < (resume?.epoch ?? 0)),
    };
    options.onStart(record.epochs.length);
    await writeRecord(options.file, record);
    await trainEpochs(record, { ...options, training, resume });
    if (record.end?.reason !== 'diverged') await finish(record, options, training);
    await writeRecord(options.file, record);
    await rm(options.checkpoints, { recursive: true, force: true });
    return record;
  } finally {
    model.dispose();
    optimizer.dispose();
  }
}

interface Trained<Net> extends TrainRunOptions<Net> {
  training: Training;
  resume: Awaited<ReturnType<Checkpoints['load']>>;
}

/** Adds the epochs of the training, and its end, to the record. */
async function trainEpochs<Net>(record: RunRecord<Net>, options: Trained<Net>): Promise<void> {
  const { run } = record;
  const { training, resume, signal, file, onEpoch } = options;
  const { model, optimizer, batches, epochs, schedule } = training;
  const { prepared } = options.data;
  const events = train(model, batches, {
    epochs,
    optimizer,
    schedule,
    validate: () => validate(model, prepared, { augment: training.testViews(1), signal }),
    checkpoints: { directory: options.checkpoints, everySeconds: CHECKPOINT_SECONDS, keep: 1 },
    resume,
    signal,
  });
  try {
    for await (const event of events) {
      if (event.type !== 'epochEnd') continue;
      const { epoch, trainLoss, trainTop1Error, learningRate, seconds, validation } = event;
      const testError = validation?.top1Error ?? Number.NaN;
      const ended = { epoch, trainLoss, trainError: trainTop1Error, testError, learningRate, seconds };
      record.epochs.push(ended);
      await writeRecord(file, record);
      onEpoch(ended, epochs);
      if (trainTop1Error <= (run.stopAtTrainError ?? Number.NEGATIVE_INFINITY)) {
        record.end = { reason: 'train error' };
        return;
      }
    }
    record.end = { reason: 'epochs' };
  } catch (error) {
    if (!(error instanceof DivergedError)) throw error;
    record.end = { reason: 'diverged', diverged: error.message };
  }
}

/** Tests a trained net, and measures and draws what the experiment asks for. */
async function finish<Net>(
  record: RunRecord<Net>,
  { data: { prepared }, file, signal }: TrainRunOptions<Net>,
  { model, testViews, measure, pictures }: Training,
): Promise<void> {
  const { end, run } = record;
  if (!end) return;
  const errors = new TopKError([1]);
  const predictions: Float32Array[] = [];
  for await (const { probabilities, labels } of predict(model, prepared, testViews(run.views), run.views)) {
    errors.add(probabilities, labels);
    predictions.push(probabilities);
  }
  await replaceFile(predictionsFile(file), predictions.map(bytesOf));
  end.testError = errors.error(1);
  if (measure) end.measures = await measure();
  for (const [name, content] of Object.entries((await pictures?.(signal)) ?? {})) {
    await replaceFile(pictureFile(file, name), content);
  }
}

function bytesOf({ buffer, byteOffset, byteLength }: Float32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** Rows of one prediction: the views of a few images. */
const ROWS = 240;

/** The probabilities of the test images in their order, each the mean of its views. */
async function* predict(
  model: tfl.LayersModel,
  prepared: PreparedData,
  augment: AugmentOptions,
  views: number,
): AsyncGenerator<{ probabilities: Float32Array; labels: Int32Array }> {
  const batches = prepared.rawBatches({ split: 'val', batchSize: ROWS / views, augment, reuse: true });
  for await (const { pixels, shape, labels } of batches) {
    const mean = tf.tidy(() =>
      averageViews(model.predictOnBatch(tf.tensor4d(pixels, shape)) as tf.Tensor2D, views),
    );
    const probabilities = await mean.data<'float32'>();
    mean.dispose();
    yield { probabilities, labels: labels.filter((_, row) => row % views === 0) };
  }
}
