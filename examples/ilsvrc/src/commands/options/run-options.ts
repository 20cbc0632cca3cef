import { type Command, Option } from 'commander';
import type { OpenRunOptions } from '../../train/open-run.js';
import type { CheckpointingOptions } from '../../train/train-run.js';
import { addAblationOptions } from './ablation-options.js';
import { addBackendOptions, memoryLimitOption, threadsOption } from './backend-options.js';
import { addDataOptions, valFractionOption } from './data-options.js';
import { devicesOption } from './devices-option.js';
import { positiveNumber, wholeNumber } from './option-values.js';

/** The options of a command that trains: the settings of the run, its folder, and what it runs on. */
export interface RunCommandOptions extends OpenRunOptions, CheckpointingOptions {}

/** Gives a command the options of {@link RunCommandOptions}, in groups. */
export function addRunOptions(command: Command): Command {
  addSourceOptions(command.optionsGroup('Data:'));
  addNetworkOptions(command.optionsGroup('Network:'));
  addTrainingOptions(command.optionsGroup('Training:'));
  addHardwareOptions(command.optionsGroup('Hardware:'));
  return addFolderOptions(command.optionsGroup('Run folder and checkpoints:'));
}

function addSourceOptions(command: Command): Command {
  command
    .option(
      '--data <dir>',
      'ILSVRC as downloaded or unpacked, or train/<class>/* and val/<class>/* (default: the embedded data set)',
    )
    .addOption(valFractionOption())
    .addOption(wholeNumber('--train-per-class <n>', 'training images per class of the embedded data set (default: 400)')) // biome-ignore format: one line
    .addOption(wholeNumber('--val-per-class <n>', 'validation images per class of the embedded data set (default: 50)')); // biome-ignore format: one line
  return addDataOptions(command);
}

function addNetworkOptions(command: Command): Command {
  command
    .option('--preset <name>', "network and training settings, see 'alexnet presets' (default: original2012)")
    .addOption(positiveNumber('--width <factor>', 'multiply the width of every layer (default: 1, or .25 on the embedded data set)')); // biome-ignore format: one line
  return addAblationOptions(command);
}

function addTrainingOptions(command: Command): Command {
  return command
    .addOption(wholeNumber('--epochs <n>', "train at most n epochs (default: the preset's, or 20 on the embedded data set)")) // biome-ignore format: one line
    .addOption(wholeNumber('--batch-size <n>', "images per batch (default: the preset's, 128)"))
    .addOption(wholeNumber('--micro-batch <n>', 'images in the network at a time, fewer to save memory (default: the whole batch)')) // biome-ignore format: one line
    .addOption(positiveNumber('--learning-rate <rate>', "initial learning rate (default: the preset's, .01)"))
    .addOption(
      new Option(
        '--schedule <kind>',
        'drop the learning rate when the validation error stops improving (plateau, the default) or at fixed epochs (step)',
      ).choices(['plateau', 'step']),
    )
    .addOption(wholeNumber('--patience <epochs>', 'epochs without a new best validation error before the learning rate drops (default: 5)')) // biome-ignore format: one line
    .addOption(wholeNumber('--seed <n>', 'seed of weights, image order, crops, noise and dropout (default: 0)', 0)); // biome-ignore format: one line
}

function addHardwareOptions(command: Command): Command {
  return addBackendOptions(command)
    .addOption(threadsOption())
    .addOption(memoryLimitOption())
    .addOption(devicesOption())
    .addOption(positiveNumber('--stall-seconds <n>', 'treat a device as hung after this many silent seconds').default(8)) // biome-ignore format: one line
    .option('--trace <file>', 'record what two devices do, for ui.perfetto.dev or chrome://tracing');
}

function addFolderOptions(command: Command): Command {
  return command
    .option('--out <dir>', 'folder of the run (default: runs/<data>-<preset>)')
    .option('--resume', 'resume the run in --out, or the last run with this data and preset')
    .addOption(wholeNumber('--checkpoint-steps <n>', 'also save a checkpoint every n steps (default: never)'))
    .addOption(positiveNumber('--checkpoint-minutes <n>', 'also save a checkpoint every n minutes').default(15)) // biome-ignore format: one line
    .addOption(wholeNumber('--keep <n>', 'number of checkpoints to keep').default(3));
}
