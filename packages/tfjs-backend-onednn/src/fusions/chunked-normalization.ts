import { type TensorInfo, util } from '@tensorflow/tfjs-core';
import type { OneDnnBackend } from '../backend.js';
import type { Address } from '../library/c-api.js';
import { copyToBlocks } from '../plans/channel-blocks.js';
import {
  type LrnAttributes,
  normalizationPlan,
  normalizesInBlocks,
} from '../plans/response-normalization.js';
import type { WorkspacePlan } from '../plans/workspace-plan.js';
import { itemsInThreadCaches, type WriteChunk } from '../values/chunks.js';
import type { Deferred, Work } from '../values/deferred.js';
import type { Block } from '../values/memory-pool.js';
import { throughBlocks, workInBlocks } from './work-in-blocks.js';

/** Lends a chunk of images in the layout of an LRN for the call of `use`. */
export type Reader = (first: number, count: number, use: (at: Address) => void) => void;

/** An LRN that is computed chunk by chunk in its own layout, which is NHWC or channel blocks. */
export class ChunkedNormalization {
  readonly items: number;
  readonly chunkSize: number;
  readonly workspaceBytes: number;
  readonly #backend: OneDnnBackend;
  readonly #shape: readonly number[];
  readonly #itemBytes: number;
  readonly #workspaceItem: number;
  readonly #inBlocks: boolean;
  readonly #planFor: (count: number) => WorkspacePlan;

  constructor(backend: OneDnnBackend, shape: number[], attributes: LrnAttributes, training: boolean) {
    const [items = 0, ...rest] = shape;
    this.items = items;
    this.#backend = backend;
    this.#shape = shape;
    this.#itemBytes = util.sizeFromShape(rest) * 4;
    this.#inBlocks = normalizesInBlocks(backend, shape, attributes);
    this.#planFor = (count) => normalizationPlan(backend, [count, ...rest], attributes, training);
    this.chunkSize = itemsInThreadCaches(items, this.#itemBytes, backend.info.threads);
    this.#workspaceItem = this.#planFor(this.chunkSize).workspaceBytes / this.chunkSize;
    this.workspaceBytes = items * this.#workspaceItem;
  }

  /** Reads a tensor's images in place if they are in this layout, and from a copy otherwise. */
  reader(x: TensorInfo): Reader {
    const blocks = this.#inBlocks ? this.#backend.deferredInShape(x)?.materializeInBlocks() : undefined;
    const at = blocks ?? this.#backend.address(x);
    const isInPlace = blocks !== undefined || !this.#inBlocks;
    return (first, count, use) =>
      isInPlace ? use(this.#at(at, first)) : this.#inCopy(this.#at(at, first), count, use);
  }

  /** Computes deferred images in this layout, chunk by chunk. */
  materializer(deferred: Deferred): Reader {
    const { work } = deferred;
    const { writeChunk } = (this.#inBlocks && work.inBlocks) || work;
    const isInLayout = !this.#inBlocks || work.inBlocks !== undefined;
    return (first, count, use) =>
      deferred.withChunk(first, count, isInLayout ? use : (at) => this.#inCopy(at, count, use), writeChunk);
  }

  forward(from: Reader, workspace: Block | undefined, first: number, count: number, to: Address): void {
    from(first, count, (x) =>
      this.#planFor(count).forward.run(x, to, ...this.#workspaceAt(workspace, first)),
    );
  }

  backward(
    x: Address,
    dy: Address,
    workspace: Block | undefined,
    first: number,
    count: number,
    to: Address,
  ): void {
    this.#planFor(count).backward?.run(x, dy, to, ...this.#workspaceAt(workspace, first));
  }

  /** Work that writes in this layout. */
  work(key: string, writeChunk: WriteChunk): Work {
    const { chunkSize } = this;
    if (!this.#inBlocks) return { key, chunkSize, writeChunk };
    const inBlocks = workInBlocks(this.#backend, this.#shape, writeChunk);
    return { key, chunkSize, writeChunk: throughBlocks(this.#backend, this.#shape, inBlocks), inBlocks };
  }

  #inCopy(from: Address, count: number, use: (at: Address) => void): void {
    this.#backend.pool.borrow(count * this.#itemBytes, (to) => {
      copyToBlocks(this.#backend, [count, ...this.#shape.slice(1)], from, to);
      use(to);
    });
  }

  #at(base: Address, item: number): Address {
    return base + BigInt(item * this.#itemBytes);
  }

  #workspaceAt(workspace: Block | undefined, item: number): Address[] {
    return workspace ? [workspace.address + BigInt(item * this.#workspaceItem)] : [];
  }
}
