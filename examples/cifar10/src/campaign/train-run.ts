import { rm } from 'node:fs/promises';
import type { AugmentOptions, PreparedData } from '@alexnet/imagenet-reader';
import { validate } from '@alexnet/recipe';
import { Checkpoints, DivergedError, train } from '@alexnet/sgd-momentum-trainer';
import { averageViews } from '@alexnet/ten-crop';
import { TopKError } from '@alexnet/topk-metrics';
import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import type { CifarData } from '../data/cifar-data.js';
import { buildNet } from '../nets/build-net.js';
import type { CifarNet } from '../nets/cifar-net.js';
import { optimizerOf, scheduleOf } from '../nets/optimizer-of.js';
import type { EpochRecord, PlannedRun, RunRecord } from './run-record.js';
import { writeRecord } from './run-record.js';

/** What a run needs besides its plan. */
export interface TrainRunOptions {
  data: CifarData;
  versions: Readonly<Record<string, string>>;
  /** The run so far, if it was begun. */
  begun: RunRecord | undefined;
  /** The file of its record, and the folder of its checkpoints while it is not finished. */
  file: string;
  checkpoints: string;
  signal: AbortSignal;
  onEpoch: (epoch: EpochRecord) => void;
}

/** Seconds between two checkpoints inside an epoch. */
const CHECKPOINT_SECONDS = 120;

/**
 * Trains a run to its end, from its last checkpoint if it was begun, and tests it. A run that is stopped by the
 * signal and resumed is bit-identical to one that was not, on the same backend and number of threads.
 *
 * @throws the signal's reason, after a checkpoint.
 */
export async function trainRun(run: PlannedRun, options: TrainRunOptions): Promise<RunRecord> {
  const { prepared, name } = options.data;
  const { splits, classes } = prepared;
  const model = buildNet(run.net, { classes: classes.length, seed: run.seed });
  const optimizer = optimizerOf(run.net);
  const checkpoints = new Checkpoints(options.checkpoints);
  try {
    const resume = await checkpoints.load(model, optimizer);
    const record: RunRecord = {
      run,
      data: { name, train: splits.train.images, test: splits.val.images },
      versions: options.begun && resume ? options.begun.versions : options.versions,
      epochs: (options.begun?.epochs ?? []).filter(({ epoch }) => epoch < (resume?.epoch ?? 0)),
    };
    await writeRecord(options.file, record);
    await trainEpochs(record, { ...options, model, optimizer, resume });
    if (!record.end?.diverged && record.end) {
      record.end.testError = await testError(model, prepared, run);
    }
    await writeRecord(options.file, record);
    await rm(options.checkpoints, { recursive: true, force: true });
    return record;
  } finally {
    model.dispose();
    optimizer.dispose();
  }
}

interface Trained extends TrainRunOptions {
  model: tfl.LayersModel;
  optimizer: ReturnType<typeof optimizerOf>;
  resume: Awaited<ReturnType<Checkpoints['load']>>;
}

/** Adds the epochs of the training, and its end, to the record. */
async function trainEpochs(record: RunRecord, options: Trained): Promise<void> {
  const { run } = record;
  const { model, optimizer, resume, signal, file, onEpoch } = options;
  const { prepared } = options.data;
  const { epochs, batchSize } = run.net.training;
  const batches = (epoch: number, startBatch: number) =>
    prepared.batches({
      split: 'train',
      batchSize,
      seed: run.seed,
      epoch,
      startBatch,
      workers: 0,
      augment: trainingView(run.net),
    });
  const events = train(model, batches, {
    epochs,
    optimizer,
    schedule: scheduleOf(run.net),
    validate: () => validate(model, prepared, { augment: testView(run.net, 1), signal }),
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
      onEpoch(ended);
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

/** How training images become inputs: whole, the center, or random crops and mirror images (`--crop-border=4`). */
function trainingView({ imageSize, crops = 'random' }: CifarNet): AugmentOptions {
  const isCropped = imageSize < 32 && crops === 'random';
  return { crop: isCropped ? 'random' : 'center', mirror: isCropped, cropSize: imageSize, mean: 'center' };
}

/** How test images become inputs: the whole or the central square, or ten squares (`--multiview-test=1`). */
function testView({ imageSize }: CifarNet, views: 1 | 10): AugmentOptions {
  return { crop: views === 10 ? 'ten' : 'center', cropSize: imageSize, mean: 'center' };
}

/** Test images of one prediction. */
const BATCH = 250;

/** The test error with the run's number of views, whose probabilities are averaged. */
async function testError(
  model: tfl.LayersModel,
  prepared: PreparedData,
  { net, views }: PlannedRun,
): Promise<number> {
  if (views === 1) return (await validate(model, prepared, { augment: testView(net, 1) })).top1Error;
  const errors = new TopKError([1]);
  const batches = prepared.rawBatches({
    split: 'val',
    batchSize: BATCH,
    augment: testView(net, 10),
    reuse: true,
  });
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
