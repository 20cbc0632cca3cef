import { Worker } from 'node:worker_threads';
import { builtProgram } from './built-program.js';
import type { Device, TowerProgram } from './device.js';
import type { DeviceBackend } from './messages.js';

/**
 * A thread of this process with a backend of its own: for CPU cores, and GPUs that a process can have several of.
 *
 * @param backend Default 'auto', with one thread of its own where the backend can be told.
 */
export function threadDevice(backend: DeviceBackend = {}): Device {
  return {
    name: `${backend.name ?? 'auto'} on a thread`,
    backend,
    shares: 'memory',
    open: openThread,
  };
}

function openThread(): TowerProgram {
  const worker = new Worker(builtProgram('tower-thread.js'), { execArgv: [] });
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
      await worker.terminate();
    },
  };
}
