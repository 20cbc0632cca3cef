import type { PreparedData } from '@alexnet/imagenet-reader';
import { Command } from 'commander';
import { UsageError } from '../cli/errors.js';
import { preparedData } from '../data/prepared-data.js';
import { evaluateFiles } from '../evaluate/evaluate-files.js';
import { evaluateRuns } from '../evaluate/evaluate-runs.js';
import type { OutputFiles } from '../evaluate/evaluation-outputs.js';
import { type EvaluationResult, evaluationReport } from '../evaluate/evaluation-report.js';
import { type KnownRun, knownRuns, lastRun, openNet, requireSameClasses } from '../evaluate/known-runs.js';
import { paperTable } from '../evaluate/paper-table.js';
import type { Net } from '../evaluate/predict-batches.js';
import { cropOf, type ViewSet } from '../evaluate/view-set.js';
import { dataOf } from '../run/run-settings.js';
import { startBackend } from '../run/start-backend.js';
import {
  addEvaluateOptions,
  type EvaluateCommandOptions,
  requireFitting,
  viewsOf,
} from './options/evaluate-options.js';

/** `alexnet evaluate`: the errors of a run's checkpoint, of several as an ensemble, or of predictions written before. */
export function evaluateCommand(signal: AbortSignal): Command {
  const command = addEvaluateOptions(new Command('evaluate'));
  return command.action(async (options: EvaluateCommandOptions) => {
    requireFitting(command, options);
    const { results, classes } = await (options.from
      ? evaluateFiles(options.from, { ...common(options, signal), data: options.data })
      : evaluateCheckpoints(options, signal));
    process.stdout.write(
      `${options.json ? JSON.stringify(results, null, 2) : text(results, classes, options)}\n`,
    );
  });
}

async function evaluateCheckpoints(
  options: EvaluateCommandOptions,
  signal: AbortSignal,
): Promise<{ results: EvaluationResult[]; classes: number }> {
  const { dataFolder, onError, split, backend } = options;
  const models = options.run ?? [await lastRun()];
  const runs = await knownRuns(models);
  const [first] = runs as [KnownRun];
  await startBackend(backend, options);
  const { path, embedded } = dataOf(first.settings);
  const dataPath = options.data ?? path;
  const data = await preparedData({ path: dataPath, embedded, dataFolder, onError, signal });
  try {
    if (data.splits[split].images === 0) throw new UsageError(`${data.path} holds no ${split} pictures.`);
    await requireSameClasses(runs, data, dataPath, signal);
    const views = viewsOf(options);
    requireViews(views, runs, data);
    const nets: Net[] = [];
    for (const run of runs) nets.push(await openNet(run, data));
    const results = await evaluateRuns(nets, data, { ...common(options, signal), models, split, views });
    return { results, classes: data.classes.length };
  } finally {
    await data.close();
  }
}

/** @throws UsageError if the data's pictures have fewer places than a grid of views. */
function requireViews(views: readonly ViewSet[], runs: readonly KnownRun[], data: PreparedData): void {
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
  { searchWeights, seed, predictions, submission }: EvaluateCommandOptions,
  signal: AbortSignal,
): { searchSeed: number | undefined; outputs: OutputFiles; signal: AbortSignal } {
  const outputs = {
    ...(predictions !== undefined && { predictions }),
    ...(submission !== undefined && { submission }),
  };
  return { searchSeed: searchWeights ? seed : undefined, outputs, signal };
}

function text(
  results: readonly EvaluationResult[],
  classes: number,
  { paperTable: number }: EvaluateCommandOptions,
): string {
  const report = evaluationReport(results, classes);
  return number ? `${report}\n\n${paperTable(number, results, classes).trimEnd()}` : report;
}
