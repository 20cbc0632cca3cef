import { rm } from 'node:fs/promises';
import type { PreparedData } from '@alexnet/imagenet-reader';
import { validate } from '@alexnet/recipe';
import { Checkpoints, DivergedError, train } from '@alexnet/sgd-momentum-trainer';
import { averageViews } from '@alexnet/ten-crop';
import { TopKError } from '@alexnet/topk-metrics';
import * as tf from '@tensorflow/tfjs-core';
import type { EpochRecord, PlannedRun, RunRecord } from './run-record.js';
import { writeRecord } from './run-record.js';
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
    await writeRecord(options.file, record);
    await trainEpochs(record, { ...options, training, resume });
    if (!record.end?.diverged && record.end) {
      record.end.testError = await testError(training, prepared, run.views);
    }
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

/** Test images of one prediction, each with its views. */
const BATCH = 12;

/** The test error with a number of views, whose probabilities are averaged. */
async function testError(
  { model, testViews }: Training,
  prepared: PreparedData,
  views: 1 | 10,
): Promise<number> {
  if (views === 1) return (await validate(model, prepared, { augment: testViews(1) })).top1Error;
  const errors = new TopKError([1]);
  const augment = testViews(views);
  const batches = prepared.rawBatches({ split: 'val', batchSize: BATCH, augment, reuse: true });
  for await (const { pixels, shape, labels } of batches) {
    const mean = tf.tidy(() =>
      averageViews(model.predictOnBatch(tf.tensor4d(pixels, shape)) as tf.Tensor2D, views),
    );
    errors.add(
      await mean.data<'float32'>(),
      labels.filter((_, row) => row % views === 0),
    );
    mean.dispose();
  }
  return errors.error(1);
}
