import { type TensorInfo, util } from '@tensorflow/tfjs-core';
import type { OneDnnBackend } from '../backend.js';
import type { Address } from '../library/c-api.js';
import type { Block } from '../memory-pool.js';
import { normalizationKey, normalizer, type ResponseNormalization } from '../plans/response-normalization.js';
import { cachedItems, inParts } from './parts.js';

/** LRN of x, to be made together with the pooling that reads it; under a tape with the gradient's workspace. */
export function deferNormalization(
  backend: OneDnnBackend,
  x: TensorInfo,
  norm: ResponseNormalization,
): TensorInfo {
  const training = backend.taped;
  const parts = normalizationParts(backend, x.shape, norm, training);
  const xAt = backend.address(x);
  const workspace = parts.workspaceBytes > 0 ? backend.pool.allocate(parts.workspaceBytes) : undefined;
  try {
    let written = (): void => {};
    const write = (first: number, count: number, y: Address): void => {
      parts.of(count).forward(parts.at(xAt, first), y, parts.workspaceAt(workspace, first));
      if (first + count === parts.items) written();
    };
    const key = normalizationKey(x.shape, norm, training);
    const y = backend.defer(
      x.shape,
      { key, together: parts.together, write },
      workspace ? [x, workspace] : [x],
    );
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
  const parts = normalizationParts(backend, x.shape, norm, true);
  const upstream = backend.deferred(dy);
  const chained = upstream && util.arraysEqual(upstream.shape, x.shape) ? upstream : undefined;
  const xAt = backend.address(x);
  const dyAt = chained ? 0n : backend.address(dy);
  const workspace = keptOrMade(backend, x, y, norm, parts);
  const back = (first: number, count: number, from: Address, dx: Address): void =>
    parts.of(count).backward(parts.at(xAt, first), from, dx, parts.workspaceAt(workspace, first) ?? 0n);
  const write = (first: number, count: number, dx: Address): void => {
    if (!chained) {
      back(first, count, parts.at(dyAt, first), dx);
      return;
    }
    backend.pool.borrow(count * parts.itemBytes, (from) => {
      chained.isFused = true;
      chained.work.write(first, count, from);
      back(first, count, from, dx);
    });
  };
  const work = {
    key: `gradient of ${normalizationKey(x.shape, norm, true)}`,
    together: parts.together,
    write,
  };
  try {
    return backend.defer(x.shape, work, workspace ? [x, dy, workspace] : [x, dy]);
  } finally {
    if (workspace) backend.pool.release(workspace);
  }
}

/** An LRN that is made some images at a time. */
interface NormalizationParts {
  items: number;
  itemBytes: number;
  together: number;
  workspaceBytes: number;
  of(count: number): ReturnType<typeof normalizer>;
  at(base: Address, item: number): Address;
  workspaceAt(workspace: Block | undefined, item: number): Address | undefined;
}

function normalizationParts(
  backend: OneDnnBackend,
  shape: number[],
  norm: ResponseNormalization,
  training: boolean,
): NormalizationParts {
  const [items = 0, ...rest] = shape;
  const itemBytes = util.sizeFromShape(rest) * 4;
  const of = (count: number) => normalizer(backend, [count, ...rest], norm, training);
  const together = cachedItems(items, itemBytes, backend.info.threads);
  const workspaceItem = of(together).workspaceBytes / together;
  return {
    items,
    itemBytes,
    together,
    workspaceBytes: items * workspaceItem,
    of,
    at: (base, item) => base + BigInt(item * itemBytes),
    workspaceAt: (workspace, item) => workspace && workspace.address + BigInt(item * workspaceItem),
  };
}

/** The workspace that LRN left with y, held once more, or one made again. */
function keptOrMade(
  backend: OneDnnBackend,
  x: TensorInfo,
  y: TensorInfo,
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
  const xAt = backend.address(x);
  backend.pool.borrow(parts.together * parts.itemBytes, (again) =>
    inParts(parts.items, parts.together, (first, count) =>
      parts.of(count).forward(parts.at(xAt, first), again, parts.workspaceAt(made, first)),
    ),
  );
  return made;
}
