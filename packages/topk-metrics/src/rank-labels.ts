import { type Probabilities, toRows } from './rows.js';

/** Where the true label of an image ranks in its row of probabilities. */
export interface Rank {
  readonly row: ArrayLike<number>;
  readonly label: number;
  /** How many labels are more probable than the true one. */
  readonly greater: number;
  /** How many labels, including the true one, are as probable as the true one. */
  readonly equal: number;
  /** The most probable label, or the lowest of equally probable ones. */
  readonly predicted: number;
}

/** What the batch must fit, and the caller that error messages name. */
interface RankRule {
  readonly caller: string;
  /** The number of images before this batch, which is added to the index of an image in error messages. */
  readonly firstImage?: number;
  /** The number of probabilities that each row must have. If it is missing, any number is allowed. */
  readonly classes?: number;
}

/**
 * Ranks a whole batch before any image is counted, so that nothing of a refused batch is counted.
 *
 * @throws RangeError if shapes do not fit, a label is out of range or a probability is not a number.
 */
export function rankLabels(
  probabilities: Probabilities,
  labels: ArrayLike<number>,
  { caller, firstImage = 0, classes }: RankRule,
): Rank[] {
  return toRows(probabilities, labels.length, caller).map((row, i) => {
    const image = firstImage + i;
    if (classes !== undefined && row.length !== classes) {
      throw new RangeError(
        `probabilities must be of ${classes} classes (${caller}), got ${row.length} for image ${image}.`,
      );
    }
    return rankLabel(row, labels[i] as number, image, caller);
  });
}

function rankLabel(row: ArrayLike<number>, label: number, image: number, caller: string): Rank {
  const own = Number.isInteger(label) ? row[label] : undefined;
  if (own === undefined) {
    throw new RangeError(
      `labels must be in 0 .. ${row.length - 1} (${caller}), got ${label} for image ${image}.`,
    );
  }
  let greater = 0;
  let equal = 0;
  let predicted = 0;
  for (let i = 0; i < row.length; i++) {
    const value = row[i] as number;
    if (Number.isNaN(value)) {
      throw new RangeError(
        `probabilities must be numbers (${caller}), got NaN for image ${image}, label ${i}.`,
      );
    }
    if (value > own) greater++;
    else if (value === own) equal++;
    if (value > (row[predicted] as number)) predicted = i;
  }
  return { row, label, greater, equal, predicted };
}
