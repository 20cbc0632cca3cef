/**
 * The mean of several models' probabilities for the same images, as the paper combines its 5 and 7 networks.
 *
 * @param predictions One array `[images * classes]` a model, all of one length.
 * @throws RangeError if there is no model or the lengths differ.
 * @see Krizhevsky et al. 2012, table 2
 */
export function averagePredictions(predictions: readonly ArrayLike<number>[]): Float64Array {
  const [first] = predictions;
  if (!first)
    throw new RangeError('predictions must be of at least one model (averagePredictions), got none.');
  const mean = new Float64Array(first.length);
  for (const model of predictions) {
    if (model.length !== first.length) {
      throw new RangeError(
        `predictions must all have ${first.length} values (averagePredictions), got ${model.length}.`,
      );
    }
    for (let i = 0; i < mean.length; i++) {
      mean[i] = (mean[i] as number) + (model[i] as number) / predictions.length;
    }
  }
  return mean;
}
