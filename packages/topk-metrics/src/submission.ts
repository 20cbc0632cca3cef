import { type Probabilities, toRows } from './top-k-error.js';
import { topLabels } from './top-labels.js';

/**
 * The text of an ILSVRC classification submission: a line for each test image with its five most probable labels
 * as ILSVRC IDs (1 .. classes), most probable first.
 *
 * @param probabilities `[images, classes]`, flat (then give `images`) or as rows.
 * @see the readme of the ILSVRC-2012 development kit
 */
export function writeSubmission(probabilities: Probabilities, images: number): string {
  const line = (row: ArrayLike<number>): string =>
    topLabels(row, 5)
      .map((label) => label + 1)
      .join(' ');
  return toRows(probabilities, images)
    .map((row) => `${line(row)}\n`)
    .join('');
}

/**
 * Labels 0 .. classes - 1 from the text of a ground-truth file: one ILSVRC ID (1 .. classes) a line.
 *
 * @throws RangeError naming the line that is no ID.
 */
export function readGroundTruth(text: string): Int32Array {
  const lines = text.split(/\r?\n/);
  if (lines.at(-1) === '') lines.pop();
  return Int32Array.from(lines, (line, i) => {
    if (!/^[1-9]\d{0,8}$/.test(line.trim())) {
      throw new RangeError(`line ${i + 1} must be an ILSVRC ID >= 1 (readGroundTruth), got '${line}'.`);
    }
    return Number(line) - 1;
  });
}
