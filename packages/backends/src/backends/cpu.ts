import type { Started } from '../started-backend.js';

/** Registers 'cpu', which is plain JavaScript and runs anywhere. */
export async function startCpu(): Promise<Started> {
  await import('@tensorflow/tfjs-backend-cpu');
  return { device: 'CPU (JavaScript)', threads: 1, reason: 'plain JavaScript, always available' };
}
