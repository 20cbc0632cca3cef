import { type Probabilities, toRows } from './rows.js';

/** What a row of probabilities says of the true label of its image. */
export interface Rank {
  readonly row: ArrayLike<number>;
  readonly label: number;
  /** How many labels are more probable than the true one. */
  readonly greater: number;
  /** How many labels, the true one included, are as probable. */
  readonly equal: number;
  /** The most probable label, of equals the lowest. */
  readonly predicted: number;
}

/** Who asks, for the messages of errors, and what the batch must fit. */
interface RankRule {
  readonly of: string;
  /** The number of images before this batch: errors name an image by its place among all, or in the batch. */
  readonly firstImage?: number;
  /** The number of probabilities that each row must have; any if left out. */
  readonly classes?: number;
}

/**
 * Ranks a whole batch before anything of it is counted, so that a batch that is refused leaves no trace.
 *
 * @throws RangeError if shapes do not fit, a label is out of range or a probability is not a number.
 */
export function rankLabels(
  probabilities: Probabilities,
  labels: ArrayLike<number>,
  { of, firstImage = 0, classes }: RankRule,
): Rank[] {
  return toRows(probabilities, labels.length, of).map((row, i) => {
    const image = firstImage + i;
    if (classes !== undefined && row.length !== classes) {
      throw new RangeError(
        `probabilities must be of ${classes} classes (${of}), got ${row.length} for image ${image}.`,
      );
    }
    return rankLabel(row, labels[i] as number, image, of);
  });
}

function rankLabel(row: ArrayLike<number>, label: number, image: number, of: string): Rank {
  const own = Number.isInteger(label) ? row[label] : undefined;
  if (own === undefined) {
    throw new RangeError(
      `labels must be in 0 .. ${row.length - 1} (${of}), got ${label} for image ${image}.`,
    );
  }
  let greater = 0;
  let equal = 0;
  let predicted = 0;
  for (let i = 0; i < row.length; i++) {
    const value = row[i] as number;
    if (Number.isNaN(value)) {
      throw new RangeError(`probabilities must be numbers (${of}), got NaN for image ${image}, label ${i}.`);
    }
    if (value > own) greater++;
    else if (value === own) equal++;
    if (value > (row[predicted] as number)) predicted = i;
  }
  return { row, label, greater, equal, predicted };
}
