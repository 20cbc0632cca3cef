import type { Split } from '@alexnet/imagenet-reader';
import { comparisonTable, paperTables, type ResultRow, type TableError } from '@alexnet/topk-metrics';
import { type EvaluationResult, viewsName } from './evaluation-report.js';

/** Number of a table of the paper. */
export type PaperTable = '1' | '2';

/** Table 1 (ILSVRC-2010) or 2 (ILSVRC-2012) of the paper with one's own results below, as Markdown. */
export function paperTable(number: PaperTable, results: readonly EvaluationResult[], data: string): string {
  const table = number === '1' ? paperTables.ilsvrc2010 : paperTables.ilsvrc2012;
  return comparisonTable(
    table,
    results.map((result) => ownRow(number, result, data)),
  );
}

function ownRow(number: PaperTable, result: EvaluationResult, data: string): ResultRow {
  const { images, split, model, isOtherHalf } = result;
  const top1: TableError = { error: result.top1Error, images };
  const top5: TableError = { error: result.top5Error, images };
  const parts = [data, model, isOtherHalf && 'other half', viewsName(result) && `views ${viewsName(result)}`];
  return {
    model: `ours: ${parts.filter(Boolean).join(', ')}`,
    errors: number === '1' ? { 'top-1': top1, 'top-5': top5 } : ofTable2(split, top1, top5),
  };
}

/** Table 2 has no column for the top-1 error of the test set, whose labels were never published. */
function ofTable2(split: Split | undefined, top1: TableError, top5: TableError): Record<string, TableError> {
  return split === 'test' ? { 'top-5 (test)': top5 } : { 'top-1 (val)': top1, 'top-5 (val)': top5 };
}
