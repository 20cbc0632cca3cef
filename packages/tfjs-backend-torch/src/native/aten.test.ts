import { beforeAll, expect, test } from 'vitest';
import { likelyGpu } from '../library/likely-gpu.js';
import { describeWithLibrary } from '../testing/describe-torch.js';
import type { Aten } from './aten.js';
import { type LoadedTorch, loadTorch } from './load-torch.js';
import { float, some, type TorchTensor } from './torch-tensor.js';

describeWithLibrary("PyTorch's operators", () => {
  let loaded: LoadedTorch;
  let aten: Aten;
  let version: string;
  beforeAll(() => {
    loaded = loadTorch({ device: 'cpu' });
    aten = loaded.aten;
    version = loaded.info.version;
  });

  const upload = (values: number[], shape = [values.length]): TorchTensor =>
    aten.upload(Float32Array.from(values), shape, 'float32');
  const read = (tensor: TorchTensor): number[] => {
    const shape = aten.shapeOf(tensor);
    const values = new Float32Array(shape.reduce((product, size) => product * size, 1));
    aten.download(tensor, values, shape, 'float32');
    return Array.from(values);
  };
  /** The values of the last tensor that `body` makes; nothing else survives. */
  const valuesOf = (body: () => TorchTensor): number[] => {
    const result = aten.scope(body);
    const values = read(result);
    aten.delete(result);
    return values;
  };

  test('pass tensors, ints, floats, bools, lists, optionals and none', () => {
    const pooled = valuesOf(() => {
      const x = upload([1, 2, 3, 4], [1, 1, 2, 2]);
      return aten.one('avg_pool2d', [x, [2, 2], [2, 2], [0, 0], false, true, some(2)]);
    });
    expect(pooled).toEqual([5]);
    const cleaned = valuesOf(() =>
      aten.one('nan_to_num', [upload([Number.NaN, 1]), some(float(7.5)), null, null]),
    );
    expect(cleaned).toEqual([7.5, 1]);
    const sum = valuesOf(() =>
      aten.one('sum.dim_IntList', [upload([1, 2, 3, 4], [2, 2]), some([1]), false, null]),
    );
    expect(sum).toEqual([3, 7]);
  });

  test('add, pad, fill and make scalars without the Scalar that the dispatcher cannot pass', () => {
    expect(valuesOf(() => aten.add(upload([1, 2]), upload([10, 20]), 0.5))).toEqual([6, 12]);
    expect(valuesOf(() => aten.pad(upload([1, 2]), [1, 2], 9))).toEqual([9, 1, 2, 9, 9]);
    expect(valuesOf(() => aten.full([2], 3, 'float32'))).toEqual([3, 3]);
    expect(valuesOf(() => aten.one('mul.Tensor', [upload([1, 2]), aten.scalar(4)]))).toEqual([4, 8]);
  });

  test("make tensors in the host's memory, which only a machine with a GPU can pin", () => {
    const shape = aten.scope(() => aten.onHost([2, 3], 'int32', false));
    expect(aten.shapeOf(shape)).toEqual([2, 3]);
    aten.delete(shape);
    const hasGpu = likelyGpu(loaded.info.path) !== undefined;
    const pinned = (): TorchTensor => aten.scope(() => aten.onHost([2], 'float32', true));
    if (hasGpu) aten.delete(pinned());
    else expect(pinned).toThrow(/^PyTorch refused aten::empty\.memory_format: /);
  });

  test('delete what they made, also if one of them fails', () => {
    const before = aten.live;
    expect(valuesOf(() => aten.add(aten.add(upload([1]), upload([2])), upload([3])))).toEqual([6]);
    expect(() => aten.scope(() => aten.one('mm', [upload([1]), upload([2])]))).toThrow(
      /^PyTorch refused aten::mm: /,
    );
    expect(aten.live).toBe(before);
  });

  test('refuse with the text of PyTorch, from 2.13 on', () => {
    const later = Number(version.split('.')[1]) >= 13;
    const reason = later ? 'mm: self must be a matrix, got 1-D tensor' : 'the reason is on stderr';
    expect(() => aten.scope(() => aten.one('mm', [upload([1]), upload([2])]))).toThrow(reason);
  });

  test('are read on another thread, also if the tensor is deleted meanwhile', async () => {
    const before = aten.live;
    const values = Float32Array.from({ length: 2 ** 20 }, (_, i) => i);
    const tensor = aten.upload(values, [2 ** 20], 'float32');
    const read = new Float32Array(2 ** 20);
    const later = aten.downloadLater(tensor, read, [2 ** 20], 'float32');
    aten.delete(tensor);
    expect(read[1]).toBe(0); // the call has returned before the values are there
    await later;
    expect(read).toEqual(values);
    expect(aten.live).toBe(before);
    const [three, two] = [upload([1, 2, 3]), new Float32Array(2)];
    await expect(aten.downloadLater(three, two, [2], 'float32')).rejects.toThrow(
      'PyTorch refused aten::copy_',
    );
    aten.delete(three);
    expect(aten.live).toBe(before);
  });

  test('all that exist are deleted at once, as at the end of a worker', () => {
    const [first, second] = [upload([1]), upload([2])];
    aten.deleteAll();
    expect(aten.live).toBe(0);
    expect([first.isDeleted, second.isDeleted]).toEqual([true, true]);
  });

  test('a tensor is deleted once', () => {
    const tensor = upload([1]);
    aten.delete(tensor);
    expect(() => aten.delete(tensor)).toThrow('A PyTorch tensor was deleted twice.');
  });
});
