import { percent } from '../cli/format.js';
import { textTable } from '../cli/text-table.js';
import { className } from '../data/class-name.js';
import { errorTable, withInterval } from './error-table.js';
import { type EvaluationResult, modelName, viewsName } from './evaluation-result.js';

/** Number of worst classes and pairs that a terminal shows; JSON has more. */
const SHOWN = 5;

/**
 * The results of `evaluate` for a terminal: a table with 95% intervals, then the mistakes of the last result
 * that is measured on all images.
 */
export function evaluationReport(results: readonly EvaluationResult[], classes: number): string {
  const last = results.filter(({ isOtherHalf }) => !isOtherHalf).at(-1);
  return [errorTable(results, classes), ...(last ? mistakes(last) : [])].join('\n');
}

function mistakes(result: EvaluationResult): string[] {
  const views = viewsName(result);
  const measured = [modelName(result), views && `${views} views`].filter(Boolean).join(', ');
  const worst = result.worstClasses
    .slice(0, SHOWN)
    .map(({ label, words, error, interval, images }) => [
      `  ${withInterval(error, interval)}`,
      `${images} images`,
      className(label, words),
    ]);
  const pairs = result.confusions
    .slice(0, SHOWN)
    .map(({ count, share, ...pair }) => [
      `  ${count}`,
      percent(share),
      `${className(pair.label, pair.words)} taken for ${className(pair.predicted, pair.predictedWords)}`,
    ]);
  const align = (column: number): 'left' | 'right' => (column === 2 ? 'left' : 'right');
  return [
    '',
    `Worst classes by top-1 error (${measured})`,
    ...textTable(worst, align),
    '',
    pairs.length > 0 ? 'Confused most often, and the share of the class' : 'Nothing was confused.',
    ...(pairs.length > 0 ? textTable(pairs, align) : []),
    '',
    `Expected calibration error: ${percent(result.expectedCalibrationError)}`,
  ];
}
