import { percent } from '@alexnet/ilsvrc/shared';
import { averagePredictions, TopKError } from '@alexnet/topk-metrics';
import type { Experiment, PlanOptions, Predictions, Summary } from './experiment.js';
import { idOf, type Side, seedsOf } from './paired.js';
import type { Records } from './run-record.js';
import { estimate } from './statistics.js';
import { testErrorFigure } from './test-error-figure.js';

/** The average of the predictions of a net's runs with several seeds, beside its single runs. */
export interface AverageOptions<Net>
  extends Pick<Experiment<Net>, 'name' | 'folder' | 'title' | 'claim' | 'seeds'> {
  side: Side<Net>;
  views: 1 | 10;
  smokeNet: (net: Net) => Net;
}

/** Makes an experiment of an average. */
export function averageExperiment<Net>({
  side,
  views,
  smokeNet,
  ...about
}: AverageOptions<Net>): Experiment<Net> {
  return {
    ...about,
    plan: (_, options) =>
      seedsOf(options).map((seed) => {
        const net = options.smoke ? smokeNet(side.net) : side.net;
        return { id: idOf(side, seed), seed, net, views };
      }),
    summarize: (records, options, predictions) => summarize(side, records, options, predictions),
    async draw(records, options) {
      const curves = seedsOf(options).flatMap((seed) => {
        const { epochs = [] } = records.get(idOf(side, seed)) ?? {};
        return epochs.length > 0 ? [{ label: side.label, seed, epochs }] : [];
      });
      return curves.length === 0 ? undefined : testErrorFigure(curves, [side.label]);
    },
  };
}

async function summarize<Net>(
  side: Side<Net>,
  records: Records<Net>,
  options: PlanOptions,
  { of, labels }: Predictions,
): Promise<Summary> {
  const finished = seedsOf(options).flatMap((seed) => {
    const record = records.get(idOf(side, seed));
    return record?.end?.testError === undefined ? [] : [{ id: record.run.id, error: record.end.testError }];
  });
  if (finished.length < 2) return { lines: ['two runs are needed for an average'], values: {} };
  const single = estimate(finished.map(({ error }) => error));
  const average = averagePredictions(await Promise.all(finished.map(({ id }) => of(id))));
  const errors = new TopKError([1]).add(average, labels);
  const [error, [low, high]] = [errors.error(1), errors.interval(1)];
  const n = finished.length;
  return {
    lines: [
      `one net: ${percent(single.mean)} (95% ${percent(single.low)} to ${percent(single.high)}, over nets), n = ${n}`,
      `the average of ${n} nets: ${percent(error)} (95% ${percent(low)} to ${percent(high)}, over images)`,
      `${n} nets against one: ${((error - single.mean) * 100).toFixed(2)} points`,
    ],
    values: { single, average: { error, low, high, nets: n } },
  };
}
