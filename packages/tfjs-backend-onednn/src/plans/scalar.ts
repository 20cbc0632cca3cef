import type { OneDnnBackend } from '../backend.js';
import type { Address } from '../library/c-api.js';

/** A number in native memory, as an operand of a kernel plan; it must be freed with the plan. */
export function nativeScalar(backend: OneDnnBackend, value: number): { address: Address; free(): void } {
  const block = backend.pool.allocate(4);
  new Float32Array(block.buffer, 0, 1)[0] = value;
  return { address: block.address, free: () => backend.pool.release(block) };
}
