import { requireTensor, requireWhole } from '@alexnet/validate';
import { mean, reshape, type Tensor, type Tensor2D, tidy } from '@tensorflow/tfjs-core';

/**
 * Averages the predictions for the views of each image: `[N * views, classes] -> [N, classes]`.
 *
 * `average[n, c] = sum_v probabilities[n * views + v, c] / views`. Pass softmax outputs, not logits: the
 * paper averages probabilities (Krizhevsky et al. 2012, sec. 4.1), and the mean of logits is a different
 * predictor.
 *
 * @throws TypeError if the tensor is not of rank 2; RangeError if its row count is not a multiple of `views`.
 * @example
 * const probabilities = averageViews(model.predict(tenCrop(images)));
 */
export function averageViews(probabilities: Tensor, views = 10): Tensor2D {
  requireTensor('probabilities', probabilities, { axes: ['N * views', 'classes'] }, 'averageViews');
  requireWhole('views', views, 1, 'averageViews');
  const [rows, classes] = probabilities.shape as [number, number];
  if (rows % views !== 0) {
    throw new RangeError(`probabilities must have a multiple of ${views} rows (averageViews), got ${rows}.`);
  }
  return tidy(() => mean<Tensor2D>(reshape(probabilities, [rows / views, views, classes]), 1));
}
