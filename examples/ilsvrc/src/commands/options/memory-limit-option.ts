import { InvalidArgumentError, Option } from 'commander';

const units: Record<string, number> = { MB: 1e6, GB: 1e9, MiB: 2 ** 20, GiB: 2 ** 30 };

/** `--memory-limit`: a number of bytes, with a unit. */
export function memoryLimitOption(): Option {
  return new Option(
    '--memory-limit <size>',
    'what the tensors of a device may hold, 3GB; default all',
  ).argParser((text) => {
    const [, number, unit] = /^(\d+(?:\.\d+)?)(MB|GB|MiB|GiB)$/.exec(text) ?? [];
    const bytes = Math.floor(Number(number) * (units[unit ?? ''] ?? 0));
    if (!(bytes > 0)) throw new InvalidArgumentError('It must be a size, such as 500MB or 3GB.');
    return bytes;
  });
}
