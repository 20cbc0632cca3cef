/** An error, 0 .. 1. If the number of images is given too, a table also shows the 95% interval. */
export type TableError = number | { readonly error: number; readonly images: number };

/** A row of a {@link ResultTable}. */
export interface ResultRow {
  readonly model: string;
  /** Errors by the name of the table's column. A missing one was not measured. */
  readonly errors: Readonly<Record<string, TableError>>;
}

/** Errors of several models on the same images. */
export interface ResultTable {
  readonly title: string;
  readonly source: string;
  readonly columns: readonly string[];
  readonly rows: readonly ResultRow[];
}

const source = 'Krizhevsky, Sutskever, Hinton 2012';
const val = (top1: number, top5: number): Record<string, number> => ({
  'top-1 (val)': top1,
  'top-5 (val)': top5,
});

/**
 * The paper's two tables of results, where each CNN uses ten views (sec. 4.1). With the central view alone,
 * the CNN of `ilsvrc2010` has errors of .39 and .183.
 *
 * @see Krizhevsky et al. 2012, sec. 6
 */
export const paperTables: { readonly ilsvrc2010: ResultTable; readonly ilsvrc2012: ResultTable } = {
  ilsvrc2010: {
    title: 'Error on the test set of ILSVRC-2010',
    source: `${source}, table 1`,
    columns: ['top-1', 'top-5'],
    rows: [
      { model: 'Sparse coding', errors: { 'top-1': 0.471, 'top-5': 0.282 } },
      { model: 'SIFT + FVs', errors: { 'top-1': 0.457, 'top-5': 0.257 } },
      { model: 'CNN', errors: { 'top-1': 0.375, 'top-5': 0.17 } },
    ],
  },
  ilsvrc2012: {
    title: 'Error on ILSVRC-2012; * pre-trained on all of ImageNet Fall 2011, with a sixth convolution',
    source: `${source}, table 2`,
    columns: ['top-1 (val)', 'top-5 (val)', 'top-5 (test)'],
    rows: [
      { model: 'SIFT + FVs', errors: { 'top-5 (test)': 0.262 } },
      { model: '1 CNN', errors: val(0.407, 0.182) },
      { model: '5 CNNs', errors: { ...val(0.381, 0.164), 'top-5 (test)': 0.164 } },
      { model: '1 CNN*', errors: val(0.39, 0.166) },
      { model: '7 CNNs*', errors: { ...val(0.367, 0.154), 'top-5 (test)': 0.153 } },
    ],
  },
};
