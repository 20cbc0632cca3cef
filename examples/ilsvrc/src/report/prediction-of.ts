import type { PreparedData, Split } from '@alexnet/imagenet-reader';
import { topLabels } from '@alexnet/topk-metrics';
import type { Prediction } from './predictions-figure.js';

/** An image of the data with its five most probable labels. */
export async function predictionOf(
  data: PreparedData,
  split: Split,
  index: number,
  probabilities: Float32Array,
): Promise<Prediction> {
  const { pixels, label } = await data.image(split, index);
  const words = (number: number): string => data.classes[number]?.words ?? '';
  const top5 = topLabels(probabilities, 5).map((predicted) => ({
    label: words(predicted),
    probability: probabilities[predicted] as number,
  }));
  return { pixels, trueLabel: words(label), top5 };
}
