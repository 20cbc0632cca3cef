import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { randomStream } from '@alexnet/random';
import { expect, test } from 'vitest';
import { fixture, temporaryFolder, writeFiles } from '../generate-ilsvrc.test-data.js';
import { isPickledCall, readInertPickle } from './inert-pickle.js';
import { pythonBatch } from './python-batch.js';

const batch = await readFile(fixture('cifar-10-batches-py/test_batch'));
const pickle = (text: string): Buffer => Buffer.from(text, 'latin1');

test('a call is kept and never made', () => {
  const value = readInertPickle(pickle('\x80\x02cos\nsystem\nU\x04rm *\x85R.'));
  expect(value).toEqual({ callee: 'os system', args: [Buffer.from('rm *')], state: undefined });
  expect(isPickledCall(value)).toBe(true);
});

test.each([
  ['I1\n.', 'opcode 0x49 at byte 0 is not read'],
  ['e.', 'it goes back to a mark that is missing'],
  ['R.', 'it takes a value from an empty stack'],
  ['h\x07.', 'it recalls value 7, which it never stored'],
  ['K\x01K\x02a.', 'it appends to something that is not a list'],
  ['K\x01)R.', 'it calls something unnamed'],
  ['T\xff\xff\xff\xff.', '4294967295 bytes should follow byte 5 of 6'],
  ['}(K\x01u.', 'it sets items of no dictionary'],
  ['K\x01K\x02b.', 'it sets the state of something that has none'],
  ['cos', 'a line that begins at byte 1 does not end'],
  ['\x8a\x09', 'a whole number has 9 bytes'],
  ['', '1 bytes should follow byte 0 of 0'],
])('a malformed pickle %j is refused', (text, reason) => {
  expect(() => readInertPickle(pickle(text))).toThrow(reason);
});

test('a batch that is damaged is read or is an error of one line that names it', async () => {
  const dir = await temporaryFolder();
  const stream = randomStream(10, 2);
  const path = join(dir, 'test_batch');
  for (let i = 0; i < 150; i++) {
    const bytes = Buffer.from(batch);
    const at = i % 2 === 0 ? stream.uniform() * 220 : bytes.length - 1 - stream.uniform() * 60;
    bytes[Math.floor(at)] = Math.floor(stream.uniform() * 256); // most other bytes are pixels
    await writeFiles(dir, [{ name: 'test_batch', bytes }]);
    const message = await pythonBatch(path, { name: 'x', labels: 'labels', classes: 10 }).then(
      ({ labels }) => `${path} has ${labels.length}`,
      (error: Error) => error.message,
    );
    expect(message, `file ${i}`).toMatch(new RegExp(`^${path} .+$`));
  }
});
