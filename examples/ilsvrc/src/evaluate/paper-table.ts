import type { Split } from '@alexnet/imagenet-reader';
import { comparisonTable, paperTables, type ResultRow, type TableError } from '@alexnet/topk-metrics';
import { type EvaluationResult, viewsName } from './evaluation-result.js';

/** The number of a table in the paper. */
export type PaperTable = '1' | '2';

/** The number of ILSVRC classes. */
const ILSVRC_CLASSES = 1000;

/**
 * Table 1 (ILSVRC-2010) or 2 (ILSVRC-2012) of the paper as Markdown, with our results on all images appended.
 * Rows that were not measured on the 1000 classes of ILSVRC say so.
 */
export function paperTable(
  number: PaperTable,
  results: readonly EvaluationResult[],
  classes: number,
): string {
  const table = number === '1' ? paperTables.ilsvrc2010 : paperTables.ilsvrc2012;
  const whole = results.filter(({ isOtherHalf }) => !isOtherHalf);
  return comparisonTable(
    table,
    whole.map((result) => ownRow(number, result, classes)),
  );
}

function ownRow(number: PaperTable, result: EvaluationResult, classes: number): ResultRow {
  const { images, split, model } = result;
  const top1: TableError = { error: result.top1Error, images };
  const top5: TableError = { error: result.top5Error, images };
  const views = viewsName(result) === '' ? '' : `, ${viewsName(result)} views`;
  const data = classes === ILSVRC_CLASSES ? '' : ` on ${classes} other classes`;
  return {
    model: `ours${data}: ${model}${views}`,
    errors: number === '1' ? { 'top-1': top1, 'top-5': top5 } : ofTable2(split, top1, top5),
  };
}

/** Table 2 has no column for the top-1 error of the test set, whose labels were never published. */
function ofTable2(split: Split | undefined, top1: TableError, top5: TableError): Record<string, TableError> {
  return split === 'test' ? { 'top-5 (test)': top5 } : { 'top-1 (val)': top1, 'top-5 (val)': top5 };
}
