import { describeValue } from '@alexnet/validate';
import { labelsOfLine, linesOf } from './ids.js';

/**
 * Labels 0 .. classes - 1 from the text of a ground-truth file, which has one ILSVRC ID (1 .. classes) per
 * line.
 *
 * @throws RangeError that names the line, if a line is not an ID.
 * @see the readme of the ILSVRC-2012 development kit
 */
export function readGroundTruth(text: string): Int32Array {
  return Int32Array.from(linesOf(text).flatMap((line, i) => labelsOfLine(line, i, 1, 'readGroundTruth')));
}

/**
 * The text of a ground-truth file; the inverse of {@link readGroundTruth}.
 *
 * @throws RangeError that names the image, if a label is not a whole number >= 0.
 */
export function writeGroundTruth(labels: ArrayLike<number>): string {
  return Array.from(labels, (label, image) => {
    if (!Number.isSafeInteger(label) || label < 0) {
      throw new RangeError(
        `labels must be whole numbers >= 0 (writeGroundTruth), got ${describeValue(label)} for image ${image}.`,
      );
    }
    return `${label + 1}\n`;
  }).join('');
}
