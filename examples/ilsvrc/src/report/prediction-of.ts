import type { PreparedData, Split } from '@alexnet/imagenet-reader';
import { topLabels } from '@alexnet/topk-metrics';
import type { Prediction } from './predictions-figure.js';

/** A picture of the data with the five labels that are the most probable for it. */
export async function predictionOf(
  data: PreparedData,
  split: Split,
  index: number,
  probabilities: Float32Array,
): Promise<Prediction> {
  const { pixels, label } = await data.image(split, index);
  const words = (of: number): string => data.classes[of]?.words ?? '';
  const top5 = topLabels(probabilities, 5).map((of) => ({
    label: words(of),
    probability: probabilities[of] as number,
  }));
  return { pixels, trueLabel: words(label), top5 };
}
