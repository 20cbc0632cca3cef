import { openIlsvrc } from '@alexnet/imagenet-reader';
import { Command, Option } from 'commander';
import { prepareWithProgress } from '../data/prepared-data.js';

interface PrepareCommandOptions {
  data: string;
  out: string;
  format?: 'jpg' | 'rgb';
  onError: 'stop' | 'skip';
}

/** `alexnet prepare`: a data set as it comes -> squares of 256 px in shards. */
export function prepareCommand(signal: AbortSignal): Command {
  return new Command('prepare')
    .description('write a data set as 256 x 256 squares in tar shards, with its mean and colour statistics')
    .requiredOption('--data <dir>', 'ILSVRC as downloaded or unpacked, or train/<class>/* and val/<class>/*')
    .requiredOption('--out <dir>', 'folder to write; it must not exist or be empty')
    .addOption(
      new Option('--format <format>', 'how squares are stored; default by size').choices(['jpg', 'rgb']),
    )
    .addOption(onErrorOption())
    .action(async ({ data, out, format, onError }: PrepareCommandOptions) => {
      const source = await openIlsvrc(data, { signal });
      try {
        await prepareWithProgress(source, out, { onError, signal, ...(format && { format }) });
        process.stdout.write(`${out}\n`);
      } finally {
        await source.close();
      }
    });
}

/** What to do with a picture that cannot be read. */
export function onErrorOption(): Option {
  return new Option('--on-error <what>', 'what to do with a picture that cannot be read')
    .choices(['stop', 'skip'])
    .default('stop');
}

/** Where the embedded and the prepared data are kept between runs. */
export function dataFolderOption(): Option {
  return new Option('--data-folder <dir>', 'where embedded and prepared data are kept between runs').default(
    'data',
  );
}
