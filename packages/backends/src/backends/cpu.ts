import type { StartedBackend } from '../started-backend.js';

/** Registers 'cpu': plain JavaScript, anywhere. */
export async function startCpu(): Promise<StartedBackend> {
  await import('@tensorflow/tfjs-backend-cpu');
  return { device: 'CPU (JavaScript)', threads: 1, reason: 'plain JavaScript, always there' };
}
