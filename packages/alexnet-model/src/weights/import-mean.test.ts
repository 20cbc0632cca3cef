import { describe, expect, test } from 'vitest';
import { importMean } from '../index.js';

/** Protobuf, written by hand: varints, and fields by wire type. */
function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  return [...bytes, rest];
}
const integer = (number: number, value: number): number[] => [...varint(number * 8), ...varint(value)];
const bytesField = (number: number, bytes: readonly number[]): number[] => [
  ...varint(number * 8 + 2),
  ...varint(bytes.length),
  ...bytes,
];
const floats = (values: readonly number[]): number[] => [...new Uint8Array(Float32Array.from(values).buffer)];
const doubles = (values: readonly number[]): number[] => [
  ...new Uint8Array(Float64Array.from(values).buffer),
];
const legacy = (...sides: number[]): number[] => sides.flatMap((side, i) => integer(i + 1, side));
const shape = (...sides: number[]): number[] => bytesField(7, bytesField(1, sides.flatMap(varint)));

/** B, G and R of a mean image of 2 x 2 pixels; their means are 10, 20 and 30. */
const values = [7, 9, 11, 13, 20, 20, 20, 20, 29, 31, 28, 32];

/** The same bytes as `numpy.save` writes. */
function npy(type: string, sides: string, data: readonly number[], version = 1): Uint8Array {
  const dictionary = `{'descr': '${type}', 'fortran_order': False, 'shape': ${sides}, }`;
  const length = Math.ceil((dictionary.length + 11) / 64) * 64 - (version === 1 ? 10 : 12);
  const header = `${dictionary.padEnd(length - 1)}\n`;
  const size = version === 1 ? [length % 256, length >> 8] : [length % 256, length >> 8, 0, 0];
  return Uint8Array.from([
    0x93,
    ...Buffer.from('NUMPY'),
    version,
    0,
    ...size,
    ...Buffer.from(header),
    ...data,
  ]);
}

describe('importMean', () => {
  test.each<[string, Uint8Array | number[]]>([
    ['Caffe, num 1', [...legacy(1, 3, 2, 2), ...bytesField(5, floats(values))]],
    ['Caffe, shape [3, 2, 2]', [...bytesField(5, floats(values)), ...shape(3, 2, 2)]],
    ['Caffe, shape [1, 3, 2, 2] of doubles', [...shape(1, 3, 2, 2), ...bytesField(8, doubles(values))]],
    ['Caffe, floats that are not packed', [...legacy(1, 3, 2, 2), ...values.flatMap((value) => [5 * 8 + 5, ...floats([value])])]],
    ['Caffe, doubles that are not packed', [...shape(3, 2, 2), ...values.flatMap((value) => [8 * 8 + 1, ...doubles([value])])]],
    ['Caffe, floats in two packs', [...shape(3, 2, 2), ...bytesField(5, floats(values.slice(0, 5))), ...bytesField(5, floats(values.slice(5)))]],
    ['NumPy, float32', npy('<f4', '(3, 2, 2)', floats(values))],
    ['NumPy, float64', npy('<f8', '(3, 2, 2)', doubles(values))],
    ['NumPy, float64, version 2', npy('<f8', '(1, 3, 2, 2)', doubles(values), 2)],
    ['NumPy, means alone', npy('<f8', '(3,)', doubles([10, 20, 30]))],
  ])('%s: the channel means in RGB', async (name, bytes) => {
    const size = name.includes('alone') ? 1 : 2;
    const file = Uint8Array.from(bytes);
    expect(await importMean(file)).toEqual({ mean: [30, 20, 10], height: size, width: size, channelOrder: 'BGR' });
    const { mean } = await importMean(Buffer.concat([Buffer.alloc(3), file]).subarray(3), { channelOrder: 'RGB' });
    expect(mean).toEqual([10, 20, 30]);
  }); // biome-ignore format: a table

  test.each<[message: string, file: Uint8Array | number[]]>([
    ["'mean' [3, 2, 2] should have 12 values, but has 11", [...shape(3, 2, 2), ...bytesField(5, floats(values.slice(1)))]],
    ["'mean' has the shape [1, 3, 1073741824, 1073741824]", [...legacy(1, 3, 2 ** 30, 2 ** 30), ...bytesField(5, floats(values))]],
    ['a mean image must have the shape [3, height, width], or [3] for the means alone, got [1, 4, 3]', [...shape(1, 4, 3), ...bytesField(5, floats(values))]],
    ['got [2, 2, 3]', npy('<f4', '(2, 2, 3)', floats(values))],
    ['got [2, 3, 2, 1]', npy('<f4', '(2, 3, 2, 1)', floats(values))],
    ['its values must be finite numbers', npy('<f4', '(3,)', floats([1, Number.NaN, 2]))],
    ["its values must be float32 or float64, got '|u1'", npy('|u1', '(3,)', [1, 2, 3])],
    ["its values must be float32 or float64, got '>f4'", npy('>f4', '(3,)', floats([1, 2, 3]))],
    ['its array [3, 2, 900719925474] takes 21617278211376 bytes', npy('<f4', '(3, 2, 900719925474)', floats(values))],
    ['its array [3, 2, 3] takes 72 bytes, but 48 follow its header', npy('<f4', '(3, 2, 3)', floats(values))],
    ['its .npy version must be 1 to 3, got 9', npy('<f4', '(3,)', floats([1, 2, 3]), 9)],
    ['65535 bytes should follow byte 10', [0x93, ...Buffer.from('NUMPY'), 1, 0, 255, 255]],
    ['its header would have 4294967295 bytes', [0x93, ...Buffer.from('NUMPY'), 2, 0, 255, 255, 255, 255]],
    ['it is neither a mean image of Caffe (.binaryproto) nor an array of NumPy (.npy): ', [...Buffer.from('<!doctype html>')]],
    ['it is neither', []],
    ['it is neither', [0x2a, 0xff, 0xff, 0xff, 0xff, 0x0f]],
  ])('a file that is not a mean image is refused: %s', async (message, file) => {
    const error = await importMean(Uint8Array.from(file), { name: 'm.bin' }).catch((caught: Error) => caught);
    expect((error as Error).message).toMatch(/^m\.bin: .+\.$/);
    expect((error as Error).message).toContain(message);
  }); // biome-ignore format: a table

  test('an array in Fortran order, an unknown option and what is not bytes are refused', async () => {
    const fortran = Buffer.from(npy('<f4', '(3, 2, 2)', floats(values)));
    fortran.write('True ', fortran.indexOf('False'));
    await expect(importMean(fortran)).rejects.toThrow(
      'mean: its array is in Fortran order; save it with numpy.ascontiguousarray.',
    );
    await expect(importMean(fortran, { order: 'RGB' } as object)).rejects.toThrow(
      "options must be among name, channelOrder (importMean), got 'order'.",
    );
    await expect(importMean('mean.npy' as never)).rejects.toThrow('mean: a mean must be a Uint8Array');
  });
});
