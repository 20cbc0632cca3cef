import { execFileSync } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openPredictedFiles } from '../evaluate/predicted-files.js';
import { temporaryFolder } from '../testing/alexnet.js';
import { npyHeader } from './npy.js';
import { jsonLinesWriter, npyWriter, type PredictionsWriter } from './predictions-writer.js';
import { openPredictions, type PredictionRows } from './read-predictions.js';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => {
  folder = await temporaryFolder();
});
afterAll(() => folder.remove());
const at = (name: string): string => join(folder.path, name);

const labels = Int32Array.of(2, 0, 1, 2, 2);
const probabilities = Float32Array.from({ length: 15 }, (_, i) => i / 15);
const writers = { npy: npyWriter, jsonl: jsonLinesWriter } as const;

/** Five images of three classes, in two batches. */
async function addAll(writer: PredictionsWriter): Promise<void> {
  await writer.add(Uint32Array.of(0, 1), labels.subarray(0, 2), probabilities.subarray(0, 6));
  await writer.add(Uint32Array.of(2, 3, 4), labels.subarray(2), probabilities.subarray(6));
}
async function written(name: string): Promise<string> {
  const writer = await writers[name.endsWith('.npy') ? 'npy' : 'jsonl'](at(name), 5, 3);
  await addAll(writer);
  await writer.finish();
  return at(name);
}
async function collect(batches: AsyncGenerator<PredictionRows>): Promise<PredictionRows[]> {
  const all: PredictionRows[] = [];
  for await (const batch of batches) all.push(batch);
  return all;
}
const readAll = async (path: string): Promise<PredictionRows[]> =>
  collect((await openPredictions(path)).batches(2));

test.each(['a.npy', 'a.jsonl'])('%s comes back in batches of any size', async (name) => {
  const file = await openPredictions(await written(name));
  expect(file).toMatchObject({ images: 5, classes: 3 });
  const batches = await collect(file.batches(2));
  expect(batches.map((rows) => rows.labels.length)).toEqual([2, 2, 1]);
  expect(batches.flatMap((rows) => [...rows.labels])).toEqual([...labels]);
  expect(batches.flatMap((rows) => [...rows.probabilities])).toEqual([...probabilities]);
  expect(await collect(file.batches(5))).toEqual([{ labels, probabilities }]);
});

test('every float32 of 0 .. 1 comes back from its decimal digits, to the bit', async () => {
  const any = fc.float({ min: 0, max: 1, noNaN: true });
  const pairs = fc.array(fc.tuple(any, any), { minLength: 1, maxLength: 50 });
  await fc.assert(
    fc.asyncProperty(pairs, async (values) => {
      const rows = Float32Array.from(values.flat(), Math.abs); // -0 is written as 0
      const writer = await jsonLinesWriter(at('bits.jsonl'), values.length, 2);
      await writer.add(
        Uint32Array.from(values, (_, i) => i),
        new Int32Array(values.length),
        rows,
      );
      await writer.finish();
      const [read] = await collect((await openPredictions(at('bits.jsonl'))).batches(100));
      expect(read?.probabilities).toEqual(rows);
    }),
    { numRuns: 20 },
  );
});

test('int64 labels as NumPy saves them are read, and refused if they do not fit into an int32', async () => {
  const path = await written('long.npy');
  const write = (values: bigint[]): Promise<void> =>
    writeFile(
      at('long-labels.npy'),
      Buffer.concat([npyHeader('<i8', [5]), Buffer.from(BigInt64Array.from(values).buffer)]),
    );
  await write([2n, 0n, 1n, 2n, 2n]);
  expect((await readAll(path)).flatMap((rows) => [...rows.labels])).toEqual([...labels]);
  await write([2n, 0n, 1n, 2n ** 32n, 2n]);
  await expect(readAll(path)).rejects.toThrow('long.npy: image 3 has label -1; labels must be 0 .. 2.');
});

