/** Hostile MATLAB files: each is refused at once, in one line and in bounded memory. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { deflateSync, gzipSync, inflateSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  failure,
  fixture,
  packTar,
  temporaryFolder,
  testIlsvrc,
  writeFolders,
  writeTars,
} from '../generate-ilsvrc.test-data.js';
import { openIlsvrc } from '../open-ilsvrc.js';
import { readMat5 } from './mat5.js';

const HEADER = Buffer.alloc(128, ' ');
HEADER.writeUInt16LE(0x0100, 124);
HEADER.write('IM', 126);
const [UINT8, INT32, UINT32, MATRIX, COMPRESSED] = [2, 5, 6, 14, 15];
const [CELL, STRUCT, CHAR, BYTES] = [1, 2, 4, 9];

function element(type: number, body: Buffer): Buffer {
  const tag = Buffer.alloc(8);
  tag.writeUInt32LE(type, 0);
  tag.writeUInt32LE(body.length, 4);
  const padding = type === COMPRESSED ? 0 : (8 - (body.length % 8)) % 8;
  return Buffer.concat([tag, body, Buffer.alloc(padding)]);
}

const words = (...values: number[]): Buffer => Buffer.from(Int32Array.from(values).buffer);

function matrix(kind: number, dims: number[], ...rest: Buffer[]): Buffer {
  const head = [
    element(UINT32, words(kind, 0)),
    element(INT32, words(...dims)),
    element(1, Buffer.from('x')),
  ];
  return element(MATRIX, Buffer.concat([...head, ...rest]));
}

const file = (...elements: Buffer[]): Buffer => Buffer.concat([HEADER, ...elements]);
const compressed = (body: Buffer): Buffer => element(COMPRESSED, deflateSync(body));

/** Returns the reason for which a file is refused; checks that little memory was used. */
function refused(bytes: Buffer): string {
  const before = process.memoryUsage();
  let message = 'nothing was thrown';
  try {
    readMat5(bytes, { name: 'a.mat' });
  } catch (error) {
    message = (error as Error).message;
  }
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  expect(heapUsed + arrayBuffers - before.heapUsed - before.arrayBuffers).toBeLessThan(200e6);
  expect(message).toMatch(/^a\.mat cannot be read as a MATLAB 5 file \([^\n]{1,400}\); fetch it again\.$/);
  return message;
}

const TOO_MUCH = 'its values take more memory than a devkit needs';

test('one zlib bomb or many small ones are refused', () => {
  const zeros = (bytes: number): Buffer => matrix(BYTES, [1, bytes], element(UINT8, Buffer.alloc(bytes)));
  expect(refused(file(compressed(zeros(100e6))))).toContain('a.mat');
  expect(refused(file(compressed(zeros(10e6))))).toContain(TOO_MUCH); // 80 MB as float64
  const small = compressed(zeros(1e6));
  expect(refused(file(...Array.from({ length: 100 }, () => small)))).toContain('a.mat');
});

test('millions of empty cells, fields, rows or dimensions are refused', () => {
  const empty = Buffer.alloc(8 * 1e6);
  for (let at = 0; at < empty.length; at += 8) empty.writeUInt32LE(MATRIX, at);
  expect(refused(file(matrix(CELL, [1, 1e6], empty)))).toContain(TOO_MUCH);
  const names = element(1, Buffer.alloc(1e6, 'f'));
  expect(refused(file(matrix(STRUCT, [1, 0], element(INT32, words(1)), names)))).toContain(TOO_MUCH);
  const text = element(UINT8, Buffer.alloc(4e6, 'a'));
  expect(refused(file(matrix(CHAR, [4e6, 1], text)))).toContain(TOO_MUCH);
  const dims = Array.from({ length: 1e5 }, () => 1);
  expect(refused(file(matrix(BYTES, dims, element(UINT8, Buffer.alloc(1)))))).toContain('dimensions 1x1x');
});

test('sizes that are negative, overflow or are far beyond the file are refused', () => {
  for (const dims of [
    [2 ** 31 - 1, 2 ** 31 - 1],
    [-1, 5],
    [2 ** 31 - 1, 1],
    [65536, 65536, 65536, 65536],
  ]) {
    for (const kind of [CELL, STRUCT, CHAR, BYTES]) {
      const field = [element(INT32, words(8)), element(1, Buffer.from('field\0\0\0'))];
      refused(file(matrix(kind, dims, ...(kind === STRUCT ? field : []), element(UINT8, Buffer.alloc(4)))));
    }
  }
  const tag = Buffer.alloc(8, 0xff);
  tag.writeUInt32LE(MATRIX, 0);
  expect(refused(file(tag))).toContain('inside an element of 4294967295 bytes');
});

test('deeply nested cells are refused', () => {
  let nested = matrix(BYTES, [1, 1], element(UINT8, Buffer.alloc(1)));
  for (let depth = 0; depth < 500; depth++) nested = matrix(CELL, [1, 1], nested);
  expect(refused(file(nested))).toContain('values are nested deeper than 16');
});

test('with any bytes changed below the compression, it is read or is an error of one line', async () => {
  const bytes = await readFile(fixture('meta.mat'));
  const plain = inflateSync(bytes.subarray(136));
  const changes = fc.array(fc.tuple(fc.nat(plain.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(changes, fc.nat(plain.length), fc.boolean(), (list, length, isCut) => {
      const changed = Buffer.from(isCut ? plain.subarray(0, length) : plain);
      for (const [at, value] of list) if (at < changed.length) changed[at] = value;
      try {
        readMat5(file(compressed(changed)), { name: 'a.mat' });
      } catch (error) {
        expect((error as Error).message).toMatch(/^a\.mat cannot be read [^\n]{1,600}\.$/);
      }
    }),
    { numRuns: 300 },
  );
});

test('in a devkit, packed or not, they are named by their full path', async () => {
  const data = await testIlsvrc(1, 1);
  const bomb = file(compressed(matrix(BYTES, [1, 10e6], element(UINT8, Buffer.alloc(10e6)))));
  const folders = await temporaryFolder();
  await writeFolders(folders, data);
  const meta = join(folders, 'ILSVRC2012_devkit_t12/data/meta.mat');
  await writeFile(meta, bomb);
  expect(await failure(openIlsvrc(folders))).toBe(
    `${meta} cannot be read as a MATLAB 5 file (${TOO_MUCH}); fetch it again.`,
  );
  const dir = await temporaryFolder();
  await writeTars(dir, data);
  const kit = join(dir, 'ILSVRC2012_devkit_t12.tar.gz');
  await writeFile(kit, gzipSync(await packTar([{ name: 'kit/data/meta.mat', bytes: bomb }])));
  expect(await failure(openIlsvrc(dir))).toContain(`${kit}/data/meta.mat cannot be read`);
  await writeFile(kit, gzipSync(Buffer.alloc(2 ** 28 + 1), { level: 1 }));
  expect(await failure(openIlsvrc(dir))).toBe(
    `${kit} unpacks to more than 268435456 bytes, too many for a devkit; fetch it again.`,
  );
});
