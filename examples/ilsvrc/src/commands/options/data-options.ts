import { Option } from 'commander';

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
