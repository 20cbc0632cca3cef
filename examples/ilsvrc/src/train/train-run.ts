import { relative } from 'node:path';
import { type CheckpointOptions, type TrainEvent, train } from '@alexnet/sgd-momentum-trainer';
import { percent } from '../cli/format.js';
import { type Progress, progress } from '../cli/progress.js';
import { say } from '../cli/say.js';
import { columns, isNarrow } from '../cli/terminal.js';
import { wrap } from '../cli/wrap.js';
import { recipeOf } from '../run/open-model.js';
import type { TrainingRun } from './open-run.js';
import { recordEpoch } from './record-epoch.js';

/** When checkpoints are saved during an epoch, and how many are kept. */
export interface CheckpointingOptions {
  checkpointSteps?: number;
  checkpointMinutes: number;
  keep: number;
}

/** Options of {@link trainRun}. */
export interface TrainRunOptions extends CheckpointingOptions {
  maxSteps?: number;
  signal: AbortSignal;
  /** Called with every event after it is logged. */
  onEvent?: (event: TrainEvent) => void;
}

/**
 * Trains until the schedule ends, or to the last epoch or `maxSteps`. Logs every event and saves checkpoints.
 */
export async function trainRun(run: TrainingRun, options: TrainRunOptions): Promise<void> {
  const { folder, board, settings, data, resume } = run;
  const { epochs, batchSize } = settings.training;
  const imagesPerEpoch = Math.floor(data.splits.train.images / batchSize) * batchSize;
  let done = (resume?.epoch ?? 0) * imagesPerEpoch + (resume?.batch ?? 0) * batchSize;
  const bar = progress('train', epochs * imagesPerEpoch, { doneBefore: done, part: imagesPerEpoch });
  const pace = { seconds: 0, waitSeconds: 0 };
  try {
    for await (const event of trainingOf(run, options)) {
      const logged =
        event.type === 'checkpoint' ? { ...event, path: relative(folder.path, event.path) } : event;
      await folder.append(logged);
      await board.add(logged);
      if (event.type === 'step') {
        done += event.images;
        bar.update(done, stepNote(event, epochs, pace));
      } else if (event.type === 'epochEnd') {
        bar.log(epochLine(event, epochs));
        await recordEpoch(run, event);
      } else sayEnd(event, bar, epochs);
      options.onEvent?.(event);
    }
  } catch (error) {
    bar.stop();
    await sayHowToResume(run);
    throw error;
  } finally {
    bar.stop();
  }
}

function trainingOf(run: TrainingRun, options: TrainRunOptions): AsyncGenerator<TrainEvent> {
  const { folder, settings, versions, data, model, optimizer, resume, towers, isComputedElsewhere } = run;
  const { maxSteps, checkpointSteps, checkpointMinutes, keep, signal } = options;
  const recipe = recipeOf(settings);
  const checkpoints: CheckpointOptions = {
    directory: folder.checkpoints,
    ...(checkpointSteps !== undefined && { everySteps: checkpointSteps }),
    everySeconds: checkpointMinutes * 60,
    keep,
    settings,
    versions,
  };
  return train(model, recipe.batches(data, { signal }), {
    ...recipe.trainOptions(towers?.stepper ?? model, data, { signal }),
    optimizer,
    checkpoints,
    ...(maxSteps && { maxSteps }),
    signal,
    prefetch: isComputedElsewhere,
    ...(resume && { resume }),
    ...(towers && { stepper: towers.stepper }),
  });
}

/** Loss and errors of the last batch, and the share of the time spent waiting for images. */
function stepNote(
  event: TrainEvent & { type: 'step' },
  epochs: number,
  pace: { seconds: number; waitSeconds: number },
): string {
  const { epoch, loss, top1Error, top5Error, seconds, waitSeconds } = event;
  pace.seconds += seconds + waitSeconds;
  pace.waitSeconds += waitSeconds;
  const errors = [top1Error, top5Error].map((error) => (error * 100).toFixed(0)).join('/');
  const starved = ((pace.waitSeconds / pace.seconds) * 100).toFixed(0);
  const label = isNarrow() ? '' : 'error ';
  return `epoch ${epoch + 1}/${epochs}  loss ${loss.toFixed(3)}  ${label}${errors}%  starved ${starved}%`;
}

function epochLine(event: TrainEvent & { type: 'epochEnd' }, epochs: number): string {
  const { epoch, trainLoss, trainTop1Error, validation, learningRate } = event;
  const { images, seconds, waitSeconds } = event;
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
  return `  ${wrap(parts.filter(Boolean).join(gap), columns(), 6, gap)}`;
}

/** Prints why a run ended before its last epoch. */
function sayEnd(event: TrainEvent, bar: Progress, epochs: number): void {
  if (event.type !== 'end' || event.reason === 'epochs') return;
  const why =
    event.reason === 'schedule'
      ? `after epoch ${event.epoch} of ${epochs}, because the validation error no longer improves at the last learning rate`
      : `after step ${event.step}, as requested`;
  bar.log(`  ended ${why}`);
}

async function sayHowToResume({ folder }: TrainingRun): Promise<void> {
  const last = await folder.latestCheckpoint().catch(() => undefined);
  if (last) say(`  saved: ${last}; resume with --resume --out ${relative('.', folder.path) || '.'}`);
}
