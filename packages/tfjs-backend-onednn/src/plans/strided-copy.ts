import type { OneDnnBackend } from '../backend.js';
import type { Address } from '../library/c-api.js';
import { reorder } from './reorder.js';

/** oneDNN's DNNL_MAX_NDIMS. */
export const maximumRank = 12;

/** A box of values, with its strides in elements on either side of a copy. */
export interface StridedCopy {
  dims: readonly number[];
  from: readonly number[];
  to: readonly number[];
}

/** Copies a box of float32 values from one set of strides to another; the box must not be empty. */
export function copyStrided(
  backend: OneDnnBackend,
  copy: StridedCopy,
  source: Address,
  destination: Address,
): void {
  const { dims, from, to } = collapse(copy);
  const primitive = backend.plan(`copy [${dims}] strides [${from}] to [${to}]`, (native) =>
    reorder(native, native.strided(dims, from), native.strided(dims, to)),
  );
  primitive.run(source, destination);
}

/**
 * Merges neighboring dimensions that are contiguous on both sides, for fewer loops and fewer kernel plans.
 */
function collapse({ dims, from, to }: StridedCopy): StridedCopy {
  const merged: { size: number; from: number; to: number }[] = [];
  dims.forEach((size, i) => {
    if (size === 1) return;
    const inner = { size, from: from[i] ?? 0, to: to[i] ?? 0 };
    const outer = merged.at(-1);
    if (outer && outer.from === inner.from * size && outer.to === inner.to * size) {
      merged[merged.length - 1] = { ...inner, size: outer.size * size };
    } else {
      merged.push(inner);
    }
  });
  if (merged.length === 0) merged.push({ size: 1, from: 1, to: 1 });
  return {
    dims: merged.map(({ size }) => size),
    from: merged.map((dim) => dim.from),
    to: merged.map((dim) => dim.to),
  };
}

/** The address of the n-th float32 after `base`. */
export function offset(base: Address, elements: number): Address {
  return base + BigInt(elements * 4);
}
