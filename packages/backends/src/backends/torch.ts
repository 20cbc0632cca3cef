import { requireWholeLibrary } from '../shared-library/require-whole-library.js';
import type { BackendOptions, Started } from '../started-backend.js';

/** Registers 'torch'. Its package is loaded only here, because it requires Node. */
export async function startTorch({ threads, adapter, precision }: BackendOptions): Promise<Started> {
  const { findTorch, registerTorchBackend } = await import('@alexnet/tfjs-backend-torch');
  const { path } = findTorch();
  if (path && process.platform === 'linux') await requireWholeLibrary(`${path}/libtorch_cpu.so`, 'PyTorch');
  const info = registerTorchBackend({
    ...(threads !== undefined && { threads }),
    ...(precision !== undefined && { precision }),
    ...(adapter !== undefined && { device: typeof adapter === 'number' ? `cuda:${adapter}` : adapter }),
  });
  return {
    device: info.device === 'cpu' ? 'CPU (PyTorch)' : `GPU (${info.device})`,
    threads: info.threads,
    precision: info.precision,
    isAsynchronous: info.device !== 'cpu',
    reason: `PyTorch ${info.version} at ${info.path}`,
  };
}

/**
 * True if there is a PyTorch with a GPU that is likely to work; it is not loaded. A package that cannot be
 * imported says why when `startTorch` is tried.
 */
export async function hasTorchGpu(): Promise<boolean> {
  const torch = await import('@alexnet/tfjs-backend-torch').catch(() => undefined);
  return torch?.findTorch().gpu !== undefined;
}
