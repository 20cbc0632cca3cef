import type { BatchDataset, PreparedData } from '@alexnet/imagenet-reader';
import {
  type CheckpointState,
  type SgdMomentum,
  saveCheckpoint,
  type TrainEvent,
  train,
  type Validation,
} from '@alexnet/sgd-momentum-trainer';
import type * as tfl from '@tensorflow/tfjs-layers';
import { progress } from '../cli/progress.js';
import { say } from '../cli/say.js';
import { wrap } from '../cli/wrap.js';
import type { RunBoard } from '../tensorboard/run-board.js';
import { trainingAugment } from './augment-of.js';
import { evaluateModel } from './evaluate-model.js';
import { percent } from './percent.js';
import { recordEpoch } from './record-epoch.js';
import type { RunFolder } from './run-folder.js';
import type { RunSettings } from './run-settings.js';
import { biasScheduleOf, layerSchedulesOf, scheduleOf } from './schedule-of.js';

/** A run to train: its settings, what it trains on, and where it stands. */
export interface Run {
  folder: RunFolder;
  board: RunBoard;
  settings: RunSettings;
  data: PreparedData;
  model: tfl.LayersModel;
  optimizer: SgdMomentum;
  resume: CheckpointState | undefined;
  signal: AbortSignal;
}

/** Trains to the end of the schedule, or the last epoch; logs every event, saves a checkpoint after every epoch. */
export async function trainRun(run: Run): Promise<void> {
  const { folder, board, settings, data, model, optimizer, resume, signal } = run;
  const { epochs, batchSize, microBatchSize } = settings.training;
  const biasSchedule = biasScheduleOf(settings);
  const imagesPerEpoch = Math.floor(data.splits.train.images / batchSize) * batchSize;
  let trained = resume?.epoch ?? 0; // epochs
  let done = trained * imagesPerEpoch;
  const bar = progress('train', epochs * imagesPerEpoch, { begun: done, part: imagesPerEpoch });
  const events = train(model, (epoch) => trainingBatches(run, epoch), {
    epochs,
    optimizer,
    schedule: scheduleOf(settings),
    ...(biasSchedule && { biasSchedule }),
    layerSchedules: layerSchedulesOf(settings, model),
    ...(microBatchSize && { microBatchSize }),
    validate: () => validate(run),
    signal,
    ...(resume && { resume }),
  });
  try {
    for await (const event of events) {
      await folder.append(event);
      await board.add(event);
      if (event.type === 'step') {
        done += event.images;
        bar.update(done, stepNote(event, epochs));
      } else if (event.type === 'epochEnd') {
        bar.log(epochLine(event, epochs));
        await recordEpoch(run, event);
        const { epoch, step, validationErrors } = event;
        trained = epoch + 1;
        const state = { epoch: trained, step, validationErrors, settings };
        await saveCheckpoint(folder.checkpoint, model, optimizer, state);
      }
    }
  } finally {
    bar.stop();
  }
  if (trained < epochs) {
    say(
      `  ended after epoch ${trained} of ${epochs}: the validation error no longer improves at the last rate`,
    );
  }
}

function trainingBatches({ data, settings, signal }: Run, epoch: number): BatchDataset {
  const { training, seed } = settings;
  return data.batches({
    split: 'train',
    batchSize: training.batchSize,
    epoch,
    seed,
    signal,
    augment: trainingAugment(settings, epoch),
  });
}

async function validate({ model, data, settings, signal }: Run): Promise<Validation> {
  const { augmentation } = settings;
  const { top1Error, top5Error } = await evaluateModel(model, data, { views: 1, augmentation, signal });
  return { top1Error, top5Error };
}

function stepNote({ epoch, loss, top1Error }: TrainEvent & { type: 'step' }, epochs: number): string {
  return `epoch ${epoch + 1}/${epochs}  loss ${loss.toFixed(3)}  error ${(top1Error * 100).toFixed(0)}%`;
}

function epochLine(event: TrainEvent & { type: 'epochEnd' }, epochs: number): string {
  const { epoch, trainLoss, trainTop1Error, validation, learningRate } = event;
  const { images, seconds, waitSeconds } = event;
  const columns = process.stderr.columns ?? Number.POSITIVE_INFINITY; // not a terminal
  const gap = '   ';
  const parts = [
    `epoch ${String(epoch + 1).padStart(String(epochs).length)}/${epochs}`,
    `loss ${trainLoss.toFixed(3)}`,
    `error ${percent(trainTop1Error)}`,
    validation && `validation ${percent(validation.top1Error)} / ${percent(validation.top5Error)}`,
    `rate ${Number(learningRate.toPrecision(2))}`,
    `${(images / seconds).toFixed(0)} images/s`,
    `starved ${percent(waitSeconds / seconds)}`,
  ];
  return `  ${wrap(parts.filter(Boolean).join(gap), columns, 6, gap)}`;
}
