import type { Split } from '@alexnet/imagenet-reader';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { UsageError } from '../../cli/errors.js';
import type { ResultOptions } from '../../cli/print-result.js';
import type { DataFolderOptions } from '../../data/prepared-data.js';
import { type OutputFiles, requireOutputs } from '../../evaluate/evaluation-outputs.js';
import type { PaperTable } from '../../evaluate/paper-table.js';
import { type ViewSet, viewSet } from '../../evaluate/view-set.js';
import type { BackendSelection } from '../../run/start-backend.js';
import { addBackendOptions } from './backend-options.js';
import { addDataOptions } from './data-options.js';
import { collected, wholeNumber } from './option-values.js';

/** What `alexnet evaluate` evaluates, and how. */
export interface EvaluateCommandOptions
  extends BackendSelection,
    DataFolderOptions,
    OutputFiles,
    ResultOptions {
  run?: string[];
  from?: string[];
  weights?: string[];
  data?: string;
  split: Split;
  views?: ViewSet[];
  searchWeights?: boolean;
  seed: number;
  paperTable?: PaperTable;
}

/** Gives a command the options of {@link EvaluateCommandOptions}. */
export function addEvaluateOptions(command: Command): Command {
  command
    .description(
      'evaluate the checkpoint of a run, several runs as an ensemble, weights, or saved predictions',
    )
    .addOption(
      collected(
        '--run <dir>',
        'folder of a run (default: the last in runs/); repeat it to evaluate an ensemble too',
      ),
    )
    .addOption(
      collected('--from <file>', 'predictions that --predictions wrote, instead of runs; repeatable'),
    )
    .addOption(
      collected(
        '--weights <file>',
        "weights instead of runs: torchvision (fetched once, 233 MB), a file that 'import' can read, or a folder that it wrote; repeatable",
      ),
    )
    .option(
      '--data <dir>',
      "data to evaluate on (default: the first run's); with --from, where the names of the classes are",
    )
    .addOption(
      new Option('--split <split>', 'images to evaluate on').choices(['val', 'test', 'train']).default('val'),
    )
    .addOption(
      new Option(
        '--views <list>',
        '1 (centre), 10 (sec. 4.1), or rows x columns of positions, each mirrored too, such as 1,10,3x3 (default: 1,10, or 10 if predictions are written)',
      ).argParser(viewSets),
    )
    .option(
      '--search-weights',
      'search ensemble weights on one half of the images, report the error on the other',
    )
    .addOption(wholeNumber('--seed <n>', 'seed of the split into halves', 0).default(0))
    .option('--predictions <file>', 'write the averaged probabilities: .npy (and -labels.npy) or .jsonl')
    .option(
      '--submission <file>',
      'write the five best classes of each image in the format of the ILSVRC server',
    )
    .addOption(
      new Option('--paper-table <n>', 'append the results to this table of the paper').choices(['1', '2']),
    );
  return addDataOptions(addBackendOptions(command)).option('--json', 'print JSON');
}

/** The chosen views. The default is those of the paper, or only its ten if predictions are written. */
export function viewsOf(
  options: Pick<EvaluateCommandOptions, 'views' | 'predictions' | 'submission'>,
): ViewSet[] {
  return options.views ?? viewSets(writes(options) ? '10' : '1,10');
}

/** @throws UsageError before any work, if options cannot be combined. */
export function requireFitting(command: Command, options: EvaluateCommandOptions): void {
  const { run, from, weights, views, split, searchWeights, paperTable: table } = options;
  if ([run, from, weights].filter(Boolean).length > 1) {
    const other = run ? (from ? '--run or --from' : '--run or --weights') : '--from or --weights';
    throw new UsageError(`choose what to evaluate with either ${other}, not both.`);
  }
  if (weights && options.data === undefined) throw new UsageError('--weights requires --data.');
  const isGiven = (name: string): boolean => command.getOptionValueSource(name) === 'cli';
  const forRuns = ['views', 'split', 'backend', 'adapter', 'precision', 'dataFolder', 'onError'].find(
    isGiven,
  );
  if (from && forRuns) {
    const flag = forRuns.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    throw new UsageError(
      `--${flag} requires --run or --weights; with --from, the predictions have already been made.`,
    );
  }
  if (searchWeights && (run ?? from ?? weights ?? []).length < 2) {
    throw new UsageError('--search-weights requires at least two of --run, --from or --weights.');
  }
  if (isGiven('seed') && !searchWeights) throw new UsageError('--seed requires --search-weights.');
  if (writes(options) && views && views.length > 1) {
    throw new UsageError('--predictions and --submission accept only one set of --views.');
  }
  if (table && options.json) throw new UsageError('--paper-table prints text; leave out --json.');
  if (table && split === 'train') throw new UsageError('--paper-table requires --split val or test.');
  requireOutputs(options);
}

function writes({ predictions, submission }: OutputFiles): boolean {
  return (predictions ?? submission) !== undefined;
}

/** The value of `--views`. */
function viewSets(list: string): ViewSet[] {
  const names = list.split(',');
  if (new Set(names).size < names.length) throw new InvalidArgumentError('It has duplicates.');
  try {
    return names.map(viewSet);
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message);
  }
}
