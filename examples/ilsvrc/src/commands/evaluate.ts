import type { PreparedData } from '@alexnet/imagenet-reader';
import { Command } from 'commander';
import { UsageError } from '../cli/errors.js';
import { printResult } from '../cli/print-result.js';
import { evaluateFiles } from '../evaluate/evaluate-files.js';
import { evaluateModels } from '../evaluate/evaluate-models.js';
import { withOutputs } from '../evaluate/evaluation-outputs.js';
import { evaluationReport } from '../evaluate/evaluation-report.js';
import type { EvaluationResult } from '../evaluate/evaluation-result.js';
import { paperTable } from '../evaluate/paper-table.js';
import type { TrainedModel } from '../evaluate/predict-batches.js';
import { lastRun, type SavedRun } from '../evaluate/saved-runs.js';
import { cropOf } from '../evaluate/view-set.js';
import { withEvaluatedRuns } from '../evaluate/with-evaluated-runs.js';
import { withEvaluatedWeights } from '../evaluate/with-evaluated-weights.js';
import {
  addEvaluateOptions,
  type EvaluateCommandOptions,
  requireFitting,
  viewsOf,
} from './options/evaluate-options.js';

/** Results, and the number of classes that they are measured on. */
interface Evaluated {
  results: EvaluationResult[];
  classes: number;
}

/**
 * `alexnet evaluate`: the errors of a run's checkpoint, of several as an ensemble, of weights or of saved
 * predictions.
 */
export function evaluateCommand(signal: AbortSignal): Command {
  const command = addEvaluateOptions(new Command('evaluate'));
  return command.action(async (options: EvaluateCommandOptions) => {
    requireFitting(command, options);
    const { results, classes } = await evaluated(options, signal);
    printResult(options, results, () => textOf(results, classes, options));
  });
}

function evaluated(options: EvaluateCommandOptions, signal: AbortSignal): Promise<Evaluated> {
  const { from, weights, data } = options;
  if (from) return evaluateFiles(from, { data, outputs: options, ...common(options, signal) });
  if (weights && data !== undefined) return evaluateWeights({ ...options, weights, data }, signal);
  return evaluateCheckpoints(options, signal);
}

async function evaluateCheckpoints(options: EvaluateCommandOptions, signal: AbortSignal): Promise<Evaluated> {
  const remedy = 'choose what to evaluate with --run, --weights or --from';
  const [first = await lastRun(remedy), ...others] = options.run ?? [];
  const runs = [first, ...others] as const;
  const check = (saved: readonly SavedRun[], data: PreparedData): void =>
    requireViews(
      options,
      saved.map(({ settings }) => settings),
      data,
    );
  return withEvaluatedRuns({ ...options, runs, check }, signal, (models, data) =>
    evaluateNamed(runs, models, data, { ...options, signal }),
  );
}

async function evaluateWeights(
  options: EvaluateCommandOptions & { weights: string[]; data: string },
  signal: AbortSignal,
): Promise<Evaluated> {
  const check = (models: readonly TrainedModel[], data: PreparedData): void =>
    requireViews(options, models, data);
  return withEvaluatedWeights({ ...options, check }, signal, (models, data) =>
    evaluateNamed(options.weights, models, data, { ...options, signal }),
  );
}

async function evaluateNamed(
  names: readonly string[],
  models: readonly TrainedModel[],
  data: PreparedData,
  { signal, ...options }: EvaluateCommandOptions & { signal: AbortSignal },
): Promise<Evaluated> {
  const { split } = options;
  const { length: classes } = data.classes;
  const ids = data.classes.map(({ wnid }) => wnid);
  const results: EvaluationResult[] = [];
  for (const views of viewsOf(options)) {
    const evaluation = { names, split, views, label: `views ${views.name}`, ...common(options, signal) };
    const rows = await withOutputs(options, { images: data.splits[split].images, classes, ids }, (sinks) =>
      evaluateModels(models, data, { ...evaluation, sinks }),
    );
    results.push(...rows);
  }
  return { results, classes };
}

/** @throws UsageError if the images are too small for the network, or for the positions of a grid of views. */
function requireViews(
  options: Pick<EvaluateCommandOptions, 'views' | 'predictions' | 'submission'>,
  models: readonly Pick<TrainedModel, 'augmentation'>[],
  data: PreparedData,
): void {
  for (const { augmentation } of models) {
    const { cropSize } = augmentation;
    if (cropSize > data.size) {
      throw new UsageError(
        `the images of ${data.path} have ${data.size} px a side, fewer than the network's ${cropSize}; prepare larger images.`,
      );
    }
    for (const set of viewsOf(options)) {
      try {
        cropOf(set, { imageSize: data.size, size: cropSize });
      } catch (error) {
        throw new UsageError(`--views ${set.name}: ${(error as Error).message}`, { cause: error });
      }
    }
  }
}

function common(
  { searchWeights, seed }: Pick<EvaluateCommandOptions, 'searchWeights' | 'seed'>,
  signal: AbortSignal,
): { searchSeed: number | undefined; signal: AbortSignal } {
  return { searchSeed: searchWeights ? seed : undefined, signal };
}

function textOf(
  results: readonly EvaluationResult[],
  classes: number,
  { paperTable: number }: EvaluateCommandOptions,
): string {
  const report = evaluationReport(results, classes);
  return number ? `${report}\n\n${paperTable(number, results, classes).trimEnd()}` : report;
}
