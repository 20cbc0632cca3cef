import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type AlexNetOverrides,
  alexnet,
  exportWeights,
  layerSizes,
  type Preprocessing,
  type PresetName,
  preprocessingOf,
} from '@alexnet/alexnet-model';
import { setClasses } from '@alexnet/alexnet-model/classes';
import { writeWhole } from '@alexnet/durable-files';
import { openPrepared, type PreparedData } from '@alexnet/imagenet-reader';
import { Checkpoints, fileSystem } from '@alexnet/sgd-momentum-trainer';
import type * as tfl from '@tensorflow/tfjs-layers';
import { Command, Option } from 'commander';
import { UsageError } from '../cli/errors.js';
import { printResult, type ResultOptions } from '../cli/print-result.js';
import { requireWritable } from '../cli/require-writable.js';
import { say } from '../cli/say.js';
import { defined } from '../defined.js';
import { requireCheckpoint } from '../run/require-checkpoint.js';
import { RunFolder } from '../run/run-folder.js';
import { type BackendSelection, startBackend } from '../run/start-backend.js';
import {
  type GivenPreprocessing,
  type PreprocessingOptions,
  preprocessingFor,
} from '../weights/preprocessing-for.js';
import { readMean, requireCovering } from '../weights/read-mean.js';
import { readWeights } from '../weights/read-weights.js';
import { sayImport } from '../weights/say-import.js';
import { describeWeights, weightsSummary } from '../weights/weights-summary.js';
import { backendOption } from './options/backend-options.js';
import { classOrder, classOrderOption, type GivenClasses } from './options/class-order-option.js';
import { keyOption } from './options/key-option.js';
import { positiveNumber, wholeNumber } from './options/option-values.js';
import { addPreprocessingOptions, presetOption } from './options/preprocessing-options.js';

type Format = 'onnx' | 'safetensors' | 'tfjs';

interface ExportCommandOptions extends PreprocessingOptions, BackendSelection, ResultOptions {
  preset?: PresetName;
  weights?: string;
  key?: string;
  run?: string;
  data?: string;
  format: Format;
  out?: string;
  width?: number;
  classes?: number;
  imageSize?: number;
  seed?: number;
  classOrder?: string;
}

/** A model to write, and how its input is made from an image. */
interface Source {
  name: string;
  model: tfl.LayersModel;
  preprocessing: Preprocessing | undefined;
}

/**
 * `alexnet export`: a preset with fresh weights, imported weights or a run's checkpoint as ONNX, PyTorch or
 * tfjs.
 */
export function exportCommand(signal: AbortSignal): Command {
  const command = new Command('export')
    .description('write a model for onnxruntime, PyTorch (.safetensors) or tfjs')
    .addOption(
      new Option('--format <format>', 'format to write')
        .choices(['onnx', 'safetensors', 'tfjs'])
        .makeOptionMandatory(),
    )
    .addOption(
      presetOption('preset to export with new random weights, or the network that --weights belong to'),
    )
    .option(
      '--weights <file>',
      "weights to export: torchvision (fetched once, 233 MB), a file that 'import' can read, or a folder that it wrote",
    )
    .addOption(keyOption())
    .option('--run <dir>', 'folder of a run whose newest checkpoint to export')
    .option(
      '--data <dir>',
      "prepared data whose channel means are stored with the weights (default: the run's)",
    )
    .option('--out <path>', 'file to write, or folder for tfjs (default: alexnet-<name>.<format>)')
    .addOption(positiveNumber('--width <factor>', 'for new weights: multiply the width of every layer'))
    .addOption(wholeNumber('--classes <n>', 'for new weights: number of classes', 2))
    .addOption(wholeNumber('--image-size <n>', 'for new weights: side of the input in pixels'))
    .addOption(wholeNumber('--seed <n>', 'for new weights: seed of their random values', 0))
    .addOption(classOrderOption())
    .addOption(backendOption())
    .option('--json', 'print JSON');
  return addPreprocessingOptions(command).action(async (options: ExportCommandOptions) => {
    requireOneSource(options);
    const out = options.out ?? defaultOut(options);
    if (existsSync(out)) throw new UsageError(`${out} already exists; choose another --out.`);
    requireWritable(out, '--out');
    const given = await readMean(options);
    const classes = await classOrder(options.classOrder, signal);
    await startBackend(options);
    const { name, model, preprocessing: own } = await openSource(options, { given, classes, signal });
    say(`  ${name}: ${model.countParams().toLocaleString('en')} parameters`);
    requireCovering(given, Number(model.inputs[0]?.shape[1]));
    const preprocessing = preprocessingFor(given, own);
    if (classes.classes) setClasses(model, classes.classes, classes.classNames);
    await write(model, options.format, preprocessing, out);
    const summary = weightsSummary(model, { out, format: options.format, preprocessing });
    printResult(options, summary, () => describeWeights(summary));
  });
}

