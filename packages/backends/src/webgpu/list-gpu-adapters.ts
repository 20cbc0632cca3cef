import { adaptersOf, loadDawn } from './dawn.js';
import type { GpuAdapter } from './gpu-adapter.js';

/**
 * Lists the GPUs that `useBackend('webgpu', {adapter})` can choose from in Node, software GPUs last.
 *
 * @throws Error with one line if the package `webgpu` is not installed.
 * @example
 * for (const { name, isSoftware } of await listGpuAdapters()) console.log(name, isSoftware ? '(software)' : '');
 */
export async function listGpuAdapters(): Promise<GpuAdapter[]> {
  return adaptersOf(await loadDawn());
}
