import type { PreparedData } from '@alexnet/imagenet-reader';
import { type CheckpointState, hasCheckpoint } from '@alexnet/sgd-momentum-trainer';
import { Command, Option } from 'commander';
import { positiveNumber, wholeNumber } from '../cli/options.js';
import { duration } from '../cli/progress.js';
import { say, sayPart } from '../cli/say.js';
import { UsageError } from '../cli/usage-error.js';
import { preparedData } from '../data/prepared-data.js';
import { evaluateBothWays } from '../run/evaluate-both-ways.js';
import { openModel } from '../run/open-model.js';
import { resultsTable } from '../run/results-table.js';
import { newRunFolder, type RunFolder, runFolderToResume } from '../run/run-folder.js';
import {
  dataOf,
  type RunOptions,
  type RunSettings,
  requireSameSettings,
  runSettings,
} from '../run/run-settings.js';
import { adapterOption, backendChoices, startBackend } from '../run/start-backend.js';
import { addSwitches } from '../run/switches.js';
import { trainRun } from '../run/train-run.js';
import { versions } from '../run/versions.js';
import { writeRunReport } from '../run/write-run-report.js';
import { RunBoard } from '../tensorboard/run-board.js';
import { dataFolderOption, onErrorOption } from './prepare.js';

interface ReproduceOptions extends RunOptions {
  out?: string;
  resume?: boolean;
  backend: (typeof backendChoices)[number];
  threads?: number;
  adapter?: string | number;
  dataFolder: string;
  onError: 'stop' | 'skip';
}

/** `alexnet reproduce`: data, training, evaluation and report in one. */
export function reproduceCommand(signal: AbortSignal): Command {
  const network = new Command('reproduce')
    .description('train AlexNet and evaluate it: on the embedded data set, or on yours')
    .option('--data <dir>', 'ILSVRC as downloaded or unpacked, or train/<class>/* and val/<class>/*')
    .option('--preset <name>', "network and settings, see 'alexnet presets'; default original2012")
    .addOption(
      positiveNumber('--width <factor>', 'factor on the width of every layer; default 1, embedded .25'),
    );
  return addSwitches(network)
    .addOption(wholeNumber('--epochs <n>', "default the preset's (original2012: 91), embedded 20"))
    .addOption(wholeNumber('--batch-size <n>', "default the preset's, 128"))
    .addOption(wholeNumber('--micro-batch <n>', 'pictures in the net at a time: a small memory; default all'))
    .addOption(positiveNumber('--learning-rate <rate>', "default the preset's, .01"))
    .addOption(
      new Option('--schedule <kind>', 'when the rate drops; default plateau').choices(['plateau', 'step']),
    )
    .addOption(wholeNumber('--patience <epochs>', 'epochs without a new best before a plateau drop'))
    .addOption(wholeNumber('--seed <n>', 'default 0', 0))
    .addOption(wholeNumber('--train-per-class <n>', 'size of the embedded set; default 400'))
    .addOption(wholeNumber('--val-per-class <n>', 'size of the embedded set; default 50'))
    .option('--out <dir>', 'folder of the run; default runs/<data>-<preset>')
    .option('--resume', 'go on with the run in --out, or with the last one of this data and preset')
    .addOption(new Option('--backend <name>', 'backend').choices(backendChoices).default('auto'))
    .addOption(wholeNumber('--threads <n>', 'threads of the backend; default all'))
    .addOption(adapterOption())
    .addOption(dataFolderOption())
    .addOption(onErrorOption())
    .action((options: ReproduceOptions) => reproduce(options, signal));
}

async function reproduce(options: ReproduceOptions, signal: AbortSignal): Promise<void> {
  const begun = performance.now();
  const { folder, settings, isResumed } = await openRun(options);
  sayPart('Engine');
  const backend = await startBackend(options.backend, options);
  sayPart('Data');
  const data = await preparedData({
    ...dataOf(settings),
    dataFolder: options.dataFolder,
    onError: options.onError,
    signal,
  });
  try {
    requireOneBatch(data, settings);
    sayPart('Training');
    const { model, optimizer, load } = openModel(settings, data);
    const resume =
      isResumed && (await hasCheckpoint(folder.checkpoint)) ? await load(folder.checkpoint) : undefined;
    if (isResumed) await rewind(folder, resume ?? { epoch: 0, step: 0 });
    else await folder.begin(settings, versions(backend), model.countParams());
    sayRun(folder, settings, model.countParams(), resume);
    const board = await RunBoard.open(folder.tensorBoard, isResumed ? (resume?.step ?? 0) : undefined);
    await trainRun({ folder, board, settings, data, model, optimizer, resume, signal });
    sayPart('Evaluation');
    const evaluated = await evaluateBothWays(model, data, settings, signal);
    for (const result of evaluated.results) {
      const event = { type: 'evaluation', ...result } as const;
      await folder.append(event);
      await board.add(event);
    }
    await writeRunReport({ folder, data, model, evaluated });
    process.stdout.write(`${resultsTable(evaluated.results, data.classes.length)}\n`);
    say(`${folder.report}  (${duration((performance.now() - begun) / 1000)} in all)`);
  } finally {
    await data.close();
  }
}

/** The folder and the settings of the run: new ones, or those of the run to resume. */
async function openRun(
  options: ReproduceOptions,
): Promise<{ folder: RunFolder; settings: RunSettings; isResumed: boolean }> {
  const asked = runSettings(options);
  if (!options.resume) {
    requireMicroBatch(asked);
    return { folder: newRunFolder(options.out, asked), settings: asked, isResumed: false };
  }
  const folder = runFolderToResume(options.out, asked);
  const saved = await folder.settings();
  requireSameSettings(saved, options);
  const epochs = options.epochs ?? saved.training.epochs;
  return { folder, settings: { ...saved, training: { ...saved.training, epochs } }, isResumed: true };
}

/** @throws UsageError if the pieces of a batch would be larger than the batch. */
function requireMicroBatch({ training: { batchSize, microBatchSize = batchSize } }: RunSettings): void {
  if (microBatchSize <= batchSize) return;
  throw new UsageError(
    `--micro-batch must be at most the batch of ${batchSize} pictures, got ${microBatchSize}.`,
  );
}

/** @throws UsageError if the training set does not fill a batch. */
function requireOneBatch({ splits }: PreparedData, { training }: RunSettings): void {
  const { images } = splits.train;
  if (images < training.batchSize) {
    throw new UsageError(
      `the training set has ${images} pictures, fewer than one batch of ${training.batchSize}; set --batch-size.`,
    );
  }
}

/**
 * The log of a killed run reaches beyond its checkpoint, or there is none yet: those steps will be taken, and logged,
 * again.
 */
async function rewind(
  folder: RunFolder,
  { epoch, step }: Pick<CheckpointState, 'epoch' | 'step'>,
): Promise<void> {
  await folder.keepEvents((event) => {
    if (event.type === 'evaluation') return false;
    return !('epoch' in event) || event.type === 'resume' || event.epoch < epoch;
  });
  await folder.append({ type: 'resume', epoch, step });
}

function sayRun(
  folder: RunFolder,
  { preset, width, switches, training }: RunSettings,
  parameters: number,
  resume: CheckpointState | undefined,
): void {
  const millions = (parameters / 1e6).toFixed(2);
  const changes = Object.entries(switches).map(([name, value]) => `, ${name} ${value}`);
  say(
    `  preset ${preset}, width ${width}${changes.join('')}: ${millions} M parameters; batches of ${training.batchSize}`,
  );
  say(`  ${folder.path}${resume ? `, resumed at epoch ${resume.epoch + 1}` : ''}`);
}
