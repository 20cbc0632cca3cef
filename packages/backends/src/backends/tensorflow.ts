import type { StartedBackend } from '../started-backend.js';
import { importOptional } from './optional-package.js';

/** Registers 'tensorflow' if the user has installed one of tfjs's bindings to libtensorflow. */
export async function startTensorFlow(): Promise<StartedBackend> {
  const broken: string[] = [];
  for (const name of ['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node']) {
    try {
      if (!(await importOptional(name))) continue;
    } catch (error) {
      broken.push(`${name} is installed but does not load: ${firstLine(error)}`);
      continue;
    }
    const { availableParallelism } = await import('node:os');
    return {
      device: name.endsWith('gpu') ? 'GPU (CUDA) or CPU, as libtensorflow finds' : 'CPU (libtensorflow)',
      threads: availableParallelism(),
      reason: `${name} is installed`,
    };
  }
  throw new Error(
    broken.join('; ') || 'Neither @tensorflow/tfjs-node-gpu nor @tensorflow/tfjs-node is installed.',
  );
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
}
