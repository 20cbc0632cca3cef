import { drawSvg, type Layer } from './draw-svg.js';
import { epochAxis } from './epoch-axis.js';
import { dropMarks, LABEL_ROOM, rateDrops } from './rate-drops.js';
import type { RunEpoch, RunStep } from './run-report.js';
import { type Point, smoothed, thinned } from './thin-series.js';

export interface CurvesOptions {
  /** Whether the two plots are on top of each other (default) or side by side. */
  direction?: 'column' | 'row';
}

/** The data of the curves. */
export interface CurveEvents {
  readonly steps: readonly RunStep[];
  readonly epochs: readonly RunEpoch[];
}

const colours = {
  'training top-1': '#4c78a8',
  'validation top-1': '#d6456b',
  'validation top-5': '#e8a33d',
};
const MOST_POINTS = 600;
type PlotSize = { readonly width: number; readonly height: number };
/**
 * Side by side, the plots fill the column of a page; on top of each other, a phone. The text has the same
 * size.
 */
const plotSizes = { row: { width: 390, height: 200 }, column: { width: 300, height: 180 } };

/**
 * Draws the curves of a run as SVG: the loss of each step (faint) with its moving average, and the errors in
 * percent over the epochs. Dashed lines mark the drops of the learning rate, with the new rate.
 *
 * @example
 * await writeFile('curves.svg', await curvesFigure({ steps, epochs }));
 */
export async function curvesFigure(
  { steps, epochs }: CurveEvents,
  { direction = 'column' }: CurvesOptions = {},
): Promise<string> {
  const size = plotSizes[direction];
  return drawSvg({
    spacing: direction === 'row' ? 34 : 26,
    [direction === 'row' ? 'hconcat' : 'vconcat']: [
      { ...size, layer: lossLayers(steps, size) },
      { ...size, layer: errorLayers(epochs, size, direction === 'row' ? 3 : 2) },
    ],
    resolve: { legend: { color: 'independent' } },
  });
}

function lossLayers(steps: readonly RunStep[], size: PlotSize): Layer[] {
  const all = steps
    .map(({ step, loss }): Point => ({ x: step, y: loss }))
    .filter(({ y }) => Number.isFinite(y));
  const average = smoothed(all, Math.max(5, all.length / 60));
  const end = Math.max(1, steps.at(-1)?.step ?? 1);
  const line = (values: readonly Point[], mark: Layer): Layer => ({
    data: { values: thinned(values, MOST_POINTS) },
    mark: { type: 'line', ...mark },
    encoding: {
      x: {
        field: 'x',
        type: 'quantitative',
        title: 'step',
        axis: { format: ',d', tickCount: 5 },
        scale: { domain: [0, end], nice: false },
      },
      y: {
        field: 'y',
        type: 'quantitative',
        title: 'training loss',
        scale: { zero: true, nice: true },
      },
    },
  });
  const drops = rateDrops(steps.map(({ step, learningRate }) => ({ x: step, learningRate })));
  return [
    line(all, { opacity: 0.28, strokeWidth: 1, color: '#4c78a8', description: 'loss of each step' }),
    line(average, { strokeWidth: 2, color: '#4c78a8', description: 'moving average of the loss' }),
    ...dropMarks(drops, end, size),
  ];
}

function errorLayers(epochs: readonly RunEpoch[], size: PlotSize, legendColumns: number): Layer[] {
  const values = epochs.flatMap((epoch) => [
    { epoch: epoch.epoch, series: 'training top-1', error: epoch.trainTop1Error },
    { epoch: epoch.epoch, series: 'validation top-1', error: epoch.validationTop1Error },
    { epoch: epoch.epoch, series: 'validation top-5', error: epoch.validationTop5Error },
  ]);
  const known = values.flatMap((value) =>
    value.error === undefined ? [] : [{ ...value, error: 100 * value.error }],
  );
  const end = Math.max(1, epochs.at(-1)?.epoch ?? 1);
  // a drop before an epoch is at the end of the previous one
  const drops = rateDrops(epochs.map(({ epoch, learningRate }) => ({ x: epoch - 1, learningRate })));
  const color = {
    field: 'series',
    type: 'nominal',
    title: null,
    scale: { domain: Object.keys(colours), range: Object.values(colours) },
    legend: {
      orient: 'top',
      symbolType: 'stroke',
      symbolStrokeWidth: 3,
      offset: drops.length > 0 ? LABEL_ROOM : 6,
      columns: legendColumns,
    },
  };
  return [
    {
      data: { values: known },
      mark: { type: 'line', strokeWidth: 2, point: epochs.length <= 40 && { size: 16 } },
      encoding: {
        x: epochAxis(end),
        y: { field: 'error', type: 'quantitative', title: 'error (%)', scale: { zero: true, nice: true } },
        color,
      },
    },
    ...dropMarks(drops, end, size),
  ];
}
