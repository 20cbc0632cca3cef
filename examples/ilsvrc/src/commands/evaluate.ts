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
import { lastRun, type SavedRun } from '../evaluate/saved-runs.js';
import { cropOf, type ViewSet } from '../evaluate/view-set.js';
import { withEvaluatedRuns } from '../evaluate/with-evaluated-runs.js';
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
 * `alexnet evaluate`: the errors of a run's checkpoint, of several as an ensemble, or of saved predictions.
 */
export function evaluateCommand(signal: AbortSignal): Command {
  const command = addEvaluateOptions(new Command('evaluate'));
  return command.action(async (options: EvaluateCommandOptions) => {
    requireFitting(command, options);
    const { results, classes } = await (options.from
      ? evaluateFiles(options.from, { data: options.data, outputs: options, ...common(options, signal) })
      : evaluateCheckpoints(options, signal));
    printResult(options, results, () => textOf(results, classes, options));
  });
}

async function evaluateCheckpoints(options: EvaluateCommandOptions, signal: AbortSignal): Promise<Evaluated> {
  const { split } = options;
  const [first = await lastRun(), ...others] = options.run ?? [];
  const names = [first, ...others] as const;
  const views = viewsOf(options);
  const check = (runs: readonly SavedRun[], data: PreparedData): void => requireViews(views, runs, data);
  return withEvaluatedRuns({ ...options, runs: names, check }, signal, async (models, data) => {
    const classes = data.classes.length;
    const results: EvaluationResult[] = [];
    for (const set of views) {
      const evaluation = { names, split, views: set, label: `views ${set.name}`, ...common(options, signal) };
      const rows = await withOutputs(options, { images: data.splits[split].images, classes }, (sinks) =>
        evaluateModels(models, data, { ...evaluation, sinks }),
      );
      results.push(...rows);
    }
    return { results, classes };
  });
}

/** @throws UsageError if the images are too small for the positions of a grid of views. */
function requireViews(views: readonly ViewSet[], runs: readonly SavedRun[], data: PreparedData): void {
  for (const { settings } of runs) {
    for (const set of views) {
      try {
        cropOf(set, { imageSize: data.size, size: settings.augmentation.cropSize });
      } catch (error) {
        throw new UsageError(`--views ${set.name}: ${(error as Error).message}`, { cause: error });
      }
    }
  }
}

function common(
  { searchWeights, seed }: EvaluateCommandOptions,
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
