import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { cpus, loadavg, type as osType, release, totalmem } from 'node:os';
import { dirname, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { UsedBackend } from '@alexnet/backends';
import type { OneDnnBackend } from '@alexnet/tfjs-backend-onednn';
import * as tf from '@tensorflow/tfjs-core';
import sharp from 'sharp';

const here = dirname(fileURLToPath(import.meta.url));

/** What a result and its speed depend on besides the settings: programs, machine, its load, commit. */
export function versions(backend?: UsedBackend): Record<string, string> {
  const [one = 0, five = 0] = loadavg();
  return {
    ...(backend && { backend: `${backend.name} (${backend.device})`, threads: String(backend.threads) }),
    ...(backend?.name === 'onednn' && { oneDNN: (tf.backend() as OneDnnBackend).info.version }),
    '@alexnet/*': ownVersion(),
    tensorflowjs: tf.version_core,
    sharp: `${sharp.versions.sharp ?? 'unknown'} (libvips ${sharp.versions.vips})`,
    node: process.version,
    system: `${osType()} ${release()} ${process.arch}`,
    processor: `${cpus()[0]?.model ?? 'unknown'}, ${cpus().length} cores`,
    memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
    load: `${one.toFixed(2)} in the last minute, ${five.toFixed(2)} in five`,
    commit: commit(),
  };
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
