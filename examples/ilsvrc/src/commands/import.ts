import { readdir } from 'node:fs/promises';
import { exportWeights, type PresetName } from '@alexnet/alexnet-model';
import { writeWhole } from '@alexnet/durable-files';
import { fileSystem } from '@alexnet/sgd-momentum-trainer';
import { Command, Option } from 'commander';
import { UsageError } from '../cli/errors.js';
import { printResult, type ResultOptions } from '../cli/print-result.js';
import { requireWritable } from '../cli/require-writable.js';
import { defined } from '../defined.js';
import { type BackendSelection, startBackend } from '../run/start-backend.js';
import { type PreprocessingOptions, preprocessingFor } from '../weights/preprocessing-for.js';
import { readMean, requireCovering } from '../weights/read-mean.js';
import { readWeights } from '../weights/read-weights.js';
import { sayImport } from '../weights/say-import.js';
import { describeWeights, weightsSummary } from '../weights/weights-summary.js';
import { backendOption } from './options/backend-options.js';
import { classOrder, classOrderOption } from './options/class-order-option.js';
import { keyOption } from './options/key-option.js';
import { wholeNumber } from './options/option-values.js';
import { addPreprocessingOptions, presetOption } from './options/preprocessing-options.js';

interface ImportCommandOptions extends PreprocessingOptions, BackendSelection, ResultOptions {
  out: string;
  preset?: PresetName;
  imageSize?: number;
  channelOrder?: 'RGB' | 'BGR';
  classOrder?: string;
  key?: string;
}

/** `alexnet import`: converts weights of Caffe, PyTorch or tfjs to a folder that tfjs loads. */
export function importCommand(signal: AbortSignal): Command {
  const command = new Command('import')
    .description('read weights of Caffe, PyTorch or tfjs and write them as a tfjs LayersModel')
    .argument(
      '<file>',
      'torchvision (fetched once, 233 MB), a .caffemodel, .pth or .safetensors file, or the folder or model.json of a LayersModel',
    )
    .requiredOption('--out <dir>', 'folder to write; it must be new or empty')
    .addOption(presetOption('network that the weights belong to (default: the one the file describes)'))
    .addOption(wholeNumber('--image-size <n>', "side of the input in pixels (default: the network's)"))
    .addOption(
      new Option(
        '--channel-order <order>',
        'channel order that conv1 of the file expects (default: BGR for Caffe, otherwise RGB)',
      ).choices(['RGB', 'BGR']),
    )
    .addOption(classOrderOption())
    .addOption(keyOption())
    .addOption(backendOption())
    .option('--json', 'print JSON');
  return addPreprocessingOptions(command).action(async (file: string, options: ImportCommandOptions) => {
    const { out, preset, imageSize, channelOrder, key } = options;
    if ((await readdir(out).catch(() => [])).length > 0) {
      throw new UsageError(`${out} is not empty; choose another --out.`);
    }
    requireWritable(out, '--out');
    const given = await readMean(options, channelOrder);
    const classes = await classOrder(options.classOrder, signal);
    await startBackend(options);
    const imported = await readWeights(
      file,
      { ...defined({ preset, imageSize, channelOrder, key }), ...classes },
      signal,
    );
    const { model, format } = imported;
    sayImport(imported, { ...given, key });
    requireCovering(given, imported.net.imageSize);
    const preprocessing = preprocessingFor(given, imported.preprocessing);
    const artifacts = await exportWeights(model, { format: 'tfjs', ...defined({ preprocessing }) });
    await writeWhole(out, async (partial) => fileSystem(partial).save?.(artifacts));
    const summary = weightsSummary(model, { out, format, preprocessing });
    printResult(options, summary, () => describeWeights(summary));
  });
}
