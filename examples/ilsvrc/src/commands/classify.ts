import { Command, InvalidArgumentError, Option } from 'commander';
import { classifiedJson, classifiedText } from '../classify/classified-text.js';
import { classifyFiles } from '../classify/classify-files.js';
import { imageFiles } from '../classify/image-files.js';
import { classifierSource, openClassifier } from '../classify/open-classifier.js';
import type { RunClassifierOptions } from '../classify/run-classifier.js';
import type { WeightsClassifierOptions } from '../classify/weights-classifier.js';
import { UsageError } from '../cli/errors.js';
import type { ResultOptions } from '../cli/print-result.js';
import { progress } from '../cli/progress.js';
import { say } from '../cli/say.js';
import { type BackendSelection, startBackend } from '../run/start-backend.js';
import { addBackendOptions } from './options/backend-options.js';
import { classOrder, classOrderOption } from './options/class-order-option.js';
import { dataFolderOption } from './options/data-options.js';
import { keyOption } from './options/key-option.js';
import { wholeNumber } from './options/option-values.js';
import { addPreprocessingOptions, presetOption } from './options/preprocessing-options.js';

interface ClassifyCommandOptions
  extends RunClassifierOptions,
    WeightsClassifierOptions,
    BackendSelection,
    ResultOptions {
  run?: string;
  weights?: string;
  top: number;
  classOrder?: string;
}

/** `alexnet classify`: the most probable classes of images. */
export function classifyCommand(signal: AbortSignal): Command {
  const command = new Command('classify')
    .description('print the most probable classes of images')
    .argument(
      '<images...>',
      'files (JPEG, PNG, GIF, WebP, TIFF or AVIF), folders, or - for an image from a pipe',
    )
    .option('--run <dir>', 'folder of a run that classifies (default: the last in runs/)')
    .option(
      '--weights <weights>',
      "weights that classify instead: torchvision (fetched once, 233 MB), a file that 'import' can read, or a folder that it wrote",
    )
    .addOption(presetOption('network that the weights belong to (default: the one the file describes)'))
    .addOption(keyOption())
    .addOption(classOrderOption())
    .option('--data <dir>', 'data set that names the classes of --weights')
    .addOption(wholeNumber('--top <k>', 'number of classes to print').default(TOP))
    .addOption(
      new Option('--views <n>', 'views of each image: 1 (centre) or 10 (sec. 4.1)')
        .argParser(viewCount)
        .default(1),
    );
  return addBackendOptions(addPreprocessingOptions(command))
    .addOption(dataFolderOption('folder that keeps prepared data; only runs of older versions need theirs'))
    .option('--json', 'print a line of JSON for every image')
    .action((images: string[], options: ClassifyCommandOptions) => {
      requireFitting(options, command.getOptionValueSource('dataFolder') === 'cli');
      return classify(images, options, signal);
    });
}

/** @throws UsageError if options cannot be combined. */
function requireFitting({ run, weights, ...options }: ClassifyCommandOptions, hasDataFolder: boolean): void {
  if (run !== undefined && weights !== undefined) {
    throw new UsageError('choose what classifies with either --run or --weights, not both.');
  }
  if (weights !== undefined) {
    if (hasDataFolder) throw new UsageError('--data-folder applies to runs only; weights need no data.');
    return;
  }
  const names = ['preset', 'key', 'classOrder', 'data', 'mean', 'std'] as const;
  const given = names.find((name) => options[name] !== undefined);
  if (given === undefined) return;
  const flag = given.replace('classOrder', 'class-order');
  throw new UsageError(`--${flag} requires --weights; a run has its own.`);
}

/** The default of `--top`. */
const TOP = 5;

/** Says that fewer classes are printed than were asked for. */
function sayFewer(top: number, classes: number): void {
  if (top > classes && top !== TOP) say(`  --top ${top}: there are ${classes} classes, and all are printed`);
}

/** The value of `--views`. */
function viewCount(text: string): 1 | 10 {
  if (text === '1' || text === '10') return text === '1' ? 1 : 10;
  throw new InvalidArgumentError('It must be 1 or 10.');
}

async function classify(
  images: string[],
  options: ClassifyCommandOptions,
  signal: AbortSignal,
): Promise<void> {
  const files = await imageFiles(images, signal);
  const source = await classifierSource(options);
  const classes = await classOrder(options.classOrder, signal);
  await startBackend(options);
  const classifier = await openClassifier(source, { ...options, ...classes }, signal);
  sayFewer(options.top, classifier.classes.length);
  const toText = options.json ? classifiedJson : classifiedText;
  const bar = files.length > 1 && !process.stdout.isTTY ? progress('classify', files.length) : undefined;
  const startedAt = performance.now();
  let [done, failed] = [0, 0];
  try {
    for await (const result of classifyFiles(classifier, files, { top: options.top, signal })) {
      if ('error' in result) failed++;
      process.stdout.write(`${toText(result, classifier.classes)}\n`);
      bar?.update(++done);
    }
  } finally {
    bar?.stop();
  }
  const seconds = (performance.now() - startedAt) / 1000;
  if (files.length > 1) say(`  ${files.length} images, ${(files.length / seconds).toFixed(1)} images/s`);
  if (failed === 0) return;
  throw new Error(`${failed === 1 ? '1 image' : `${failed} images`} of ${files.length} could not be read.`);
}
