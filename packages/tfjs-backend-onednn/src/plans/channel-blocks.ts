import type { OneDnnBackend } from '../backend.js';
import type { Address } from '../library/c-api.js';
import { nhwc } from '../shapes/layouts.js';
import { reorder } from './reorder.js';

/** Copies images [N, H, W, C] to channel blocks [N, C / 16, H, W, 16]; C must be a multiple of 16. */
export function copyToBlocks(
  backend: OneDnnBackend,
  shape: readonly number[],
  from: Address,
  to: Address,
): void {
  copyImages(backend, shape, 'to').run(from, to);
}

/** Copies images in channel blocks back to [N, H, W, C]. */
export function copyFromBlocks(
  backend: OneDnnBackend,
  shape: readonly number[],
  from: Address,
  to: Address,
): void {
  copyImages(backend, shape, 'from').run(from, to);
}

function copyImages(backend: OneDnnBackend, shape: readonly number[], direction: 'to' | 'from') {
  const [batch = 0, height = 0, width = 0, channels = 0] = shape;
  return backend.plan(`copy [${shape}] ${direction} channel blocks`, (native) => {
    const plain = nhwc(native, batch, height, width, channels);
    const blocks = native.channelBlocks([batch, channels, height, width]);
    return direction === 'to' ? reorder(native, plain, blocks) : reorder(native, blocks, plain);
  });
}
