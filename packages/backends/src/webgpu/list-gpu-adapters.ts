import { adaptersOf, loadDawn } from './dawn.js';
import type { GpuAdapter } from './gpu-adapter.js';

/**
 * The GPUs that `useBackend('webgpu', {adapter})` can choose from in Node, and the programs that play one, last.
 *
 * @throws Error, one line, where the package `webgpu` is not installed.
 * @example
 * for (const { name, isSoftware } of await listGpuAdapters()) console.log(name, isSoftware ? '(no GPU)' : '');
 */
export async function listGpuAdapters(): Promise<GpuAdapter[]> {
  return adaptersOf(await loadDawn());
}
