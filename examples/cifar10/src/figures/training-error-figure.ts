import type { EpochRecord } from '@alexnet/campaign';
import { drawSvg } from '@alexnet/ilsvrc/shared';

/** A run in the figure. */
export interface ErrorCurve {
  activation: 'relu' | 'tanh';
  seed: number;
  epochs: readonly EpochRecord[];
}

/**
 * Draws figure 1 in the paper's form: the training error of each run over the epochs, solid with ReLU and dashed with
 * tanh, and the error that both are timed to.
 */
export async function trainingErrorFigure(
  curves: readonly ErrorCurve[],
  { target }: { target: number },
): Promise<string> {
  const values = curves.flatMap(({ activation, seed, epochs }) =>
    epochs.map(({ epoch, trainError }) => ({
      epoch: epoch + 1,
      error: trainError,
      neurons: activation === 'relu' ? 'ReLU' : 'tanh',
      run: `${activation} ${seed}`,
    })),
  );
  const last = Math.max(...values.map(({ epoch }) => epoch), 10);
  const neurons = { field: 'neurons', type: 'nominal', title: null, scale: { domain: ['ReLU', 'tanh'] } };
  return drawSvg({
    width: 420,
    height: 280,
    layer: [
      {
        data: { values: [{ error: target }] },
        mark: { type: 'rule', color: 'currentColor', opacity: 0.4, strokeDash: [2, 4] },
        encoding: { y: { field: 'error', type: 'quantitative' } },
      },
      {
        data: { values },
        mark: { type: 'line', strokeWidth: 1.6, opacity: 0.85, clip: true },
        encoding: {
          x: {
            field: 'epoch',
            type: 'quantitative',
            title: 'epochs',
            scale: { domain: [0, last], nice: true },
          },
          y: {
            field: 'error',
            type: 'quantitative',
            title: 'training error rate',
            scale: { domain: [0, 0.75] },
            axis: { values: [0, 0.25, 0.5, 0.75], format: '.2f' },
          },
          detail: { field: 'run' },
          color: { ...neurons, scale: { ...neurons.scale, range: ['#2b6cb0', '#c05621'] } },
          strokeDash: {
            ...neurons,
            scale: {
              ...neurons.scale,
              range: [
                [1, 0],
                [6, 4],
              ],
            },
          },
        },
      },
    ],
  });
}
