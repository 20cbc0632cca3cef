import { inflateSync } from 'node:zlib';
import { type MatStructs, readMat5 } from '@alexnet/imagenet-reader';
import { expect, test } from 'vitest';
import { writeMat5 } from './write-mat5.js';

const rows = [
  { ID: 1, WNID: 'n90000001', words: 'a', children: [] },
  { ID: 700, WNID: 'n90000002', words: 'ball, toy ball', children: [1, 2, 300] },
  { ID: 70_000, WNID: '', words: 'caf\u00e9', children: [-1.5, 2e9] },
];

test('a column of structures comes back from the reader, texts, numbers and rows', () => {
  const synsets = readMat5(writeMat5('synsets', rows)).get('synsets') as MatStructs;
  expect(synsets.kind).toBe('structs');
  expect(synsets.dims).toEqual([3, 1]);
  const seen = synsets.elements.map((element) =>
    Object.fromEntries(
      [...element].map(([field, value]) => {
        if (value.kind === 'text') return [field, value.rows.join('\n')];
        if (value.kind !== 'numbers') throw new Error(`unexpected ${value.kind}`);
        return [field, field === 'ID' ? value.data[0] : [...value.data]];
      }),
    ),
  );
  expect(seen).toEqual(rows);
});

test('the header and the one compressed element are as the format lays them out', () => {
  const file = writeMat5('synsets', rows);
  expect(file.toString('latin1', 0, 10)).toBe('MATLAB 5.0');
  expect(file.readUInt16LE(124)).toBe(0x0100);
  expect(file.toString('latin1', 126, 128)).toBe('IM');
  expect(file.readInt32LE(128)).toBe(15); // miCOMPRESSED
  expect(file.readInt32LE(132)).toBe(file.length - 136);
  const matrix = inflateSync(file.subarray(136));
  expect(matrix.readInt32LE(0)).toBe(14); // miMATRIX
  expect(matrix.readInt32LE(4)).toBe(matrix.length - 8);
  expect(matrix.length % 8).toBe(0);
});

test('no rows are refused', () => {
  expect(() => writeMat5('synsets', [])).toThrow('at least one structure (writeMat5), got 0.');
});
