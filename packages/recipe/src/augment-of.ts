import type { AugmentationSettings, TrainingSettings } from '@alexnet/alexnet-model';
import type { AugmentOptions } from '@alexnet/imagenet-reader';

/** How the training images of an epoch become inputs. Color noise may end before the training does. */
export function trainingAugment(
  {
    augmentation,
    training,
  }: { augmentation: AugmentationSettings; training: Pick<TrainingSettings, 'schedule'> },
  epoch: number,
): AugmentOptions {
  const { cropSize, mirror, crops, mean, std, pca } = augmentation;
  const { schedule } = training;
  const noiseEnd = (schedule.kind === 'step' ? schedule.colorNoiseEnd : null) ?? Number.POSITIVE_INFINITY;
  const plain = { crop: 'random', cropSize, mirror, crops, mean, std } as const;
  if (!pca || epoch >= noiseEnd) return plain;
  const { sigma, scale, inputScale } = pca;
  return { ...plain, pca: { sigma, scale }, inputScale };
}

/**
 * How images become inputs in evaluation: without color noise, and so without the scale that goes with it.
 *
 * @param views 1 for the central view, 10 for the corners and the center with their mirror images (sec. 4.1).
 * @throws RangeError unless `views` is 1 or 10.
 */
export function evaluationAugment(
  { cropSize, mean, std }: Pick<AugmentationSettings, 'cropSize' | 'mean' | 'std'>,
  views: 1 | 10,
): AugmentOptions {
  if (views !== 1 && views !== 10) {
    throw new RangeError(`views must be 1 or 10 (evaluationAugment), got ${String(views)}.`);
  }
  return { crop: views === 10 ? 'ten' : 'center', cropSize, mean, std };
}
