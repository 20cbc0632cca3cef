import { readdir } from 'node:fs/promises';
import { exportWeights, type PresetName } from '@alexnet/alexnet-model';
import { writeWhole } from '@alexnet/durable-files';
import { fileSystem } from '@alexnet/sgd-momentum-trainer';
import { Command, Option } from 'commander';
import { UsageError } from '../cli/errors.js';
import { backendChoices, startBackend } from '../run/start-backend.js';
import { readWeights } from '../weights/read-weights.js';
import { describeWeights, weightsSummary } from '../weights/weights-summary.js';
import { wholeNumber } from './options/option-values.js';
import { addPreprocessingOptions, type PreprocessingOptions, preprocessingFor, presetOption } from './options/preprocessing-options.js'; // biome-ignore format: one line

interface ImportCommandOptions extends PreprocessingOptions {
  out: string;
  preset?: PresetName;
  imageSize?: number;
  channelOrder?: 'RGB' | 'BGR';
  backend: (typeof backendChoices)[number];
  json?: boolean;
}

/** `alexnet import`: the weights of Caffe, PyTorch or tfjs -> a folder that tfjs loads. */
export function importCommand(): Command {
  const command = new Command('import')
    .description('read weights of Caffe, PyTorch or tfjs and write them as a tfjs LayersModel')
    .argument('<file>', '.caffemodel, .pth, .safetensors, or the folder or model.json of a LayersModel')
    .requiredOption('--out <dir>', 'folder to write; it must not exist or be empty')
    .addOption(presetOption('the net that the weights belong to; default what the file says'))
    .addOption(wholeNumber('--image-size <n>', "side of the input in pixels; default the net's"))
    .addOption(
      new Option('--channel-order <order>', "what conv1 of the file reads; default BGR for Caffe's").choices([
        'RGB',
        'BGR',
      ]),
    )
    .addOption(new Option('--backend <name>', 'backend').choices(backendChoices).default('auto'))
    .option('--json', 'print JSON');
  return addPreprocessingOptions(command).action(async (file: string, options: ImportCommandOptions) => {
    const { out, preset, imageSize, channelOrder, backend, json } = options;
    if ((await readdir(out).catch(() => [])).length > 0) {
      throw new UsageError(`${out} is not empty; choose another --out.`);
    }
    await startBackend(backend);
    const imported = await readWeights(file, {
      ...(preset && { preset }),
      ...(imageSize !== undefined && { imageSize }),
      ...(channelOrder && { channelOrder }),
    });
    const { model, format } = imported;
    const preprocessing = preprocessingFor(options, imported.preprocessing);
    const artifacts = await exportWeights(model, { format: 'tfjs', ...(preprocessing && { preprocessing }) });
    await writeWhole(out, async (partial) => fileSystem(partial).save?.(artifacts));
    const summary = weightsSummary(model, { out, format, preprocessing });
    process.stdout.write(`${json ? JSON.stringify(summary, null, 2) : describeWeights(summary)}\n`);
  });
}
