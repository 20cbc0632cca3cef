import { type Command, Option } from 'commander';

/** `--on-error`. */
export function onErrorOption(): Option {
  return new Option('--on-error <action>', 'what to do with an image that cannot be read')
    .choices(['stop', 'skip'])
    .default('stop');
}

/** Gives a command the options of `DataFolderOptions`. */
export function addDataOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--data-folder <dir>', 'folder that keeps embedded and prepared data between runs').default(
        'data',
      ),
    )
    .addOption(onErrorOption());
}
