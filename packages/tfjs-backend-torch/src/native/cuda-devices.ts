import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pinLibrary } from '@alexnet/native-backend';
import koffi from 'koffi';
import type { TorchDevice } from './device.js';

/**
 * Checks that PyTorch sees a CUDA device. PyTorch's own error would not say which devices there are.
 *
 * @throws RangeError that names the devices that there are.
 */
export function requireCudaDevice({ name, index }: TorchDevice, libraryFolder: string): void {
  const count = cudaDevices(libraryFolder);
  if (count === undefined || index < count) return;
  const names = Array.from({ length: count }, (_, i) => `cuda:${i}`).join(', ');
  const seen = count === 0 ? 'none: is its driver installed, and new enough?' : `${names}.`;
  throw new RangeError(
    `device must be a GPU that PyTorch sees (registerTorchBackend), got '${name}'; of NVIDIA it sees ${seen}`,
  );
}

/** The number of CUDA devices, 0 without a driver that this PyTorch can use; undefined for AMD's PyTorch. */
function cudaDevices(libraryFolder: string): number | undefined {
  const path = join(libraryFolder, 'libc10_cuda.so');
  if (!existsSync(path)) return undefined;
  pinLibrary(path, { global: true });
  return koffi.load(path).func('int8_t _ZN3c104cuda12device_countEv()')() as number;
}
