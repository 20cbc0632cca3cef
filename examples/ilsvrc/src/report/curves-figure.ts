import type { TopLevelSpec } from 'vega-lite';
import type { RunEpoch, RunStep } from './run-report.js';
import { type Point, smoothed, thinned } from './thin-series.js';

export interface CurvesOptions {
  /** Whether the two plots stand below each other (default) or side by side. */
  direction?: 'column' | 'row';
}

/** What the curves are drawn from. */
export interface CurveEvents {
  readonly steps: readonly RunStep[];
  readonly epochs: readonly RunEpoch[];
}

type Layer = Record<string, unknown>;

const colours = {
  'training top-1': '#4c78a8',
  'validation top-1': '#d6456b',
  'validation top-5': '#e8a33d',
};
const MOST_POINTS = 600;
/** Beside each other they fill a page's column, below each other a phone's, with letters of the same size. */
const plotSizes = { row: { width: 390, height: 200 }, column: { width: 300, height: 180 } };

/**
 * Draws a run's curves as SVG: loss against step (each step faint, their moving average strong), and the errors in per
 * cent against the epoch. Dashed lines mark where the learning rate fell, with the rate from there on.
 *
 * Lines and letters take the colour of the page's text (`currentColor`), so one picture serves light and dark pages.
 *
 * @example
 * await writeFile('curves.svg', await curvesFigure({ steps, epochs }));
 */
export async function curvesFigure(
  { steps, epochs }: CurveEvents,
  { direction = 'column' }: CurvesOptions = {},
): Promise<string> {
  const spec = {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    background: 'transparent',
    padding: 6,
    spacing: direction === 'row' ? 34 : 26,
    [direction === 'row' ? 'hconcat' : 'vconcat']: [
      { ...plotSizes[direction], layer: lossLayers(steps) },
      { ...plotSizes[direction], layer: errorLayers(epochs, direction === 'row' ? 3 : 2) },
    ],
    resolve: { legend: { color: 'independent' } },
    config: plainStyle(),
  };
  // A third of the command's start-up, which only a report needs.
  const [{ parse, View }, { compile }] = await Promise.all([import('vega'), import('vega-lite')]);
  const view = new View(parse(compile(spec as unknown as TopLevelSpec).spec), { renderer: 'none' });
  return view.toSVG().finally(() => view.finalize());
}

function lossLayers(steps: readonly RunStep[]): Layer[] {
  const all = steps
    .map(({ step, loss }): Point => ({ x: step, y: loss }))
    .filter(({ y }) => Number.isFinite(y));
  const average = smoothed(all, Math.max(5, all.length / 60));
  const line = (values: readonly Point[], mark: Layer): Layer => ({
    data: { values: thinned(values, MOST_POINTS) },
    mark: { type: 'line', ...mark },
    encoding: {
      x: { field: 'x', type: 'quantitative', title: 'step', axis: { format: ',d', tickCount: 5 } },
      y: { field: 'y', type: 'quantitative', title: 'training loss', scale: { zero: true, nice: true } },
    },
  });
  return [
    line(all, { opacity: 0.28, strokeWidth: 1, color: '#4c78a8', description: 'loss of each step' }),
    line(average, { strokeWidth: 2, color: '#4c78a8', description: 'moving average of the loss' }),
    ...dropMarks(steps.map(({ step, learningRate }) => ({ x: step, learningRate }))),
  ];
}

function errorLayers(epochs: readonly RunEpoch[], legendColumns: number): Layer[] {
  const values = epochs.flatMap((epoch) => [
    { epoch: epoch.epoch, series: 'training top-1', error: epoch.trainTop1Error },
    { epoch: epoch.epoch, series: 'validation top-1', error: epoch.validationTop1Error },
    { epoch: epoch.epoch, series: 'validation top-5', error: epoch.validationTop5Error },
  ]);
  const known = values.flatMap((value) =>
    value.error === undefined ? [] : [{ ...value, error: 100 * value.error }],
  );
  const color = {
    field: 'series',
    type: 'nominal',
    title: null,
    scale: { domain: Object.keys(colours), range: Object.values(colours) },
    legend: { orient: 'top', symbolType: 'stroke', symbolStrokeWidth: 3, offset: 6, columns: legendColumns },
  };
  return [
    {
      data: { values: known },
      mark: { type: 'line', strokeWidth: 2, point: { size: epochs.length > 40 ? 0 : 16 } },
      encoding: {
        x: {
          field: 'epoch',
          type: 'quantitative',
          title: 'epoch',
          axis: { tickMinStep: 1 },
          scale: { zero: false },
        },
        y: { field: 'error', type: 'quantitative', title: 'error (%)', scale: { zero: true, nice: true } },
        color,
      },
    },
    ...dropMarks(epochs.map(({ epoch, learningRate }) => ({ x: epoch, learningRate }))),
  ];
}

/** A dashed line, with the new rate, at every point whose learning rate is below the one before. */
function dropMarks(points: readonly { x: number; learningRate: number }[]): Layer[] {
  const values = points.flatMap(({ x, learningRate }, i) => {
    const before = points[i - 1]?.learningRate ?? learningRate;
    return learningRate < before ? [{ x, rate: `rate ${formatRate(learningRate)}` }] : [];
  });
  if (values.length === 0) return [];
  const x = { field: 'x', type: 'quantitative' };
  return [
    {
      data: { values },
      mark: { type: 'rule', strokeDash: [3, 3], color: 'currentColor', opacity: 0.45 },
      encoding: { x },
    },
    {
      data: { values },
      mark: {
        type: 'text',
        angle: 90,
        align: 'left',
        baseline: 'bottom',
        y: 4,
        dy: -3,
        fontSize: 11,
        color: 'currentColor',
        opacity: 0.7,
      },
      encoding: { x, text: { field: 'rate', type: 'nominal' } },
    },
  ];
}

/** A rate without the dust of its divisions by 10: 0.001, 1e-5. */
function formatRate(rate: number): string {
  const short = Number(rate.toPrecision(3));
  return short > 0 && short < 1e-4 ? short.toExponential() : String(short);
}

function plainStyle(): Layer {
  const ink = 'currentColor';
  return {
    font: 'system-ui, sans-serif',
    view: { stroke: null },
    axis: {
      labelColor: ink,
      titleColor: ink,
      tickColor: ink,
      domainColor: ink,
      gridColor: ink,
      gridOpacity: 0.12,
      domainOpacity: 0.5,
      tickOpacity: 0.5,
      labelFontSize: 12,
      titleFontSize: 13,
      titleFontWeight: 'normal',
      tickCount: 5,
    },
    legend: { labelColor: ink, labelFontSize: 12.5, symbolSize: 160, labelLimit: 0, columnPadding: 0 },
  };
}
