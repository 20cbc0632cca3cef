import type { AugmentOptions } from '@alexnet/imagenet-reader';
import type { RunSettings } from '../run/run-settings.js';

/** How the training pictures of an epoch become inputs. Colour noise may end before the training does. */
export function trainingAugment({ augmentation, training }: RunSettings, epoch: number): AugmentOptions {
  const { cropSize, mirror, crops, mean, std, pca } = augmentation;
  const { schedule } = training;
  const noiseEnd = (schedule.kind === 'step' ? schedule.colorNoiseEnd : null) ?? Number.POSITIVE_INFINITY;
  const plain = { crop: 'random', cropSize, mirror, crops, mean, std } as const;
  if (!pca || epoch >= noiseEnd) return plain;
  const { sigma, scale, inputScale } = pca;
  return { ...plain, pca: { sigma, scale }, inputScale };
}

/** How validation pictures become inputs: without noise, and so without its scale. */
export function evaluationAugment(
  { cropSize, mean, std }: RunSettings['augmentation'],
  views: 1 | 10,
): AugmentOptions {
  return { crop: views === 10 ? 'ten' : 'center', cropSize, mean, std };
}
