import { layerStatistics, type TrainEvent } from '@alexnet/sgd-momentum-trainer';
import { conv1Kernels } from '../report/conv1-kernels.js';
import { keepKernels } from '../report/kept-kernels.js';
import { firstImages } from './first-images.js';
import type { TrainingRun } from './open-run.js';

/** The number of validation images that the statistics are computed on. */
const IMAGES = 16;

/** Records the statistics of every layer and the kernels of conv1 after an epoch. */
export async function recordEpoch(
  run: TrainingRun,
  { epoch, step }: TrainEvent & { type: 'epochEnd' },
): Promise<void> {
  const { folder, board, settings, data, model, optimizer } = run;
  const xs = await firstImages(data, settings.augmentation, IMAGES);
  try {
    const event = {
      type: 'layers',
      epoch,
      step,
      layers: await layerStatistics(model, optimizer, xs),
    } as const;
    await folder.append(event);
    await board.add(event);
  } finally {
    xs.dispose();
  }
  const towers = await conv1Kernels(model);
  await board.addConv1(towers);
  await keepKernels(folder.kernels, epoch + 1, towers);
}
