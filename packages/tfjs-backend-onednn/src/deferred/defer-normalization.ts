import { type TensorInfo, util } from '@tensorflow/tfjs-core';
import type { OneDnnBackend } from '../backend.js';
import type { Address } from '../library/c-api.js';
import type { Block } from '../memory-pool.js';
import { copyToBlocks } from '../plans/channel-blocks.js';
import {
  normalizationKey,
  normalizationPlan,
  normalizesInBlocks,
  type ResponseNormalization,
} from '../plans/response-normalization.js';
import type { WorkspacePlan } from '../plans/workspace-plan.js';
import type { Deferred, Work, WriteItems } from './deferred.js';
import { inBlocks, throughBlocks } from './in-blocks.js';
import { cachedItems, inParts } from './parts.js';

/** LRN of x, to be made together with the pooling that reads it; under a tape with the gradient's workspace. */
export function deferNormalization(
  backend: OneDnnBackend,
  x: TensorInfo,
  norm: ResponseNormalization,
): TensorInfo {
  const training = backend.taped;
  const parts = new NormalizationParts(backend, x.shape, norm, training);
  const from = parts.reader(x);
  const workspace = parts.workspaceBytes > 0 ? backend.pool.allocate(parts.workspaceBytes) : undefined;
  try {
    let written = (): void => {};
    const write: WriteItems = (first, count, to) => {
      parts.forward(from, workspace, first, count, to);
      if (first + count === parts.items) written();
    };
    const key = normalizationKey(x.shape, norm, training);
    const y = backend.defer(x.shape, parts.work(key, write), workspace ? [x, workspace] : [x]);
    if (workspace) written = backend.keepWorkspace(y, key, workspace, backend.deferred(y) === undefined);
    return y;
  } catch (error) {
    if (workspace) backend.pool.release(workspace);
    throw error;
  }
}

/** LRN's gradient, to be made together with a pooling's gradient before it and a relu's after it. */
export function deferNormalizationGradient(
  backend: OneDnnBackend,
  { x, y, dy }: { x: TensorInfo; y: TensorInfo; dy: TensorInfo },
  norm: ResponseNormalization,
): TensorInfo {
  const parts = new NormalizationParts(backend, x.shape, norm, true);
  const upstream = backend.deferred(dy);
  const chained = upstream && util.arraysEqual(upstream.shape, x.shape) ? upstream : undefined;
  const from = parts.reader(x);
  const dyFrom = chained ? parts.makerOf(chained) : parts.reader(dy);
  const workspace = keptOrMade(backend, { x, y, from }, norm, parts);
  const write: WriteItems = (first, count, dx) =>
    from(first, count, (x_) =>
      dyFrom(first, count, (dy_) => parts.backward(x_, dy_, workspace, first, count, dx)),
    );
  const key = `gradient of ${normalizationKey(x.shape, norm, true)}`;
  try {
    return backend.defer(x.shape, parts.work(key, write), workspace ? [x, dy, workspace] : [x, dy]);
  } finally {
    if (workspace) backend.pool.release(workspace);
  }
}

/** Gives some images in the layout of an LRN, for the time of a call. */
type Reader = (first: number, count: number, use: (at: Address) => void) => void;

/** An LRN that is made some images at a time, in its own layout: NHWC or channel blocks. */
class NormalizationParts {
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

/** The workspace that LRN left with y, held once more, or one made again. */
function keptOrMade(
  backend: OneDnnBackend,
  { x, y, from }: { x: TensorInfo; y: TensorInfo; from: Reader },
  norm: ResponseNormalization,
  parts: NormalizationParts,
): Block | undefined {
  if (parts.workspaceBytes === 0) return undefined;
  const kept = backend.workspace(y, normalizationKey(x.shape, norm, true));
  if (kept) {
    backend.pool.retain(kept);
    return kept;
  }
  const made = backend.pool.allocate(parts.workspaceBytes);
  const itemBytes = (util.sizeFromShape(x.shape) / parts.items) * 4;
  backend.pool.borrow(parts.together * itemBytes, (again) =>
    inParts(parts.items, parts.together, (first, count) => parts.forward(from, made, first, count, again)),
  );
  return made;
}
