import { type Command, Option } from 'commander';
import { addSwitches } from '../../run/switches.js';
import type { OpenRunOptions } from '../../train/open-run.js';
import type { CheckpointingOptions } from '../../train/train-run.js';
import { addBackendOptions, memoryLimitOption, threadsOption } from './backend-options.js';
import { addDataOptions } from './data-options.js';
import { devicesOption } from './devices-option.js';
import { positiveNumber, wholeNumber } from './option-values.js';

/** The options of a command that trains: the settings of the run, its folder, and what it runs on. */
export interface RunCommandOptions extends OpenRunOptions, CheckpointingOptions {}

/** Gives a command the options of {@link RunCommandOptions}. */
export function addRunOptions(command: Command): Command {
  command
    .option(
      '--data <dir>',
      'ILSVRC as downloaded or unpacked, or train/<class>/* and val/<class>/* (default: the embedded data set)',
    )
    .option('--preset <name>', "network and settings, listed by 'alexnet presets' (default: original2012)")
    .addOption(
      positiveNumber(
        '--width <factor>',
        'multiplies the width of every layer (default: 1; embedded data: .25)',
      ),
    );
  addSwitches(command)
    .addOption(wholeNumber('--epochs <n>', "most epochs (default: the preset's; embedded data: 20)"))
    .addOption(wholeNumber('--batch-size <n>', "images per batch (default: the preset's, 128)"))
    .addOption(
      wholeNumber(
        '--micro-batch <n>',
        'images in the network at a time, to save memory (default: the whole batch)',
      ),
    )
    .addOption(positiveNumber('--learning-rate <rate>', "first learning rate (default: the preset's, .01)"))
    .addOption(
      new Option(
        '--schedule <kind>',
        'lower the learning rate when the validation error stops improving (plateau) or at fixed epochs (step) (default: plateau)',
      ).choices(['plateau', 'step']),
    )
    .addOption(
      wholeNumber(
        '--patience <epochs>',
        'epochs without a new best validation error before the learning rate drops (default: 5)',
      ),
    )
    .addOption(
      wholeNumber('--seed <n>', 'seed of the weights, order, crops, noise and dropout (default: 0)', 0),
    )
    .addOption(
      wholeNumber('--train-per-class <n>', 'training images per class of the embedded data (default: 400)'),
    )
    .addOption(
      wholeNumber('--val-per-class <n>', 'validation images per class of the embedded data (default: 50)'),
    )
    .option('--out <dir>', 'folder of the run (default: runs/<data>-<preset>)')
    .option('--resume', 'resume the run in --out, or the last one of this data and preset')
    .addOption(wholeNumber('--checkpoint-steps <n>', 'also save a checkpoint every n steps (default: never)'))
    .addOption(
      positiveNumber('--checkpoint-minutes <n>', 'also save a checkpoint every n minutes').default(15),
    )
    .addOption(wholeNumber('--keep <n>', 'number of checkpoints to keep').default(3));
  addBackendOptions(command)
    .addOption(threadsOption())
    .addOption(devicesOption())
    .addOption(memoryLimitOption())
    .option('--trace <file>', 'record what two devices do, for ui.perfetto.dev or chrome://tracing')
    .addOption(
      positiveNumber('--stall-seconds <n>', 'treat a device as hung after this many silent seconds').default(
        8,
      ),
    );
  return addDataOptions(command);
}
