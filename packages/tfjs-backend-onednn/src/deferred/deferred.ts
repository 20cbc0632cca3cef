import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { Address } from '../library/c-api.js';
import type { Block, BlockReader, MemoryPool } from '../memory-pool.js';
import { convolvedItems, inParts } from './parts.js';

/** How values are made, some items of the first dimension at a time. */
export interface Work {
  /** Names the operation and its shapes. */
  readonly key: string;
  /** Items that are best made together. */
  readonly together: number;
  /** Writes items first to first + count - 1 to an address. */
  write(first: number, count: number, to: Address): void;
  /**
   * The tensor with a bias [channels] added, in the same pass; absent where that cannot be. `blocks` are those that
   * this work reads: the tensors that had them may be disposed by now.
   */
  withBias?: (bias: TensorInfo, blocks: readonly Block[]) => TensorInfo | undefined;
}

/**
 * Values that are described and not made yet.
 *
 * tfjs runs one kernel at a time, and under a gradient tape it never asks for a fused one. So an operation whose
 * result is mostly read just once, by an operation that could do its work in the same pass, only describes the
 * result: the next kernel either takes the description over (convolution + bias + relu, LRN + pooling) or reads
 * the values, which makes them. What nobody reads is never made and takes no memory.
 */
export class Deferred implements BlockReader {
  readonly shape: number[];
  readonly work: Work;
  /** What it reads; held until `release`. */
  readonly blocks: readonly Block[];
  /** Items of the first dimension. */
  readonly items: number;
  readonly itemBytes: number;
  /** True once another operation has made these values as a part of its own. */
  isFused = false;
  readonly #pool: MemoryPool;
  readonly #settle: () => void;

  /** @param settle makes the tensor's values now. */
  constructor(
    pool: MemoryPool,
    shape: number[],
    { work, blocks }: { work: Work; blocks: readonly Block[] },
    settle: () => void,
  ) {
    this.#pool = pool;
    this.#settle = settle;
    this.shape = shape;
    this.work = work;
    this.blocks = blocks;
    this.items = shape[0] ?? 1;
    this.itemBytes = shape.slice(1).reduce((product, size) => product * size, 4);
    for (const block of blocks) {
      pool.retain(block);
      block.readers.add(this);
    }
  }

  settle(): void {
    this.#settle();
  }

  /** Makes everything, at an address. */
  writeAll(to: Address): void {
    this.inParts(this.work.together, (first, count) => this.work.write(first, count, this.offset(to, first)));
  }

  /** Calls `use` for even parts of at most `together` items, in order. */
  inParts(together: number, use: (first: number, count: number) => void): void {
    inParts(this.items, together, use);
  }

  /** Items whose values stay in the caches while another pass goes over them. */
  get cached(): number {
    return Math.min(this.work.together, convolvedItems(this.items, this.itemBytes));
  }

  /** Where an item lies in an array that begins at `base`. */
  offset(base: Address, item: number): Address {
    return base + BigInt(item * this.itemBytes);
  }

  release(): void {
    for (const block of this.blocks) {
      block.readers.delete(this);
      this.#pool.release(block);
    }
  }
}
