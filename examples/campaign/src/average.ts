import { percent } from '@alexnet/ilsvrc/shared';
import { averagePredictions, TopKError } from '@alexnet/topk-metrics';
import type { Experiment, PlanOptions, Predictions, Summary } from './experiment.js';
import { idOf, type PairedOptions, pairedExperiment, type Side, seedsOf } from './paired.js';
import type { Records } from './run-record.js';
import { estimate } from './statistics.js';

/** The average of the predictions of a net's runs with several seeds, beside its single runs. */
export interface AverageOptions<Net> extends Omit<PairedOptions<Net>, 'sides'> {
  side: Side<Net>;
}

/** Makes an experiment of an average. */
export function averageExperiment<Net>({ side, ...about }: AverageOptions<Net>): Experiment<Net> {
  return {
    ...pairedExperiment({ ...about, sides: [side] }),
    summarize: (records, options, predictions) => summarize(side, records, options, predictions),
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
