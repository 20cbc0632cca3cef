import { requireWhole } from '@alexnet/validate';
import { labelsOfLine, linesOf } from './ids.js';
import { type Probabilities, toRows } from './rows.js';
import { topLabels } from './top-labels.js';

/** How many labels a submission may give for an image. */
const GUESSES = 5;

/**
 * The text of an ILSVRC classification submission. Each test image has a line with its five most probable
 * labels as ILSVRC IDs (1 .. classes), most probable first.
 *
 * @param probabilities `[images, classes]`, flat or as rows.
 * @throws RangeError if the shape does not fit or a probability is not a number.
 * @see the readme of the ILSVRC-2012 development kit
 */
export function writeSubmission(probabilities: Probabilities, images: number): string {
  const line = (row: ArrayLike<number>): string =>
    topLabels(row, GUESSES)
      .map((label) => label + 1)
      .join(' ');
  return toRows(probabilities, images, 'writeSubmission')
    .map((row) => `${line(row)}\n`)
    .join('');
}

/**
 * The labels 0 .. classes - 1 that a submission gives for each image, most probable first.
 *
 * @throws RangeError that names the line, if a line is not one to five IDs.
 */
export function readSubmission(text: string): number[][] {
  return linesOf(text).map((line, i) => labelsOfLine(line, i, GUESSES, 'readSubmission'));
}

/**
 * The share of images whose true label is not among the first k of a submission, as ILSVRC's server counts.
 *
 * @param guesses The labels for each image, as {@link readSubmission} returns them.
 * @param labels The true label of each image.
 * @returns 0 .. 1, or NaN if there is no image. A submission does not show ties, where the lower label came
 *   first.
 * @throws RangeError if the images differ in number.
 */
export function submissionError(
  guesses: readonly (readonly number[])[],
  labels: ArrayLike<number>,
  k: number = GUESSES,
): number {
  requireWhole('k', k, 1, 'submissionError');
  if (guesses.length !== labels.length) {
    throw new RangeError(
      `guesses must be of ${labels.length} images (submissionError), got ${guesses.length}.`,
    );
  }
  const wrong = guesses.filter(
    (labelsOfImage, image) => !labelsOfImage.slice(0, k).includes(labels[image] as number),
  );
  return wrong.length / guesses.length;
}
