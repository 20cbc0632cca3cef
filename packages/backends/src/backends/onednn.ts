import type { BackendOptions, StartedBackend } from '../started-backend.js';

/** Registers 'onednn'; its package is loaded only here, since it needs Node. */
export async function startOneDnn({ threads }: BackendOptions): Promise<StartedBackend> {
  const { registerOneDnnBackend } = await import('@alexnet/tfjs-backend-onednn');
  const info = registerOneDnnBackend(threads === undefined ? {} : { threads });
  return {
    device: `CPU (${info.instructionSet})`,
    threads: info.threads,
    reason: `oneDNN ${info.version} at ${info.path}`,
  };
}
