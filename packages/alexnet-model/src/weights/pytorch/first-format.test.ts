import '@tensorflow/tfjs-backend-cpu';
import { expectAllClose } from '@alexnet/testing';
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { importWeights } from '../../index.js';
import { expectedLogits, fixture, logitsOfFixture } from '../fixtures.test-data.js';
import { tarEntries } from './tar-entries.js';

beforeAll(() => tf.setBackend('cpu'));
afterEach(() => expect(tf.memory().numTensors).toBe(0));

test("PyTorch's first format is read with the logits of the same weights in the newest", async () => {
  const { model, format, preprocessing } = await importWeights(fixture('first-format.pth'));
  expect(format).toBe('pytorch');
  expect(preprocessing).toMatchObject({ mean: [123.675, 116.28, 103.53] });
  expectAllClose(logitsOfFixture(model, 'first-format.pth'), expectedLogits['first-format.pth']?.logits ?? [], 1e-4); // biome-ignore format: one line
  model.dispose();
});

/** A tar of the fixture's entries with others in their place; `undefined` removes one. */
function tarWith(changed: Readonly<Record<string, string | undefined>>): Uint8Array {
  const own = Array.from(tarEntries(fixture('first-format.pth')), ([name, content]): [string, string] => [
    name,
    Buffer.from(content).toString('latin1'),
  ]);
  const entries = Object.entries({ ...Object.fromEntries(own), ...changed });
  const parts = entries.flatMap(([name, content]) =>
    content === undefined ? [] : [tarEntry(name, content)],
  );
  return Buffer.from(`${parts.join('')}${'\0'.repeat(1024)}`, 'latin1');
}

function tarEntry(name: string, content: string): string {
  const size = content.length.toString(8).padStart(11, '0');
  const header = (sum: string): string =>
    `${name.padEnd(100, '\0')}${'0000644\0'}${'0000000\0'.repeat(2)}${size}\0${'0'.repeat(11)}\0${sum}0${'\0'.repeat(100)}ustar  \0`.padEnd(
      512,
      '\0',
    );
  const sum = [...Buffer.from(header(' '.repeat(8)), 'latin1')].reduce((total, byte) => total + byte, 0);
  return (
    header(`${sum.toString(8).padStart(6, '0')}\0 `) +
    content.padEnd(Math.ceil(content.length / 512) * 512, '\0')
  );
}

const entry = (name: string): string =>
  Buffer.from(tarEntries(fixture('first-format.pth')).get(name) ?? []).toString('latin1');
const failure = async (file: Uint8Array): Promise<string> =>
  importWeights(file).then(
    ({ model }) => {
      model.dispose();
      return 'it was read';
    },
    (error: Error) => error.message,
  );
const int64 = (...values: bigint[]): string =>
  Buffer.from(BigInt64Array.from(values).buffer).toString('latin1');
/** A file of one tensor, under the key 7 in storage 100. */
const oneTensor = (...sizes: bigint[]): string =>
  `\x80\x02K\x01.\x80\x02K\x07Kdctorch\nFloatTensor\n\x87.${int64(...sizes)}`;

test('the tar of these tests is the one of the fixture', async () => {
  expect(await failure(tarWith({}))).toBe('it was read');
});

test.each([
  ['without a pickle', { pickle: undefined }, "it is a tar without 'pickle', so PyTorch did not write it"],
  ['of something else', { sys_info: undefined, 'a.pth': 'x' }, "unpack it and read what is in it ('pickle', 'tensors', 'storages')"],
  ['of big-endian numbers', { sys_info: entry('sys_info').replace('\x88', '\x89') }, 'its numbers are not little-endian'],
  ['whose pickle calls os.system', { pickle: "\x80\x02cos\nsystem\nU\x04true\x85R." }, 'the pickle names os.system, which is not allowed in place of a state dict'],
  ['whose pickle names a tensor that is not there', { pickle: '\x80\x02K\x05Q.' }, 'its tar has no tensor 5'],
  ['whose list of storages has a persistent id', { storages: '\x80\x02K\x05Q.' }, 'has a persistent id'],
  ['of -1 storages', { storages: '\x80\x02J\xff\xff\xff\xff.' }, 'a length in its tar is not a whole number'],
  ['of 2^31 storages', { storages: '\x80\x02J\xff\xff\xff\x7f.' }, 'should follow byte 8'],
  ['of a storage of 2^60 values', { storages: `\x80\x02K\x01.\x80\x02KdU\x03cpuctorch\nFloatStorage\n\x87.${int64(2n ** 60n)}` }, '1152921504606846976 bytes should follow'],
  ['of a storage of texts', { storages: '\x80\x02K\x01.\x80\x02KdU\x03cpucos\nsystem\n\x87.' }, 'a storage of the class os.system'],
  ['of a storage without a class', { storages: '\x80\x02K\x01.\x80\x02KdU\x03cpuN\x87.' }, 'a storage without a class'],
  ['with bytes after its storages', { storages: `${entry('storages')}x` }, '1 bytes follow the last of the storages'],
  ['with bytes after its tensors', { tensors: `${entry('tensors')}x` }, '1 bytes follow the last of the tensors'],
  ['of a tensor of 2^31 axes', { tensors: oneTensor(2n ** 31n) }, 'a tensor in its tar has 2147483648 axes'],
  ['of a tensor of negative sides', { tensors: oneTensor(1n, -1n, 1n, 0n) }, 'not described the way PyTorch does'],
  ['of a tensor in no storage', { tensors: `\x80\x02K\x01.\x80\x02K\x07K\x63N\x87.${int64(1n, 1n, 1n, 0n)}` }, 'its tar has no storage 99'],
])('a tar %s is refused', async (_, changed, message) => {
  expect(await failure(tarWith(changed))).toContain(message);
}); // biome-ignore format: a table

test('a tar with a damaged header or a name twice is refused', async () => {
  const file = tarWith({});
  file[0] = 0x53;
  expect(await failure(file)).toContain('a header of its tar is damaged (checksum ');
  const twice = Buffer.from(`${tarEntry('pickle', 'x').repeat(2)}${'\0'.repeat(1024)}`, 'latin1');
  expect(await failure(twice)).toContain("its tar has 'pickle' twice");
  const many = Array.from({ length: 101 }, (_, i) => tarEntry(String(i), '')).join('');
  expect(await failure(Buffer.from(`${many}${'\0'.repeat(1024)}`, 'latin1'))).toContain(
    'more than 100 entries',
  );
});
