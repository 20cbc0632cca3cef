import { execFileSync } from 'node:child_process';
import { cpus, type as osType, release, totalmem } from 'node:os';
import type { UsedBackend } from '@alexnet/backends';
import * as tf from '@tensorflow/tfjs-core';

/** What a result depends on besides the settings: programs, machine, commit. */
export function versions(backend?: UsedBackend): Record<string, string> {
  return {
    ...(backend && { backend: `${backend.name} (${backend.device})`, threads: String(backend.threads) }),
    tensorflowjs: tf.version_core,
    node: process.version,
    system: `${osType()} ${release()} ${process.arch}`,
    processor: `${cpus()[0]?.model ?? 'unknown'}, ${cpus().length} cores`,
    memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
    commit: commit(),
  };
}

function commit(): string {
  try {
    const isClean = git('status', '--porcelain') === '';
    return `${git('rev-parse', '--short', 'HEAD')}${isClean ? '' : ', with changes'}`;
  } catch {
    return 'not a git checkout';
  }
}

function git(...args: string[]): string {
  return execFileSync('git', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
}
