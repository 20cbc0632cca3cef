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
import { writeWhole } from '@alexnet/durable-files';
import { openPrepared } from '@alexnet/imagenet-reader';
import { Checkpoints, fileSystem } from '@alexnet/sgd-momentum-trainer';
import type * as tfl from '@tensorflow/tfjs-layers';
import { Command, Option } from 'commander';
import { UsageError } from '../cli/errors.js';
import { say } from '../cli/say.js';
import { requireCheckpoint } from '../run/require-checkpoint.js';
import { RunFolder } from '../run/run-folder.js';
import { backendChoices, startBackend } from '../run/start-backend.js';
import { readWeights } from '../weights/read-weights.js';
import { describeWeights, weightsSummary } from '../weights/weights-summary.js';
import { positiveNumber, wholeNumber } from './options/option-values.js';
import { addPreprocessingOptions, type PreprocessingOptions, preprocessingFor, presetOption } from './options/preprocessing-options.js'; // biome-ignore format: one line

type Format = 'onnx' | 'safetensors' | 'tfjs';

interface ExportCommandOptions extends PreprocessingOptions {
  preset?: PresetName;
  weights?: string;
  run?: string;
  data?: string;
  format: Format;
  out?: string;
  width?: number;
  classes?: number;
  imageSize?: number;
  seed?: number;
  backend: (typeof backendChoices)[number];
  json?: boolean;
}

/** A model to write, and what it expects of a picture. */
interface Source {
  name: string;
  model: tfl.LayersModel;
  preprocessing: Preprocessing | undefined;
}

/** `alexnet export`: a preset with fresh weights, imported weights or a run's checkpoint -> ONNX, PyTorch, tfjs. */
export function exportCommand(): Command {
  const command = new Command('export')
    .description('write a model for onnxruntime, PyTorch (.safetensors) or tfjs')
    .addOption(new Option('--format <format>', 'what to write').choices(['onnx', 'safetensors', 'tfjs']).makeOptionMandatory()) // biome-ignore format: one line
    .addOption(presetOption('a preset with fresh weights; or the net of --weights'))
    .option('--weights <file>', "a file that 'import' reads, or a folder that it wrote")
    .option('--run <dir>', "folder of a run: its checkpoint's weights")
    .option('--data <dir>', "prepared data whose channel means travel with the weights; default the run's")
    .option('--out <path>', 'file to write, for tfjs a folder; default alexnet-<name>.<format>')
    .addOption(positiveNumber('--width <factor>', "fresh weights: factor on every layer's size"))
    .addOption(wholeNumber('--classes <n>', 'fresh weights: units of the softmax', 2))
    .addOption(wholeNumber('--image-size <n>', 'fresh weights: side of the input in pixels'))
    .addOption(wholeNumber('--seed <n>', 'fresh weights: what they follow from', 0))
    .addOption(new Option('--backend <name>', 'backend').choices(backendChoices).default('auto'))
    .option('--json', 'print JSON');
  return addPreprocessingOptions(command).action(async (options: ExportCommandOptions) => {
    requireOneSource(options);
    const out = options.out ?? defaultOut(options);
    if (existsSync(out)) throw new UsageError(`${out} is there already; choose another --out.`);
    await startBackend(options.backend);
    const { name, model, preprocessing: own } = await openSource(options);
    say(`  ${name}: ${model.countParams().toLocaleString('en')} parameters`);
    const preprocessing = preprocessingFor(options, own);
    await write(model, options.format, preprocessing, out);
    const summary = weightsSummary(model, { out, format: options.format, preprocessing });
    process.stdout.write(`${options.json ? JSON.stringify(summary, null, 2) : describeWeights(summary)}\n`);
  });
}

function requireOneSource({ preset, weights, run, data, ...options }: ExportCommandOptions): void {
  if ([weights ?? preset, run].filter((source) => source !== undefined).length !== 1) {
    throw new UsageError('say what to export by one of --preset, --weights, --run.');
  }
  if (data !== undefined && run === undefined) throw new UsageError('--data goes with --run.');
  const fresh = ['width', 'classes', 'imageSize', 'seed'] as const;
  const given = fresh.find((option) => options[option] !== undefined);
  if (given && (weights ?? run) !== undefined) {
    const flag = `--${given.replace('imageSize', 'image-size')}`;
    throw new UsageError(`${flag} is for fresh weights; these have their sizes.`);
  }
}

function defaultOut({ preset, run, format }: ExportCommandOptions): string {
  const name = preset ?? (run === undefined ? 'weights' : 'run');
  return format === 'tfjs' ? `alexnet-${name}` : `alexnet-${name}.${format}`;
}

async function openSource(options: ExportCommandOptions): Promise<Source> {
  const { preset, weights, run, data } = options;
  if (run !== undefined) return openRun(run, data);
  if (weights !== undefined) {
    return { name: weights, ...(await readWeights(weights, { ...(preset && { preset }) })) } as Source;
  }
  const model = alexnet(preset, freshNet(options));
  return { name: `preset ${preset}`, model, preprocessing: preprocessingOf(preset as PresetName) };
}

/** What is asked of fresh weights. @throws UsageError if there is no such net. */
function freshNet({ preset, width, classes, imageSize, seed }: ExportCommandOptions): AlexNetOverrides {
  const overrides = {
    ...(width !== undefined && { width }),
    ...(classes !== undefined && { classes }),
    ...(imageSize !== undefined && { imageSize }),
    ...(seed !== undefined && { seed }),
  };
  try {
    layerSizes(preset, overrides);
  } catch (error) {
    throw new UsageError((error as Error).message, { cause: error });
  }
  return overrides;
}

/** A run's newest whole checkpoint; the means are those of the data it learned from, where these are prepared and there. */
async function openRun(run: string, data: string | undefined): Promise<Source> {
  const folder = new RunFolder(run);
  const settings = await folder.settings();
  const checkpoint = requireCheckpoint(folder, await new Checkpoints(folder.checkpoints).newest());
  const { model, preprocessing } = await readWeights(checkpoint.path, {}); // it describes its net
  const path = data ?? settings.data;
  if (data === undefined && !existsSync(join(path, 'meta.json'))) {
    say(
      "  the run's data are not prepared in its place: ILSVRC's means are written; say others by --data or --mean",
    );
    return { name: run, model, preprocessing };
  }
  const prepared = await openPrepared(path);
  await prepared.close();
  const { mean, std } = settings.augmentation;
  return {
    name: run,
    model,
    preprocessing: { mean: typeof mean === 'string' ? prepared.channelMeans : mean, std },
  };
}

async function write(
  model: tfl.LayersModel,
  format: Format,
  preprocessing: Preprocessing | undefined,
  out: string,
): Promise<void> {
  const extra = preprocessing ? { preprocessing } : {};
  await writeWhole(out, async (partial) =>
    format === 'tfjs'
      ? fileSystem(partial).save?.(await exportWeights(model, { format, ...extra }))
      : writeFile(partial, await exportWeights(model, { format, ...extra })),
  );
}
