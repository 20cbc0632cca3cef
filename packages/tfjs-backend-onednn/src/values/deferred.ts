import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { Address } from '../library/c-api.js';
import type { Block, BlockReader, MemoryPool } from './memory-pool.js';
import { convolvedItems, inParts } from './parts.js';

/** Writes items first to first + count - 1 to an address. */
export type WriteItems = (first: number, count: number, to: Address) => void;

/** How values are made, some items of the first dimension at a time. */
export interface Work {
  /** Names the operation and its shapes. */
  readonly key: string;
  /** Items that are best made together. */
  readonly together: number;
  readonly write: WriteItems;
  /** How images [N, H, W, C] are made in channel blocks; absent where they cannot be, or would not be sooner. */
  readonly inBlocks?: WorkInBlocks | undefined;
  /**
   * The tensor with a bias [channels] added, in the same pass; absent where that cannot be. `blocks` are those that
   * this work reads: the tensors that had them may be disposed by now.
   */
  readonly withBias?: (bias: TensorInfo, blocks: readonly Block[]) => TensorInfo | undefined;
}

/** Images in channel blocks, [N, C / 16, H, W, 16]: the layout that some of oneDNN's operations are fastest in. */
export interface WorkInBlocks {
  readonly write: WriteItems;
  /** Copies that many images from channel blocks to NHWC. */
  readonly leave: (count: number, from: Address, to: Address) => void;
}

/**
 * Values that are described and not made yet.
 *
 * tfjs runs one kernel at a time, and under a gradient tape it never asks for a fused one. So an operation whose
 * result is mostly read just once, by an operation that could do its work in the same pass, only describes the
 * result: the next kernel either takes the description over (convolution + bias + relu, LRN + pooling) or reads
 * the values, which makes them, in the layout that it wants. What nobody reads is never made and takes no memory.
 */
export class Deferred implements BlockReader {
  readonly shape: number[];
  /** Items of the first dimension. */
  readonly items: number;
  readonly itemBytes: number;
  /** True once another operation has made these values as a part of its own. */
  isFused = false;
  /** The sums of these images over all but the channels, wanted too; they too are still to be made. */
  channelSums: Deferred | undefined;
  readonly #pool: MemoryPool;
  readonly #settle: () => void;
  #work: Work;
  #blocks: readonly Block[];
  /** Where the values lie in channel blocks. */
  #inBlocks: Address | undefined;
  /** The values themselves, where another operation made them. */
  #given: Block | undefined;
  #isReleased = false;

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
    this.#work = work;
    this.#blocks = blocks;
    this.items = shape[0] ?? 1;
    this.itemBytes = shape.slice(1).reduce((product, size) => product * size, 4);
    for (const block of blocks) {
      pool.retain(block);
      block.readers.add(this);
    }
  }

  /** How the values are made. */
  get work(): Work {
    return this.#work;
  }

  /** What that reads; held until `release`. */
  get blocks(): readonly Block[] {
    return this.#blocks;
  }

  settle(): void {
    this.#settle();
  }

  /** A block with the values, for the caller to release. */
  make(): Block {
    const given = this.#given;
    this.#given = undefined;
    return given ?? this.#written(this.#work.write);
  }

  /** Where the values lie in channel blocks: they are made so now, if they can be and were not. */
  inBlocks(): Address | undefined {
    const { key, together, inBlocks } = this.#work;
    if (!inBlocks || this.#inBlocks !== undefined) return this.#inBlocks;
    const block = this.#written(inBlocks.write);
    const from = (first: number): Address => this.offset(block.address, first);
    this.#work = { key, together, write: (first, count, to) => inBlocks.leave(count, from(first), to) };
    this.#releaseBlocks();
    this.#blocks = [block];
    this.#inBlocks = block.address;
    return this.#inBlocks;
  }

  /** Takes over values that another operation made along with its own: they are the tensor's from now on. */
  give(block: Block): void {
    if (this.#isReleased) {
      this.#pool.release(block);
      return;
    }
    this.#given = block;
    this.#settle();
  }

  /** Calls `use` for even parts of at most `together` items, in order. */
  inParts(together: number, use: (first: number, count: number) => void): void {
    inParts(this.items, together, use);
  }

  /** Items whose values stay in the caches while another pass goes over them. */
  get cached(): number {
    return Math.min(this.#work.together, convolvedItems(this.items, this.itemBytes));
  }

  /** Where an item lies in an array that begins at `base`. */
  offset(base: Address, item: number): Address {
    return base + BigInt(item * this.itemBytes);
  }

  release(): void {
    this.#isReleased = true;
    this.#releaseBlocks();
    if (this.#given) this.#pool.release(this.#given);
    this.#given = undefined;
  }

  #written(write: WriteItems): Block {
    const block = this.#pool.allocate(this.items * this.itemBytes);
    try {
      this.inParts(this.#work.together, (first, count) =>
        write(first, count, this.offset(block.address, first)),
      );
    } catch (error) {
      this.#pool.release(block);
      throw error;
    }
    return block;
  }

  #releaseBlocks(): void {
    for (const block of this.#blocks) {
      block.readers.delete(this);
      this.#pool.release(block);
    }
    this.#blocks = [];
  }
}