test.each(Object.entries(writers))(
  '%s: nothing has its name before it is whole, and nothing is left of a half',
  async (kind, open) => {
    const before = await readdir(folder.path);
    const writer = await open(at(`half.${kind}`), 5, 3);
    await addAll(writer);
    expect(
      (await readdir(folder.path)).filter((name) => !before.includes(name) && !name.endsWith('.partial')),
    ).toEqual([]);
    await writer.abandon();
    expect(await readdir(folder.path)).toEqual(before);
    await expect(open(at(`none/half.${kind}`), 5, 3)).rejects.toThrow(
      /none\/half.*could not be written \(ENOENT/,
    );
  },
);

test('a file that is cut off anywhere is refused in one line that names it', async () => {
  for (const name of ['whole.npy', 'whole-labels.npy', 'whole.jsonl']) {
    await written(name.replace('-labels', ''));
    const bytes = await readFile(at(name));
    for (let length = 0; length < bytes.length; length += 7) {
      if (name === 'whole.jsonl' && length === bytes.length - 1) continue; // only the last line break is missing
      await writeFile(at(name), bytes.subarray(0, length));
      const error = await readAll(at(name.replace('-labels', ''))).then(
        () => undefined,
        (problem: Error) => problem,
      );
      expect(error?.message, `${name} of ${length} bytes`).toMatch(
        new RegExp(`^[^\\n]*${name}: [^\\n]*\\.$`),
      );
    }
    await writeFile(at(name), bytes);
  }
});

const values = Buffer.from(probabilities.buffer);
const header = (text: string): Buffer => {
  const bytes = npyHeader('<f4', [5, 3]);
  bytes.fill(' ', 10, bytes.length - 1).write(text, 10);
  return bytes;
};
const line = (fields: object): string =>
  `${JSON.stringify({ index: 0, images: 1, label: 0, probabilities: [0.5, 0.5], ...fields })}\n`;

test.each<[string, string, Buffer | string, RegExp]>([
  ['another type', 'x.npy', Buffer.concat([header("{'descr': '<f8', 'fortran_order': False, 'shape': (5, 3), }"), values]), /values have type '<f8', not <f4/],
  ['a pickled object', 'x.npy', Buffer.concat([header("{'descr': '|O', 'fortran_order': False, 'shape': (5, 3), }"), values]), /values have type '\|O'/],
  ['columns first', 'x.npy', Buffer.concat([header("{'descr': '<f4', 'fortran_order': True, 'shape': (5, 3), }"), values]), /Fortran order/],
  ['one dimension', 'x.npy', Buffer.concat([npyHeader('<f4', [15]), values]), /has shape \[15\] instead of 2 dimensions/],
  ['a shape beyond its bytes', 'x.npy', Buffer.concat([npyHeader('<f4', [5, 3e9]), values]), /has 188 bytes, but its header describes 60000000128/],
  ['a negative size', 'x.npy', Buffer.concat([header("{'descr': '<f4', 'fortran_order': False, 'shape': (-5, 3), }"), values]), /the header cannot be read: "/],
  ['a size of many digits', 'x.npy', Buffer.concat([header(`{'descr': '<f4', 'fortran_order': False, 'shape': (${'9'.repeat(30)}, 3), }`), values]), /the header cannot be read: "/],
  ['a header that is not a dictionary', 'x.npy', Buffer.concat([header('import os'), values]), /the header cannot be read: "/],
  ['another version', 'x.npy', Buffer.concat([Buffer.from('\x93NUMPY\x09\x00', 'latin1'), values]), /\.npy version 9/],
  ['a header of 4 GB', 'x.npy', Buffer.concat([Buffer.from('\x93NUMPY\x02\x00\xff\xff\xff\xff', 'latin1'), values]), /a header of 4294967295 bytes/],
  ['a missing file of labels', 'x.npy', npyHeader('<f4', [0, 3]), /x-labels\.npy: cannot be read \(ENOENT\)/],
  ['another format', 'x.npy', 'PK\x03\x04 an archive of arrays', /this is not a \.npy file/],
  ['no lines', 'x.jsonl', '', /the file is empty/],
  ['no fields', 'x.jsonl', '{}\n', /line 1 must be \{index, images, label, probabilities\}/],
  ['null', 'x.jsonl', 'null\n', /line 1 must be/],
  ['words for numbers', 'x.jsonl', line({ probabilities: ['0.5', 1] }), /line 1 must be/],
  ['a probability above 1', 'x.jsonl', line({ probabilities: [0.5, 1.5] }), /image 0 has probability 1.5/],
  ['an invalid label', 'x.jsonl', line({ label: 2 }), /image 0 has label 2; labels must be 0 .. 1/],
  ['one class', 'x.jsonl', line({ probabilities: [1] }), /1 images of 1 classes/],
  ['more lines than images', 'x.jsonl', line({}) + line({ index: 1 }), /line 2 is image 1 of 1 with 2 classes, not 1 of 1/],
  ['images out of order', 'x.jsonl', line({ images: 2, index: 1 }) + line({ images: 2 }), /line 1 is image 1 of 2/],
])('%s is refused', async (_, name, content, message) => {
  await writeFile(at(name), content);
  const error = await readAll(at(name)).then(() => undefined, (problem: Error) => problem);
  expect(error?.message).toMatch(message);
  expect(error?.message).not.toContain('\n');
}); // biome-ignore format: a table

test.each(['pipe.npy', 'pipe.jsonl'])('%s, a pipe, is refused and not waited for', async (name) => {
  execFileSync('mkfifo', [at(name)]);
  await expect(openPredictions(at(name))).rejects.toThrow(`${name}: this is not a regular file.`);
});

test('files with other images are refused by name', async () => {
  const [a, b] = [await written('a.npy'), await written('b.jsonl')];
  const lines = (await readFile(b, 'utf8')).split('\n');
  await writeFile(
    at('other.jsonl'),
    lines.join('\n').replace('"index":3,"images":5,"label":2', '"index":3,"images":5,"label":1'),
  );
  const reads = async (paths: string[]): Promise<number> => {
    let images = 0;
    const { batches } = await openPredictedFiles(paths);
    for await (const batch of batches(new AbortController().signal)) images += batch.labels.length;
    return images;
  };
  expect(await reads([a, b])).toBe(5);
  await expect(reads([a, at('other.jsonl')])).rejects.toThrow(
    /other\.jsonl: image 3 has label 1, but 2 in .*a\.npy/,
  );
  await writeFile(at('few.jsonl'), lines[0]?.replace('"images":5', '"images":1') ?? '');
  await expect(reads([a, at('few.jsonl')])).rejects.toThrow(
    /few\.jsonl: there are 1 images of 3 classes, but .*a\.npy has 5 of 3/,
  );
});
