import { backend, type DataType, type KernelBackend, util } from '@tensorflow/tfjs-core';

type Write = KernelBackend['write'];
type Move = KernelBackend['move'];
type DataId = ReturnType<Write>;

/** The bytes that a backend's tensors hold, and the most they may hold. */
interface Budget {
  limit: number;
  live: number;
}

const budgets = new WeakMap<KernelBackend, Budget>();

/**
 * From now on, refuses every tensor whose values would take the current backend past `limit` bytes, including
 * tensors inside operations. The values of tensors made after the first call are counted until the tensors
 * are disposed. Memory that the backend keeps for its next tensors is not counted.
 *
 * A tensor that moves here from another backend is counted but never refused, because its values would be
 * lost.
 */
export function limitMemory(name: string, limit: number): void {
  const current = backend();
  const known = budgets.get(current);
  if (known) known.limit = limit;
  else budgets.set(current, countTensors(current, name, { limit, live: 0 }));
}

function countTensors(target: KernelBackend, name: string, budget: Budget): Budget {
  const sizes = new WeakMap<DataId, number>();
  const forgotten = new FinalizationRegistry<number>((bytes) => {
    budget.live -= bytes;
  });
  const add = (dataId: DataId, bytes: number): void => {
    if (sizes.has(dataId)) return; // wasm's `write` calls its `move`
    sizes.set(dataId, bytes);
    // The garbage collector does not free wasm's heap
    if (name !== 'wasm') forgotten.register(dataId, bytes, dataId);
    budget.live += bytes;
  };
  const own = {
    write: target.write.bind(target) as Write,
    move: target.move.bind(target) as Move,
    disposeData: target.disposeData.bind(target),
  };
  target.write = (values, shape, dtype) => {
    const bytes = bytesOf(shape, dtype);
    if (budget.live + bytes > budget.limit) throw refusal(name, bytes, budget);
    const dataId = own.write(values, shape, dtype);
    add(dataId, bytes);
    return dataId;
  };
  target.move = (dataId, values, shape, dtype, refCount) => {
    own.move(dataId, values, shape, dtype, refCount);
    add(dataId, bytesOf(shape, dtype));
  };
  target.disposeData = (dataId, force) => {
    const isGone = own.disposeData(dataId, force);
    if (isGone && sizes.has(dataId)) {
      budget.live -= sizes.get(dataId) ?? 0;
      sizes.delete(dataId);
      forgotten.unregister(dataId);
    }
    return isGone;
  };
  return budget;
}

/**
 * Returns 0 for strings, and for complex numbers, whose two parts are tensors that are counted themselves.
 */
function bytesOf(shape: number[], dtype: DataType): number {
  if (dtype === 'string' || dtype === 'complex64') return 0;
  return util.sizeFromShape(shape) * util.bytesPerElement(dtype);
}

function refusal(name: string, bytes: number, { live, limit }: Budget): RangeError {
  return new RangeError(
    `Out of memory (${name}): ${bytes} bytes were asked for; ${live} are in use, ${limit} allowed (memoryLimit).`,
  );
}
