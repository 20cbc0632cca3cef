import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { Address } from '../library/c-api.js';
import { forEachChunk, itemsInLastLevelCache, type WriteChunk, writeInChunks } from './chunks.js';
import type { Block, BlockReader, MemoryPool } from './memory-pool.js';

/** How values are computed, some items of the first dimension at a time. */
export interface Work {
  /** Names the operation and its shapes. */
  readonly key: string;
  /** The number of items that are best computed at a time. */
  readonly chunkSize: number;
  readonly writeChunk: WriteChunk;
  /**
   * How images [N, H, W, C] are computed in channel blocks; absent where that is impossible or not faster.
   */
  readonly inBlocks?: WorkInBlocks | undefined;
  /**
   * Returns the tensor with a bias [channels] added in the same pass, or undefined where that is impossible.
   * `blocks` are the blocks that this work reads, since the tensors they belonged to may be disposed by then.
   */
  readonly withBias?: (bias: TensorInfo, blocks: readonly Block[]) => TensorInfo | undefined;
}

/**
 * Images in channel blocks, [N, C / 16, H, W, 16], the layout in which some of oneDNN's operations are
 * fastest.
 */
export interface WorkInBlocks {
  readonly writeChunk: WriteChunk;
  /** Copies that many images from channel blocks to NHWC. */
  readonly copyOut: (count: number, from: Address, to: Address) => void;
}

/**
 * Values that are described but not computed yet.
 *
 * tfjs runs one kernel at a time, and under a gradient tape it never requests a fused one. So an operation
 * only describes its result if the result is mostly read just once, by an operation that could do its own
 * work in the same pass. The next kernel either takes over the description (convolution + bias + relu, LRN +
 * pooling) or reads the values, which materializes them in the layout that it requires. A value that is never
 * read is never computed and takes no memory.
 */
export class Deferred implements BlockReader {
  readonly shape: number[];
  /** The number of items in the first dimension. */
  readonly items: number;
  readonly itemBytes: number;
  /** True once another operation has computed these values as a part of its own work. */
  isFused = false;
  /** The deferred sums of these images over all dimensions but the channels, if a kernel requested them. */
  channelSums: Deferred | undefined;
  readonly #pool: MemoryPool;
  readonly #materialize: () => void;
  #work: Work;
  #blocks: readonly Block[];
  /** The address of the values in channel blocks, once they are materialized in that layout. */
  #blocksAddress: Address | undefined;
  /** The values themselves, if another operation computed them. */
  #fulfilled: Block | undefined;
  #isReleased = false;

  /** @param materialize computes the tensor's values now. */
  constructor(
    pool: MemoryPool,
    shape: number[],
    { work, blocks }: { work: Work; blocks: readonly Block[] },
    materialize: () => void,
  ) {
    this.#pool = pool;
    this.#materialize = materialize;
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

  /** How the values are computed. */
  get work(): Work {
    return this.#work;
  }

  /** The blocks that the work reads; they are held until `release`. */
  get blocks(): readonly Block[] {
    return this.#blocks;
  }

  materialize(): void {
    this.#materialize();
  }

  /** Returns a block with the values, which the caller must release. */
  produce(): Block {
    const fulfilled = this.#fulfilled;
    this.#fulfilled = undefined;
    return fulfilled ?? this.#written(this.#work.writeChunk);
  }

  /**
   * The address of the values in channel blocks, materialized at the first call; undefined where that is
   * impossible.
   */
  materializeInBlocks(): Address | undefined {
    const { key, chunkSize, inBlocks } = this.#work;
    if (!inBlocks || this.#blocksAddress !== undefined) return this.#blocksAddress;
    const block = this.#written(inBlocks.writeChunk);
    const writeChunk: WriteChunk = (first, count, to) =>
      inBlocks.copyOut(count, block.address + BigInt(first * this.itemBytes), to);
    this.#work = { key, chunkSize, writeChunk };
    this.#releaseBlocks();
    this.#blocks = [block];
    this.#blocksAddress = block.address;
    return this.#blocksAddress;
  }

  /**
   * Accepts values that another operation computed along with its own; from now on they belong to the tensor.
   */
  fulfil(block: Block): void {
    if (this.#isReleased) {
      this.#pool.release(block);
      return;
    }
    this.#fulfilled = block;
    this.#materialize();
  }

  /** Calls `use` for each chunk of the work, in order. */
  forEachChunk(use: (first: number, count: number) => void): void {
    forEachChunk(this.items, this.#work.chunkSize, use);
  }

  /**
   * Computes a chunk into memory that is lent for the call of `use`; the values count as fused from then on.
   */
  withChunk(
    first: number,
    count: number,
    use: (at: Address) => void,
    writeChunk: WriteChunk = this.#work.writeChunk,
  ): void {
    this.#pool.borrow(count * this.itemBytes, (at) => {
      this.isFused = true;
      writeChunk(first, count, at);
      use(at);
    });
  }

  /** The chunk size at which the values stay in the caches while another pass goes over them. */
  get cacheChunkSize(): number {
    return Math.min(this.#work.chunkSize, itemsInLastLevelCache(this.items, this.itemBytes));
  }

  release(): void {
    this.#isReleased = true;
    this.#releaseBlocks();
    if (this.#fulfilled) this.#pool.release(this.#fulfilled);
    this.#fulfilled = undefined;
  }

  #written(writeChunk: WriteChunk): Block {
    const block = this.#pool.allocate(this.items * this.itemBytes);
    try {
      writeInChunks(this, this.#work.chunkSize, writeChunk, block.address);
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
