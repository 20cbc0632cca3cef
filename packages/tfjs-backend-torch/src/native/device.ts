import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { libraryFile } from '../library/library-names.js';

/** The kinds of device that PyTorch's C ABI names; AMD's ROCm calls itself cuda. */
type DeviceKind = 'cpu' | 'cuda' | 'mps' | 'xpu';

/** A device by PyTorch's name, 'cpu' or 'cuda:1'. */
export interface TorchDevice {
  name: string;
  kind: DeviceKind;
  /** -1 for the CPU, which is not numbered. */
  index: number;
}

/**
 * Reads the name of a device: 'cpu', 'mps', 'cuda', 'cuda:1', 'xpu:0'.
 *
 * @throws RangeError for another name.
 */
export function parseDevice(name: string): TorchDevice {
  const [, kind, index] = /^(cpu|mps|cuda|xpu)(?::(\d+))?$/.exec(name) ?? [];
  const numbered = kind === 'cuda' || kind === 'xpu';
  if (!kind || (index !== undefined && !numbered)) {
    throw new RangeError(
      `device must be cpu, mps, cuda, cuda:N, xpu or xpu:N (registerTorchBackend), got '${name}'.`,
    );
  }
  if (kind === 'cpu') return { name, kind, index: -1 };
  const number = Number(index ?? 0);
  return { name: numbered ? `${kind}:${number}` : kind, kind: kind as DeviceKind, index: number };
}

/** The libraries to load before a device can be used, in order. */
export function librariesOf({ kind }: TorchDevice, libraryFolder: string): string[] {
  const files = [libraryFile('c10'), libraryFile('torch_cpu')];
  if (kind === 'cuda') files.push(hipOrCuda(libraryFolder));
  if (kind === 'xpu') files.push(libraryFile('torch_xpu'));
  return files.map((file) => join(libraryFolder, file));
}

function hipOrCuda(folder: string): string {
  const hip = 'libtorch_hip.so';
  return existsSync(join(folder, hip)) ? hip : libraryFile('torch_cuda');
}
