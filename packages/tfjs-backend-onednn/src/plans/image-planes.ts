import type { WindowGeometry } from '@alexnet/native-backend';
import type { OneDnnBackend } from '../backend.js';
import type { Address } from '../library/c-api.js';
import type { Block } from '../values/memory-pool.js';
import { copyStrided } from './strided-copy.js';

/**
 * True for the first convolution of a network if it is faster from planes to channel blocks. It reads at most
 * three channels, which do not fill a vector.
 */
export function readsImages({ native }: OneDnnBackend, g: WindowGeometry): boolean {
  return native.prefersChannelBlocks && g.groups === 1 && g.inChannels <= 3 && g.outChannels % 16 === 0;
}

/**
 * The images x of a convolution as planes, [N, C, H, W]. The copy stays with the block of x for its next
 * reader.
 */
export function inPlanes(
  backend: OneDnnBackend,
  { batch, inHeight, inWidth, inChannels }: WindowGeometry,
  x: Block,
): Address {
  const plane = inHeight * inWidth;
  const copy = {
    dims: [batch, inChannels, plane],
    from: [plane * inChannels, 1, inChannels],
    to: [plane * inChannels, plane, 1],
  };
  return backend.pool.copyOf(x, `planes [${copy.dims}]`, batch * plane * inChannels * 4, (to) =>
    copyStrided(backend, copy, x.address, to),
  );
}
