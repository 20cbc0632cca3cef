import { drawSvg } from '@alexnet/ilsvrc/shared';
import type { EpochRecord } from './run-record.js';

/** A run in the figure. */
export interface TestCurve {
  label: string;
  seed: number;
  epochs: readonly EpochRecord[];
}

const colours = ['#2b6cb0', '#c05621', '#2f855a'];

/** Draws the test error of each run over the epochs, and the mean of each side over the epochs that all have. */
export async function testErrorFigure(
  curves: readonly TestCurve[],
  labels: readonly string[],
): Promise<string> {
  const values = curves.flatMap(({ label, seed, epochs }) =>
    epochs.map(({ epoch, testError }) => ({
      epoch: epoch + 1,
      error: 100 * testError,
      side: label,
      run: `${label} ${seed}`,
    })),
  );
  const means = labels.flatMap((label) => {
    const runs = curves.filter((curve) => curve.label === label).map(({ epochs }) => epochs);
    const shared = Math.min(...runs.map(({ length }) => length));
    return Array.from({ length: Number.isFinite(shared) ? shared : 0 }, (_, at) => ({
      epoch: at + 1,
      error: (100 * runs.reduce((sum, epochs) => sum + (epochs[at]?.testError ?? 0), 0)) / runs.length,
      side: label,
    }));
  });
  const encoding = {
    x: { field: 'epoch', type: 'quantitative', title: 'epochs', axis: { format: 'd', tickMinStep: 1 } },
    y: { field: 'error', type: 'quantitative', title: 'test error (%)', scale: { zero: false, nice: true } },
    color: {
      field: 'side',
      type: 'nominal',
      title: null,
      scale: { domain: labels, range: colours.slice(0, labels.length) },
      legend: { orient: 'top', symbolOpacity: 1, symbolStrokeWidth: 3, columns: labels.length },
    },
  };
  return drawSvg({
    width: 420,
    height: 280,
    layer: [
      {
        data: { values },
        mark: { type: 'line', strokeWidth: 1, opacity: 0.35 },
        encoding: { ...encoding, detail: { field: 'run' } },
      },
      { data: { values: means }, mark: { type: 'line', strokeWidth: 2.5 }, encoding },
    ],
  });
}
