import type { PreparedData, Split } from '@alexnet/imagenet-reader';
import { Command, InvalidArgumentError, Option } from 'commander';
import { collected, wholeNumber } from '../cli/options.js';
import { UsageError } from '../cli/usage-error.js';
import { dataFolderOption, onErrorOption } from '../data/data-options.js';
import { preparedData } from '../data/prepared-data.js';
import { evaluateFiles } from '../run/evaluate-files.js';
import { evaluateRuns } from '../run/evaluate-runs.js';
import { type OutputFiles, requireOutputs } from '../run/evaluation-outputs.js';
import { type EvaluationResult, evaluationReport } from '../run/evaluation-report.js';
import { type KnownRun, knownRuns, openNet, requireSameClasses } from '../run/open-runs.js';
import { type PaperTable, paperTable } from '../run/paper-table.js';
import type { Net } from '../run/predict-batches.js';
import { dataOf } from '../run/run-settings.js';
import { adapterOption, backendChoices, startBackend } from '../run/start-backend.js';
import { cropOf, type ViewSet, viewSet } from '../run/view-set.js';

interface EvaluateCommandOptions extends OutputFiles {
  run?: string[];
  from?: string[];
  data?: string;
  split: Split;
  views?: ViewSet[];
  searchWeights?: boolean;
  seed: number;
  paperTable?: PaperTable;
  backend: (typeof backendChoices)[number];
  adapter?: string | number;
  dataFolder: string;
  onError: 'stop' | 'skip';
  json?: boolean;
}

/** `alexnet evaluate`: the errors of a run's checkpoint, of several as an ensemble, or of predictions written before. */
export function evaluateCommand(signal: AbortSignal): Command {
  const command = new Command('evaluate')
    .description('evaluate the checkpoints of runs, alone and as an ensemble, or predictions written before')
    .addOption(collected('--run <dir>', 'folder of a run; several are evaluated as an ensemble too'))
    .addOption(collected('--from <file>', 'predictions that --predictions wrote, in place of runs; repeatable'))
    .option('--data <dir>', "data to evaluate on; default the first run's. With --from: where the classes' words are")
    .addOption(new Option('--split <split>', 'pictures to evaluate on').choices(['val', 'test', 'train']).default('val')) // biome-ignore format: one line
    .addOption(
      new Option('--views <list>', '1 (centre), 10 (sec. 4.1), or rows x columns of places, each mirrored too, as 1,10,3x3; default 1,10; 10 where predictions are written').argParser(viewSets), // biome-ignore format: one line
    )
    .option(
      '--search-weights',
      'weights of the ensemble from one half of the pictures, their error on the other',
    )
    .addOption(wholeNumber('--seed <n>', 'which half is which', 0).default(0))
    .option('--predictions <file>', 'write the averaged probabilities: .npy (and -labels.npy) or .jsonl')
    .option(
      '--submission <file>',
      "write the five best classes of each picture, as ILSVRC's server took them",
    )
    .addOption(new Option('--paper-table <n>', 'table of the paper to stand below').choices(['1', '2']))
    .addOption(new Option('--backend <name>', 'backend').choices(backendChoices).default('auto'))
    .addOption(adapterOption())
    .addOption(dataFolderOption())
    .addOption(onErrorOption())
    .option('--json', 'print JSON');
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
  const { run: models = [], dataFolder, onError, split, backend } = options;
  const runs = await knownRuns(models);
  const [first] = runs;
  if (!first) throw new UsageError('say what to evaluate by --run or --from.');
  await startBackend(backend, options);
  const { path, embedded } = dataOf(first.settings);
  const dataPath = options.data ?? path;
  const data = await preparedData({ path: dataPath, embedded, dataFolder, onError, signal });
  try {
    if (data.splits[split].images === 0) throw new UsageError(`${data.path} holds no ${split} pictures.`);
    await requireSameClasses(runs, data, dataPath, signal);
    const views = options.views ?? viewSets(writes(options) ? '10' : '1,10');
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

function writes({ predictions, submission }: EvaluateCommandOptions): boolean {
  return (predictions ?? submission) !== undefined;
}

/** @throws UsageError before any work, if options do not go together. */
function requireFitting(command: Command, options: EvaluateCommandOptions): void {
  const { run, from, views, split, searchWeights, paperTable: table } = options;
  if ((run === undefined) === (from === undefined)) {
    throw new UsageError('say what to evaluate by --run or --from, one of them.');
  }
  const isGiven = (name: string): boolean => command.getOptionValueSource(name) === 'cli';
  const ofRuns = ['views', 'split', 'backend', 'adapter', 'dataFolder', 'onError'].find(isGiven);
  if (from && ofRuns) {
    const flag = ofRuns.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    throw new UsageError(`--${flag} goes with --run: predictions of a file are made already.`);
  }
  if (searchWeights && (run ?? from ?? []).length < 2) {
    throw new UsageError('--search-weights needs several of --run, or of --from.');
  }
  if (isGiven('seed') && !searchWeights) throw new UsageError('--seed goes with --search-weights.');
  if (writes(options) && views && views.length > 1) {
    throw new UsageError('--predictions and --submission take one of --views.');
  }
  if (table && options.json) throw new UsageError('--paper-table is a text; leave out --json.');
  if (table && split === 'train')
    throw new UsageError('--paper-table is of val or test pictures, not of train.');
  requireOutputs(options);
}

function text(
  results: readonly EvaluationResult[],
  classes: number,
  { paperTable: number }: EvaluateCommandOptions,
): string {
  const report = evaluationReport(results, classes);
  return number ? `${report}\n\n${paperTable(number, results, classes).trimEnd()}` : report;
}

/** The value of `--views`. */
function viewSets(list: string): ViewSet[] {
  const names = list.split(',');
  if (new Set(names).size < names.length) throw new InvalidArgumentError('It names one twice.');
  try {
    return names.map(viewSet);
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message);
  }
}
