import { type Command, InvalidArgumentError, Option } from 'commander';
import { DATA_FOLDER } from '../../data/usable-data-folder.js';

/** `--on-error`. */
export function onErrorOption(): Option {
  return new Option('--on-error <action>', 'what to do with an image that cannot be read')
    .choices(['stop', 'skip'])
    .default('stop');
}

/** `--val-fraction`. */
export function valFractionOption(): Option {
  return new Option(
    '--val-fraction <fraction>',
    'validate on this fraction of the training images of every class, for data without validation images',
  ).argParser((text) => {
    const value = Number(text);
    if (text.trim() !== '' && value > 0 && value < 1) return value;
    throw new InvalidArgumentError('It must be a number > 0 and < 1.');
  });
}

/** `--data-folder`. */
export function dataFolderOption(use = 'folder that keeps embedded and prepared data between runs'): Option {
  return new Option('--data-folder <dir>', use).default(DATA_FOLDER);
}

/** Gives a command the options of `DataFolderOptions`. */
export function addDataOptions(command: Command): Command {
  return command.addOption(dataFolderOption()).addOption(onErrorOption());
}