function requireOneSource({ preset, weights, run, data, ...options }: ExportCommandOptions): void {
  if ([weights ?? preset, run].filter((source) => source !== undefined).length !== 1) {
    throw new UsageError('choose what to export with one of --preset, --weights and --run.');
  }
  if (options.key !== undefined && weights === undefined) throw new UsageError('--key requires --weights.');
  if (data !== undefined && run === undefined) throw new UsageError('--data requires --run.');
  const fresh = ['width', 'classes', 'imageSize', 'seed'] as const;
  const given = fresh.find((option) => options[option] !== undefined);
  if (given && (weights ?? run) !== undefined) {
    const flag = `--${given.replace('imageSize', 'image-size')}`;
    throw new UsageError(`${flag} applies to new weights only; these already have their sizes.`);
  }
}

function defaultOut({ preset, run, format }: ExportCommandOptions): string {
  const name = preset ?? (run === undefined ? 'weights' : 'run');
  return format === 'tfjs' ? `alexnet-${name}` : `alexnet-${name}.${format}`;
}

async function openSource(
  options: ExportCommandOptions,
  { given, classes, signal }: { given: GivenPreprocessing; classes: GivenClasses; signal: AbortSignal },
): Promise<Source> {
  const { preset, weights, run, data, key } = options;
  if (run !== undefined) return openRun(run, data);
  if (weights !== undefined) {
    const imported = await readWeights(weights, { ...defined({ preset, key }), ...classes }, signal);
    sayImport(imported, { ...given, key });
    return { name: weights, model: imported.model, preprocessing: imported.preprocessing };
  }
  const model = alexnet(preset, newNetwork(options));
  return { name: `preset ${preset}`, model, preprocessing: preprocessingOf(preset as PresetName) };
}

/** The overrides for new weights. @throws UsageError if the network cannot be built. */
function newNetwork({ preset, width, classes, imageSize, seed }: ExportCommandOptions): AlexNetOverrides {
  const overrides = defined({ width, classes, imageSize, seed });
  try {
    layerSizes(preset, overrides);
  } catch (error) {
    throw new UsageError((error as Error).message, { cause: error });
  }
  return overrides;
}

/** A run's newest undamaged checkpoint, with the size and the channel means of its data if they are known. */
async function openRun(run: string, data: string | undefined): Promise<Source> {
  const folder = new RunFolder(run);
  const settings = await folder.settings();
  const checkpoint = requireCheckpoint(folder, await new Checkpoints(folder.checkpoints).newest());
  const { model, preprocessing } = await readWeights(checkpoint.path, {}); // it describes its network
  const isOwn = data === undefined && preprocessing?.size !== undefined;
  if (isOwn) return { name: run, model, preprocessing };
  const known = await preparedInputs(data ?? settings.data, data !== undefined);
  const { mean, std } = settings.augmentation;
  if (known) {
    const { size, channelMeans } = known;
    return {
      name: run,
      model,
      preprocessing: { mean: typeof mean === 'string' ? channelMeans : mean, std, size },
    };
  }
  if (typeof mean !== 'string') return { name: run, model, preprocessing: { mean, std } };
  say(
    "  the run was started by an older version, and its prepared data was not found: ILSVRC's channel means are written; set others with --data or --mean",
  );
  return { name: run, model, preprocessing };
}

/** The size and the channel means of prepared data; undefined if it is not there and was not asked for. */
async function preparedInputs(
  path: string,
  isGiven: boolean,
): Promise<Pick<PreparedData, 'size' | 'channelMeans'> | undefined> {
  if (!isGiven && !existsSync(join(path, 'meta.json'))) return undefined;
  const prepared = await openPrepared(path);
  await prepared.close();
  return prepared;
}

async function write(
  model: tfl.LayersModel,
  format: Format,
  preprocessing: Preprocessing | undefined,
  out: string,
): Promise<void> {
  const extra = defined({ preprocessing });
  await writeWhole(out, async (partial) =>
    format === 'tfjs'
      ? fileSystem(partial).save?.(await exportWeights(model, { format, ...extra }))
      : writeFile(partial, await exportWeights(model, { format, ...extra })),
  );
}
