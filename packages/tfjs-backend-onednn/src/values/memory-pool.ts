import type { Address } from '../library/c-api.js';
import type { SystemMemory } from './system-memory.js';

/** A piece of native memory. */
export interface Block {
  readonly address: Address;
  /** The same memory, for JavaScript. */
  readonly buffer: ArrayBuffer;
  /** The size of the block's size class, which is at least the number of bytes requested. */
  readonly bytes: number;
  /** The address to give back to the system. */
  readonly base: Address;
  /** The number of holders; the last holder's `release` frees the block. */
  users: number;
  /** Deferred values that will be computed from its contents. */
  readonly readers: Set<BlockReader>;
  /** The same values in another layout, which the key names; the copy is released with the block. */
  copy?: { key: string; block: Block } | undefined;
}

/** Values that will be computed from blocks; they must be materialized before a block's contents change. */
export interface BlockReader {
  materialize(): void;
}

/**
 * The most bytes of one block, 4 GiB: Node 20 aborts if a larger ArrayBuffer is created over native memory.
 */
export const largestBlock: number = 2 ** 32;

/** The message of operations on a backend that was removed. */
export const removed = 'This onednn backend was removed: register it again.';

/** The bounds of what a pool may hold. */
export interface PoolBounds {
  /** The number of bytes that may always be held, 512 MiB by default. */
  floor?: number;
  /** The number of bytes that blocks and arrays together never exceed. */
  limit?: number;
}

/**
 * A pool of native blocks for reuse. The first touch of 77 MB takes 174 ms; from the pool the same block
 * takes 6.5 ms.
 *
 * Sizes are rounded up to eight classes for each power of two (12.5% at most), so a repeated step finds all
 * its blocks again. Before a new block is allocated, unused blocks go back to the system, the longest unused
 * first, until the total would not exceed `max(floor, 2 * peak of use)`. So tensors of ever new shapes cannot
 * fill the memory.
 */
export class MemoryPool {
  readonly #memory: SystemMemory;
  readonly #floor: number;
  #closed = false;
  readonly #free = new Map<number, Block[]>();
  #order = 0;
  /** The number of bytes in use. */
  live = 0;
  /** The most bytes that were in use at a time. */
  peak = 0;
  /** The number of bytes held, in use or not. */
  held = 0;
  /** The number of bytes in tensors' ordinary arrays, which are not in the pool but count for the limit. */
  arrays = 0;

  /** The number of bytes that blocks and arrays together never exceed. */
  limit: number;

  constructor(memory: SystemMemory, { floor = 512 * 1024 * 1024, limit = Infinity }: PoolBounds = {}) {
    this.#memory = memory;
    this.#floor = floor;
    this.limit = limit;
  }

  /**
   * Returns a block of at least `bytes`, whose contents are arbitrary.
   *
   * @throws RangeError, with the numbers of bytes requested and held, if the limit or the system does not
   * allow the block even after all unused blocks went back.
   */
  allocate(bytes: number): Block {
    const size = sizeClass(bytes);
    const list = this.#free.get(size);
    const block = list?.pop() ?? this.#create(size);
    if (list?.length === 0) this.#free.delete(size);
    block.users = 1;
    this.live += size;
    this.peak = Math.max(this.peak, this.live);
    return block;
  }

  /**
   * Counts a tensor's ordinary array; unused blocks are freed to make room for it.
   *
   * @throws RangeError if the limit does not allow it.
   */
  countArray(bytes: number): void {
    this.#makeRoom(bytes);
    this.arrays += bytes;
  }

  /** Adds a holder to a block, so that it takes one more `release` to free it. */
  retain(block: Block): void {
    block.users++;
  }

  release(block: Block): void {
    if (--block.users > 0) return;
    this.dropCopy(block);
    this.live -= block.bytes;
    if (this.#closed) {
      this.#giveBack(block);
      return;
    }
    const list = this.#free.get(block.bytes) ?? [];
    list.push(block);
    this.#free.delete(block.bytes); // set again, so that the Map is in the order of last release
    this.#free.set(block.bytes, list);
  }

  /** The address of a copy of a block's values in another layout, written at the first call for the key. */
  copyOf(block: Block, key: string, bytes: number, write: (to: Address) => void): Address {
    if (block.copy?.key === key) return block.copy.block.address;
    const copy = this.allocate(bytes);
    try {
      write(copy.address);
    } catch (error) {
      this.release(copy);
      throw error;
    }
    this.dropCopy(block);
    block.copy = { key, block: copy };
    return copy.address;
  }

  /** Releases the copy of a block whose contents are about to change. */
  dropCopy(block: Block): void {
    const { copy } = block;
    block.copy = undefined;
    if (copy) this.release(copy.block);
  }

  /** Lends a block for the call of `use`. */
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
        if (block) this.#giveBack(block);
      }
      if (list.length === 0) this.#free.delete(size);
      if (this.held <= bytes) return;
    }
  }

  /**
   * Gives all unused blocks back, and from now on every block as soon as it is released; new blocks are
   * refused.
   */
  close(): void {
    this.#closed = true;
    this.trim();
  }

  #create(size: number): Block {
    if (this.#closed) throw new Error(removed);
    if (size > largestBlock) throw this.#refusal(size);
    this.trim(Math.max(this.#floor, 2 * this.peak) - size);
    this.#makeRoom(size);
    // Blocks of whole huge pages would all begin on the same cache sets; sixteen offsets spread them.
    const offset = size >= 1024 * 1024 ? (this.#order++ % 16) * 4160 : 0;
    const base = this.#memory.allocate(size + offset) ?? this.#afterTrim(size + offset);
    if (base === undefined) throw this.#refusal(size);
    const address = base + BigInt(offset);
    this.held += size;
    const buffer = this.#memory.view(address, size);
    return { address, base, bytes: size, buffer, users: 0, readers: new Set() };
  }

  #makeRoom(bytes: number): void {
    this.trim(this.limit - this.arrays - bytes);
    if (this.held + this.arrays + bytes > this.limit) throw this.#refusal(bytes);
  }

  #afterTrim(bytes: number): Address | undefined {
    this.trim();
    return this.#memory.allocate(bytes);
  }

  #giveBack(block: Block): void {
    this.#memory.free(block.base);
    this.held -= block.bytes;
  }

  #refusal(bytes: number): RangeError {
    const limit = Number.isFinite(this.limit) ? `, ${this.limit} allowed (memoryLimit)` : '';
    const [live, held] = [this.live + this.arrays, this.held + this.arrays];
    return new RangeError(
      `Out of memory (onednn): ${bytes} bytes were asked for; ${live} are in use, ${held} held${limit}.`,
    );
  }
}

/**
 * The smallest class that holds `bytes`: a multiple of an eighth of the power of two below, but at least of
 * 256.
 */
export function sizeClass(bytes: number): number {
  const step = Math.max(256, 2 ** (Math.floor(Math.log2(Math.max(1, bytes))) - 3));
  return Math.max(1, Math.ceil(bytes / step)) * step;
}
