import { layerStatistics, type TrainEvent } from '@alexnet/sgd-momentum-trainer';
import { conv1Kernels } from '../report/conv1-kernels.js';
import { keepKernels } from '../report/kept-kernels.js';
import { firstPictures } from './first-images.js';
import type { Run } from './open-run.js';

/** Validation pictures that the statistics are of. */
const PICTURES = 16;

/** Records what the net looks like inside after an epoch: statistics of every layer, and the kernels of conv1. */
export async function recordEpoch(
  run: Run,
  { epoch, step }: TrainEvent & { type: 'epochEnd' },
): Promise<void> {
  const { folder, board, settings, data, model, optimizer } = run;
  const xs = await firstPictures(data, settings.augmentation, PICTURES);
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
