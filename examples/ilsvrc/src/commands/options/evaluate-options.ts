import type { Split } from '@alexnet/imagenet-reader';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { UsageError } from '../../cli/errors.js';
import { type OutputFiles, requireOutputs } from '../../evaluate/evaluation-outputs.js';
import type { PaperTable } from '../../evaluate/paper-table.js';
import { type ViewSet, viewSet } from '../../evaluate/view-set.js';
import { adapterOption, backendChoices } from '../../run/start-backend.js';
import { dataFolderOption, onErrorOption } from './data-options.js';
import { collected, wholeNumber } from './option-values.js';

/** What the command line says of an evaluation. */
export interface EvaluateCommandOptions extends OutputFiles {
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

/** Gives a command the options of {@link EvaluateCommandOptions}. */
export function addEvaluateOptions(command: Command): Command {
  return command
    .description('evaluate the checkpoints of runs, alone and as an ensemble, or predictions written before')
    .addOption(collected('--run <dir>', 'folder of a run, default the last in runs/; several are evaluated as an ensemble too'))
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
}

/** The views asked for; those of the paper by default, one set of them where predictions are written. */
export function viewsOf(options: EvaluateCommandOptions): ViewSet[] {
  return options.views ?? viewSets(writes(options) ? '10' : '1,10');
}

/** @throws UsageError before any work, if options do not go together. */
export function requireFitting(command: Command, options: EvaluateCommandOptions): void {
  const { run, from, views, split, searchWeights, paperTable: table } = options;
  if (run && from) throw new UsageError('say what to evaluate by --run or --from, one of them.');
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

function writes({ predictions, submission }: EvaluateCommandOptions): boolean {
  return (predictions ?? submission) !== undefined;
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
