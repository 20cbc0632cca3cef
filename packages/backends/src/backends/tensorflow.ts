import { messageOf } from '@alexnet/validate';
import { importOptional, inNode } from '../optional-package.js';
import type { Started } from '../started-backend.js';
import { registerExplicitPadding } from '../tensorflow/explicit-padding.js';

/**
 * Registers 'tensorflow' if the user has installed one of tfjs's bindings to libtensorflow.
 *
 * The installer of tfjs-node 4.22 may be unable to fetch libtensorflow. Its addon was then built by node-gyp
 * against the headers and libraries of PyPI's `tensorflow-cpu` 2.9.3, with libpython3.10 preloaded. This was
 * tried on Linux x64 with Node 20.
 */
export async function startTensorFlow(): Promise<Started> {
  const broken: string[] = [];
  if (inNode) await restoreIsNullOrUndefined();
  for (const name of ['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node']) {
    try {
      if (!(await importOptional(name))) continue;
    } catch (error) {
      broken.push(`${name} is installed but does not load: ${firstLine(error)}`);
      continue;
    }
    registerExplicitPadding();
    const { cpuCount } = await import('@alexnet/machine');
    return {
      device: name.endsWith('gpu')
        ? 'GPU (CUDA) or CPU, whichever libtensorflow finds'
        : 'CPU (libtensorflow)',
      threads: cpuCount(),
      reason: `${name} is installed`,
    };
  }
  throw new Error(
    broken.join('; ') ||
      'Neither @tensorflow/tfjs-node-gpu nor @tensorflow/tfjs-node is installed: npm install @tensorflow/tfjs-node',
  );
}

/**
 * Restores `util.isNullOrUndefined`, which Node 23 removed and tfjs-node 4.22 calls in every operation. It
 * was tried on Node 20 with the function deleted, not on Node 23.
 */
async function restoreIsNullOrUndefined(): Promise<void> {
  const { default: util } = (await import('node:util')) as { default: { isNullOrUndefined?: unknown } };
  util.isNullOrUndefined ??= (value: unknown) => value === null || value === undefined;
}

function firstLine(error: unknown): string {
  return messageOf(error).split('\n')[0] ?? '';
}
