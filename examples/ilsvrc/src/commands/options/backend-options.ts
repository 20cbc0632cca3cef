import { precisions } from '@alexnet/backends';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { backendChoices } from '../../run/start-backend.js';
import { wholeNumber } from './option-values.js';

/** `--backend`. */
export function backendOption(): Option {
  return new Option('--backend <name>', 'backend to compute with').choices(backendChoices).default('auto');
}

/** Gives a command `--backend`, the GPU that webgpu or torch uses, and `--precision`. */
export function addBackendOptions(command: Command): Command {
  return command.addOption(backendOption()).addOption(adapterOption()).addOption(precisionOption());
}

/** `--threads`. */
export function threadsOption(): Option {
  return wholeNumber('--threads <n>', 'threads to compute with (default: one per CPU)');
}

/** `--memory-limit`: a number of bytes, with a unit. */
export function memoryLimitOption(): Option {
  return new Option(
    '--memory-limit <size>',
    'most memory that the tensors of a device may use, such as 3GB (default: no limit)',
  ).argParser((text) => {
    const [, number, unit] = /^(\d+(?:\.\d+)?)(MB|GB|MiB|GiB)$/.exec(text) ?? [];
    const bytes = Math.floor(Number(number) * (units[unit ?? ''] ?? 0));
    if (!(bytes > 0)) throw new InvalidArgumentError('It must be a size, such as 500MB or 3GB.');
    return bytes;
  });
}

const units: Record<string, number> = { MB: 1e6, GB: 1e9, MiB: 2 ** 20, GiB: 2 ** 30 };

function precisionOption(): Option {
  return new Option(
    '--precision <name>',
    'how torch multiplies in convolutions and matrix products (default: tf32 on NVIDIA GPUs, else float32)',
  ).choices(precisions);
}

function adapterOption(): Option {
  return new Option(
    '--adapter <name>',
    "GPU for webgpu (part of its name, or its number in the output of 'alexnet doctor') or device for torch (such as cuda:1 or cpu)",
  ).argParser((text) => (/^\d+$/.test(text) ? Number(text) : text));
}
