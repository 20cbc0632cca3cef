import type { Address } from './library/c-api.js';
import type { SystemMemory } from './native/system-memory.js';

/** A piece of native memory. */
export interface Block {
  readonly address: Address;
  /** The same memory, for JavaScript. */
  readonly buffer: ArrayBuffer;
  /** The size class: at least what was asked for. */
  readonly bytes: number;
  /** What to give back to the system. */
  readonly base: Address;
}

/**
 * Native blocks that are used again: the first touch of 77 MB costs 174 ms, from the pool it costs 6.5 ms.
 *
 * Sizes are rounded up to eight classes for each power of two (12.5% at most), so a step that is repeated finds
 * all its blocks again. Before a new block is made, unused ones are given back to the system, the longest unused
 * first, while all together would exceed `max(floor, 2 * peak of use)`: tensors of ever new shapes cannot
 * fill the memory.
 */
export class MemoryPool {
  readonly #memory: SystemMemory;
  readonly #floor: number;
  readonly #free = new Map<number, Block[]>();
  #order = 0;
  /** Bytes in use. */
  live = 0;
  /** The most that were in use at a time. */
  peak = 0;
  /** Bytes held, in use or not. */
  held = 0;

  /** @param floor bytes that may always be held, 512 MB. */
  constructor(memory: SystemMemory, floor: number = 512 * 1024 * 1024) {
    this.#memory = memory;
    this.#floor = floor;
  }

  /** A block of at least `bytes`; its contents are what the last user left. */
  allocate(bytes: number): Block {
    const size = sizeClass(bytes);
    const list = this.#free.get(size);
    const block = list?.pop() ?? this.#create(size);
    if (list?.length === 0) this.#free.delete(size);
    this.live += size;
    this.peak = Math.max(this.peak, this.live);
    return block;
  }

  release(block: Block): void {
    this.live -= block.bytes;
    const list = this.#free.get(block.bytes) ?? [];
    list.push(block);
    this.#free.delete(block.bytes); // set again: the Map's order is the order of last release
    this.#free.set(block.bytes, list);
  }

  /** Lends a block for the time of a call. */
  borrow<T>(bytes: number, use: (address: Address) => T): T {
    const block = this.allocate(bytes);
    try {
      return use(block.address);
    } finally {
      this.release(block);
    }
  }

  /** Gives unused blocks back to the system until at most `bytes` are held. */
  trim(bytes = 0): void {
    for (const [size, list] of this.#free) {
      while (list.length > 0 && this.held > bytes) {
        const block = list.shift();
        if (block) this.#memory.free(block.base);
        this.held -= size;
      }
      if (list.length === 0) this.#free.delete(size);
      if (this.held <= bytes) return;
    }
  }

  #create(size: number): Block {
    this.trim(Math.max(this.#floor, 2 * this.peak) - size);
    // Blocks of whole huge pages would all begin on the same cache sets: spread them over sixteen offsets.
    const offset = size >= 1024 * 1024 ? (this.#order++ % 16) * 4160 : 0;
    const base = this.#memory.allocate(size + offset);
    const address = base + BigInt(offset);
    this.held += size;
    return { address, base, bytes: size, buffer: this.#memory.view(address, size) };
  }
}

/** The smallest class that holds `bytes`: multiples of an eighth of the power of two below, of 256 at least. */
export function sizeClass(bytes: number): number {
  const step = Math.max(256, 2 ** (Math.floor(Math.log2(Math.max(1, bytes))) - 3));
  return Math.max(1, Math.ceil(bytes / step)) * step;
}
