import { existsSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The GPU to use if the caller names no device, by the files of the system and of this PyTorch: 'cuda:0' if
 * there are a driver of NVIDIA or AMD and libtorch_cuda, or 'mps' on Apple's processors.
 *
 * @param root the root of the file system; tests pass another folder.
 */
export function likelyGpu(libraryFolder: string, root = '/'): 'cuda:0' | 'mps' | undefined {
  if (process.platform === 'darwin') return process.arch === 'arm64' ? 'mps' : undefined;
  const drivers = ['dev/nvidia0', 'dev/dxg', 'dev/kfd'].some((file) => existsSync(join(root, file)));
  const hasCuda = ['torch_cuda', 'torch_hip'].some((name) =>
    existsSync(join(libraryFolder, `lib${name}.so`)),
  );
  return drivers && hasCuda ? 'cuda:0' : undefined;
}
