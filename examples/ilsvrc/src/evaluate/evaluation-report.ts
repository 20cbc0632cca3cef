import type { Split } from '@alexnet/imagenet-reader';
import { percent } from '../cli/format.js';
import { textTable } from '../cli/text-table.js';
import { className } from '../data/class-name.js';
import type { EvaluationRow } from './measure-predictions.js';

/** A line of `evaluate`: what it was measured on, and how. */
export interface EvaluationResult extends EvaluationRow {
  split?: Split;
  /** Views of a picture whose probabilities were averaged. */
  views?: number;
  /** Which: `1`, `10`, `3x3`. */
  crops?: string;
  backend?: string;
}

/** Worst classes and pairs that a terminal shows; JSON has more. */
const SHOWN = 5;

/** Results for a terminal: a table with 95% intervals, then what the last result that is of all pictures got wrong. */
export function evaluationReport(results: readonly EvaluationResult[], classes: number): string {
  const last = results.filter(({ isOtherHalf }) => !isOtherHalf).at(-1);
  return [errorTable(results, classes), ...(last ? mistakes(last) : [])].join('\n');
}

function errorTable(results: readonly EvaluationResult[], classes: number): string {
  const isTimed = results.some(({ seconds }) => seconds !== undefined);
  const header = ['model', 'views', 'top-1 error', 'top-5 error', 'images'];
  const rows = results.map((result) => [
    modelName(result),
    viewsName(result),
    withInterval(result.top1Error, result.top1Interval),
    withInterval(result.top5Error, result.top5Interval),
    String(result.images),
    ...(isTimed ? timing(result) : []),
  ]);
  const chance = ['chance', '', percent(1 - 1 / classes), percent(Math.max(0, 1 - 5 / classes)), ''];
  const table = [
    [...header, ...(isTimed ? ['seconds', 'images/s', 'backend'] : [])],
    ...rows,
    [...chance, ...(isTimed ? ['', '', ''] : [])],
  ];
  return textTable(table, (column) => (column === 0 ? 'left' : 'right')).join('\n');
}

function timing({ images, seconds, backend = '' }: EvaluationResult): string[] {
  if (seconds === undefined) return ['', '', backend];
  return [seconds.toFixed(1), (images / seconds).toFixed(0), backend];
}

/** `searched average .7 .3, other half`. */
function modelName({ model, weights, isOtherHalf }: EvaluationResult): string {
  const isEven = weights?.every((weight) => weight === weights[0]) ?? true;
  const shown = isEven ? '' : ` ${weights?.map((weight) => Number(weight.toFixed(3))).join(' ')}`;
  return `${model}${shown}${isOtherHalf ? ', other half' : ''}`;
}

/** `10`, `18 (3x3)`. */
export function viewsName({ views, crops }: EvaluationResult): string {
  if (views === undefined) return '';
  return crops === String(views) ? crops : `${views} (${crops})`;
}

function withInterval(error: number, [low, high]: readonly [number, number]): string {
  return `${percent(error)} (${percent(low).slice(0, -1)} to ${percent(high)})`;
}

function mistakes(result: EvaluationResult): string[] {
  const of = [modelName(result), viewsName(result) && `${viewsName(result)} views`]
    .filter(Boolean)
    .join(', ');
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
    `Worst classes by top-1 error (${of})`,
    ...textTable(worst, align),
    '',
    pairs.length > 0 ? 'Confused most often, and the share of the class' : 'Nothing was confused.',
    ...(pairs.length > 0 ? textTable(pairs, align) : []),
    '',
    `Expected calibration error: ${percent(result.expectedCalibrationError)}`,
  ];
}
