import { percent } from '../cli/format.js';
import { textTable } from '../cli/text-table.js';
import type { Evaluation } from '../run/run-event.js';
import type { EvaluationResult } from './evaluation-result.js';
import { modelName, viewsName } from './evaluation-result.js';

/** The evaluations of one run as a table for a terminal. */
export function resultsTable(results: readonly Evaluation[], classes: number): string {
  const header = ['views', 'top-1 error', 'top-5 error', 'images', ...timeHeader];
  const rows = results.map((result) => [
    String(result.views),
    percent(result.top1Error),
    percent(result.top5Error),
    String(result.images),
    ...timing(result),
  ]);
  const chance = ['chance', ...chanceErrors(classes), '', '', '', ''];
  return textTable([header, ...rows, chance], () => 'right').join('\n');
}

/** The errors of models and ensembles with 95% intervals, as a table for a terminal. */
export function errorTable(results: readonly EvaluationResult[], classes: number): string {
  const isTimed = results.some(({ seconds }) => seconds !== undefined);
  const header = ['model', 'views', 'top-1 error', 'top-5 error', 'images', ...(isTimed ? timeHeader : [])];
  const rows = results.map((result) => [
    modelName(result),
    viewsName(result),
    withInterval(result.top1Error, result.top1Interval),
    withInterval(result.top5Error, result.top5Interval),
    String(result.images),
    ...(isTimed ? timing(result) : []),
  ]);
  const chance = ['chance', '', ...chanceErrors(classes), '', ...(isTimed ? ['', '', ''] : [])];
  return textTable([header, ...rows, chance], (column) => (column === 0 ? 'left' : 'right')).join('\n');
}

/** `51.2% (46.8 to 55.6%)`. */
export function withInterval(error: number, [low, high]: readonly [number, number]): string {
  return `${percent(error)} (${percent(low).slice(0, -1)} to ${percent(high)})`;
}

const timeHeader = ['seconds', 'images/s', 'backend'];

function timing({
  images,
  seconds,
  backend = '',
}: Pick<EvaluationResult, 'images' | 'seconds' | 'backend'>): string[] {
  if (seconds === undefined) return ['', '', backend];
  return [seconds.toFixed(1), (images / seconds).toFixed(0), backend];
}

/** Top-1 and top-5 error of guessing. */
function chanceErrors(classes: number): [string, string] {
  return [percent(1 - 1 / classes), percent(Math.max(0, 1 - 5 / classes))];
}
