import { setTimeout as delay } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { DeviceBackend } from '../protocol/messages.js';
import { builtProgram } from './built-program.js';
import type { Device, TowerProgram } from './device.js';

/** How long to wait for a thread to end. */
const PATIENCE_MS = 1000;

/**
 * A thread of this process with its own backend, for CPU cores.
 *
 * @param backend Options of `useBackend`.
 * @throws RangeError for 'webgpu', because Dawn aborts the whole process if a thread ends in the middle of
 * its work.
 */
export function threadDevice(backend: DeviceBackend = {}): Device {
  if (backend.name === 'webgpu') {
    throw new RangeError("name must not be 'webgpu' (threadDevice), got 'webgpu': use processDevice.");
  }
  return {
    name: `${backend.name ?? 'auto'} on a thread`,
    backend,
    shares: 'memory',
    open: openThread,
  };
}

function openThread(): TowerProgram {
  const worker = new Worker(builtProgram('entry-thread.cjs'), { execArgv: [] });
  let reason: string | undefined;
  worker.on('error', (error) => {
    reason = error.message;
  });
  const gone = new Promise<string>((resolve) => {
    worker.on('exit', (code) => resolve(reason ?? `its thread ended with code ${code}`));
  });
  return {
    post: (message) => worker.postMessage(message),
    onMessage: (listener) => {
      worker.on('message', listener);
    },
    onEnd: (listener) => {
      gone.then(listener);
    },
    async end() {
      // a thread inside a library cannot be ended before the library returns
      await Promise.race([worker.terminate(), delay(PATIENCE_MS, undefined, { ref: false })]);
    },
  };
}
