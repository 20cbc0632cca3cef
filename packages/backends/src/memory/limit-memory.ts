import { backend, type DataType, type KernelBackend, util } from '@tensorflow/tfjs-core';

type Write = KernelBackend['write'];
type Move = KernelBackend['move'];
type DataId = ReturnType<Write>;

/** What a backend's tensors hold, and may hold. */
interface Budget {
  limit: number;
  live: number;
}

const budgets = new WeakMap<KernelBackend, Budget>();

/**
 * Refuses, from now on, every tensor whose values would take the current backend past `limit` bytes; those inside of
 * its operations too. Counted are the values of tensors made from the first call on, until they are disposed; not the
 * memory that a backend keeps of them for its next ones.
 *
 * Where another backend hands a tensor over, it is counted and never refused: its values would be lost.
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
    if (name !== 'wasm') forgotten.register(dataId, bytes, dataId); // wasm's heap knows nothing of the garbage collector
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

/** Strings and the pairs of complex numbers have no bytes of their own. */
function bytesOf(shape: number[], dtype: DataType): number {
  if (dtype === 'string' || dtype === 'complex64') return 0;
  return util.sizeFromShape(shape) * util.bytesPerElement(dtype);
}

function refusal(name: string, bytes: number, { live, limit }: Budget): RangeError {
  return new RangeError(
    `Out of memory (${name}): ${bytes} bytes were asked for; ${live} are in use, ${limit} allowed (memoryLimit).`,
  );
}
