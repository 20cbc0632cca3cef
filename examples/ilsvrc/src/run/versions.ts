import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { cpus, loadavg, type as osType, release } from 'node:os';
import { dirname, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { UsedBackend } from '@alexnet/backends';
import { cpuCount, type Memory, memory } from '@alexnet/machine';
import type { OneDnnBackend } from '@alexnet/tfjs-backend-onednn';
import type { TorchBackend } from '@alexnet/tfjs-backend-torch';
import * as tf from '@tensorflow/tfjs-core';
import sharp from 'sharp';

const here = dirname(fileURLToPath(import.meta.url));

/** What a result and its speed depend on besides the settings: programs, machine, its load, commit. */
export function versions(backend?: UsedBackend): Record<string, string> {
  const [one = 0, five = 0] = loadavg();
  return {
    ...(backend && { backend: `${backend.name} (${backend.device})`, threads: String(backend.threads) }),
    ...(backend && backend.precision !== 'float32' && { precision: backend.precision }),
    ...(backend?.name === 'onednn' && { oneDNN: (tf.backend() as OneDnnBackend).info.version }),
    ...(backend?.name === 'torch' && { PyTorch: (tf.backend() as TorchBackend).info.version }),
    '@alexnet/*': ownVersion(),
    tensorflowjs: tf.version_core,
    sharp: `${sharp.versions.sharp ?? 'unknown'} (libvips ${sharp.versions.vips})`,
    node: process.version,
    system: `${osType()} ${release()} ${process.arch}`,
    processor: processorText(cpus(), cpuCount()),
    memory: memoryText(memory()),
    load: `${one.toFixed(2)} in the last minute, ${five.toFixed(2)} in five`,
    commit: commit(),
  };
}

/** 'AMD EPYC, 64 cores, of which 2 may be used': by the affinity, or by the quota of a container. */
export function processorText(all: readonly { model: string }[], usable: number): string {
  const text = `${all[0]?.model ?? 'unknown'}, ${all.length} cores`;
  return usable < all.length ? `${text}, of which ${usable} may be used` : text;
}

/** '24 GiB', or in a container '24 GiB, of which 2 GiB may be used'. */
export function memoryText({ machine, limit }: Pick<Memory, 'machine' | 'limit'>): string {
  const text = gibibytes(machine);
  return limit === undefined ? text : `${text}, of which ${gibibytes(limit)} may be used`;
}

function gibibytes(bytes: number): string {
  return `${bytes < 2 ** 33 ? Math.round((bytes / 2 ** 30) * 10) / 10 : Math.round(bytes / 2 ** 30)} GiB`;
}

/** All packages are released together with one version. */
function ownVersion(): string {
  const require = createRequire(import.meta.url);
  return (require('@alexnet/sgd-momentum-trainer/package.json') as { version: string }).version;
}

/** The commit of this program's own checkout, wherever the user stands; an installed package has none. */
function commit(): string {
  if (here.split(sep).includes('node_modules')) return 'not a git checkout';
  try {
    const isClean = git('status', '--porcelain') === '';
    return `${git('rev-parse', '--short', 'HEAD')}${isClean ? '' : ', with changes'}`;
  } catch {
    return 'not a git checkout';
  }
}

function git(...args: string[]): string {
  return execFileSync('git', args, {
    cwd: here,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  }).trim();
}
