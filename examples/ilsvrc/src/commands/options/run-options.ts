import { type Command, Option } from 'commander';
import type { RunOptions } from '../../run/run-settings.js';
import { adapterOption, backendChoices } from '../../run/start-backend.js';
import { addAblationOptions } from './ablation-options.js';
import { dataFolderOption, onErrorOption } from './data-options.js';
import { type DevicesChoice, devicesOption } from './devices-option.js';
import { memoryLimitOption } from './memory-limit-option.js';
import { positiveNumber, wholeNumber } from './option-values.js';

/** What a command that trains takes: settings of the run, where it is, and what it runs on. */
export interface RunCommandOptions extends RunOptions {
  out?: string;
  resume?: boolean;
  checkpointSteps?: number;
  checkpointMinutes: number;
  keep: number;
  backend: (typeof backendChoices)[number];
  threads?: number;
  adapter?: string | number;
  devices: DevicesChoice;
  stallSeconds: number;
  memoryLimit?: number;
  trace?: string;
  dataFolder: string;
  onError: 'stop' | 'skip';
}

/** Gives a command the options of {@link RunCommandOptions}. */
export function addRunOptions(command: Command): Command {
  command
    .option('--data <dir>', 'ILSVRC as downloaded or unpacked, or train/<class>/* and val/<class>/*')
    .option('--preset <name>', "network and settings, see 'alexnet presets'; default original2012")
    .addOption(
      positiveNumber('--width <factor>', 'factor on the width of every layer; default 1, embedded .25'),
    );
  return addAblationOptions(command)
    .addOption(wholeNumber('--epochs <n>', "default the preset's (original2012: 91), embedded 20"))
    .addOption(wholeNumber('--batch-size <n>', "default the preset's, 128"))
    .addOption(wholeNumber('--micro-batch <n>', 'pictures in the net at a time: a small memory; default all'))
    .addOption(positiveNumber('--learning-rate <rate>', "default the preset's, .01"))
    .addOption(
      new Option('--schedule <kind>', 'when the rate drops; default plateau').choices(['plateau', 'step']),
    )
    .addOption(
      wholeNumber('--patience <epochs>', 'epochs without a new best before a plateau drop; default 5'),
    )
    .addOption(wholeNumber('--seed <n>', 'default 0', 0))
    .addOption(wholeNumber('--train-per-class <n>', 'size of the embedded set; default 400'))
    .addOption(wholeNumber('--val-per-class <n>', 'size of the embedded set; default 50'))
    .option('--out <dir>', 'folder of the run; default runs/<data>-<preset>')
    .option('--resume', 'go on with the run in --out, or with the last one of this data and preset')
    .addOption(wholeNumber('--checkpoint-steps <n>', 'a checkpoint after so many steps too; default none'))
    .addOption(positiveNumber('--checkpoint-minutes <n>', 'and after so many minutes').default(15))
    .addOption(wholeNumber('--keep <n>', 'checkpoints kept, the last ones').default(3))
    .addOption(new Option('--backend <name>', 'backend').choices(backendChoices).default('auto'))
    .addOption(wholeNumber('--threads <n>', 'threads of the backend; default all'))
    .addOption(adapterOption())
    .addOption(devicesOption())
    .addOption(memoryLimitOption())
    .option('--trace <file>', 'what two devices did and when, for ui.perfetto.dev or chrome://tracing')
    .addOption(
      positiveNumber('--stall-seconds <n>', 'a device silent for so long is taken to hang').default(8),
    )
    .addOption(dataFolderOption())
    .addOption(onErrorOption());
}
