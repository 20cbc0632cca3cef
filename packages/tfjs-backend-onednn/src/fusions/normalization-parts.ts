import { type TensorInfo, util } from '@tensorflow/tfjs-core';
import type { OneDnnBackend } from '../backend.js';
import type { Address } from '../library/c-api.js';
import { copyToBlocks } from '../plans/channel-blocks.js';
import {
  normalizationPlan,
  normalizesInBlocks,
  type ResponseNormalization,
} from '../plans/response-normalization.js';
import type { WorkspacePlan } from '../plans/workspace-plan.js';
import type { Deferred, Work, WriteItems } from '../values/deferred.js';
import type { Block } from '../values/memory-pool.js';
import { cachedItems } from '../values/parts.js';
import { inBlocks, throughBlocks } from './in-blocks.js';

/** Gives some images in the layout of an LRN, for the time of a call. */
export type Reader = (first: number, count: number, use: (at: Address) => void) => void;

/** An LRN that is made some images at a time, in its own layout: NHWC or channel blocks. */
export class NormalizationParts {
  readonly items: number;
  readonly together: number;
  readonly workspaceBytes: number;
  readonly #backend: OneDnnBackend;
  readonly #shape: readonly number[];
  readonly #itemBytes: number;
  readonly #workspaceItem: number;
  readonly #inBlocks: boolean;
  readonly #of: (count: number) => WorkspacePlan;

  constructor(backend: OneDnnBackend, shape: number[], norm: ResponseNormalization, training: boolean) {
    const [items = 0, ...rest] = shape;
    this.items = items;
    this.#backend = backend;
    this.#shape = shape;
    this.#itemBytes = util.sizeFromShape(rest) * 4;
    this.#inBlocks = normalizesInBlocks(backend, shape);
    this.#of = (count) => normalizationPlan(backend, [count, ...rest], norm, training);
    this.together = cachedItems(items, this.#itemBytes, backend.info.threads);
    this.#workspaceItem = this.#of(this.together).workspaceBytes / this.together;
    this.workspaceBytes = items * this.#workspaceItem;
  }

  /** Reads a tensor's images: where they lie, if that is in this layout, else from a copy. */
  reader(x: TensorInfo): Reader {
    const deferred = this.#inBlocks ? this.#backend.deferred(x) : undefined;
    const blocks = deferred && util.arraysEqual(deferred.shape, x.shape) ? deferred.inBlocks() : undefined;
    const at = blocks ?? this.#backend.address(x);
    const isHere = blocks !== undefined || !this.#inBlocks;
    return (first, count, use) =>
      isHere ? use(this.#at(at, first)) : this.#inCopy(this.#at(at, first), count, use);
  }

  /** Makes images that are still to be made, in this layout. */
  makerOf(deferred: Deferred): Reader {
    const { work } = deferred;
    const made =
      (write: WriteItems): Reader =>
      (first, count, use) =>
        this.#backend.pool.borrow(count * this.#itemBytes, (to) => {
          deferred.isFused = true;
          write(first, count, to);
          use(to);
        });
    if (!this.#inBlocks) return made(work.write);
    if (work.inBlocks) return made(work.inBlocks.write);
    return (first, count, use) => made(work.write)(first, count, (at) => this.#inCopy(at, count, use));
  }

  forward(from: Reader, workspace: Block | undefined, first: number, count: number, to: Address): void {
    from(first, count, (x) => this.#of(count).forward.run(x, to, ...this.#workspaceAt(workspace, first)));
  }

  backward(
    x: Address,
    dy: Address,
    workspace: Block | undefined,
    first: number,
    count: number,
    to: Address,
  ): void {
    this.#of(count).backward?.run(x, dy, to, ...this.#workspaceAt(workspace, first));
  }

  /** Work that writes in this layout. */
  work(key: string, write: WriteItems): Work {
    const { together } = this;
    if (!this.#inBlocks) return { key, together, write };
    const blocks = inBlocks(this.#backend, this.#shape, write);
    return { key, together, write: throughBlocks(this.#backend, this.#shape, blocks), inBlocks: blocks };
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
