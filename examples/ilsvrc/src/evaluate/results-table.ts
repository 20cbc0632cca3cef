import { percent } from '../cli/format.js';
import { textTable } from '../cli/text-table.js';
import type { Evaluation } from './evaluate-model.js';

/** Results as a table for a terminal. */
export function resultsTable(results: readonly Evaluation[], classes: number): string {
  const header = ['views', 'top-1 error', 'top-5 error', 'images', 'seconds', 'images/s', 'backend'];
  const rows = results.map((result) => [
    String(result.views),
    percent(result.top1Error),
    percent(result.top5Error),
    String(result.images),
    result.seconds.toFixed(1),
    (result.images / result.seconds).toFixed(0),
    result.backend,
  ]);
  const chance = ['chance', percent(1 - 1 / classes), percent(Math.max(0, 1 - 5 / classes)), '', '', '', ''];
  return textTable([header, ...rows, chance], () => 'right').join('\n');
}
