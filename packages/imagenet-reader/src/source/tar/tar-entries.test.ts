import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bufferByteSource } from '../byte-source.js';
import { failure, packTar, sealed, type TestFile } from '../generate-ilsvrc.test-data.js';
import { type TarEntry, tarEntries } from './tar-entries.js';

async function list(tar: Buffer, name = 'x.tar'): Promise<TarEntry[]> {
  const entries: TarEntry[] = [];
  for await (const entry of tarEntries(bufferByteSource(tar, name))) entries.push(entry);
  return entries;
}

const file = (name: string, length: number): TestFile => ({ name, bytes: Buffer.alloc(length, name) });

test('lists the name and byte range of every file', async () => {
  const files = [file('a.JPEG', 3), file('folder/b.JPEG', 512), file('empty', 0), file('c', 513)];
  const tar = await packTar(files, 10240);
  const entries = await list(tar);
  expect(entries.map(({ name }) => name)).toEqual(files.map(({ name }) => name));
  for (const [i, { offset, size }] of entries.entries()) {
    expect(tar.subarray(offset, offset + size)).toEqual(files[i]?.bytes);
  }
});

test('understands pax names, ustar prefixes and GNU long names', async () => {
  const long = `${'d/'.repeat(120)}längst.JPEG`;
  const prefixed = `${'p'.repeat(90)}/${'q'.repeat(80)}.JPEG`;
  const packed = await packTar([file(long, 10), file(prefixed, 20)]);
  expect((await list(packed)).map(({ name }) => name)).toEqual([long, prefixed]);

  const [, record] = [0, Buffer.alloc(512)];
  record.write('g'.repeat(200));
  const plain = await packTar([file('cut', 5)]);
  const header = Buffer.from(plain.subarray(0, 512));
  header.write('././@LongLink\0', 0, 'latin1');
  header.write('00000000311\0', 124, 'latin1'); // 201 bytes
  header.write('L', 156, 'latin1');
  const gnu = Buffer.concat([sealed(header), record, plain]);
  expect(await list(gnu)).toEqual([{ name: 'g'.repeat(200), offset: 1536, size: 5, isFile: true }]);
});

test('understands base-256 sizes, and skips folders and links whatever their size field says', async () => {
  const tar = await packTar([file('big', 600), file('folder', 0), file('after', 7)]);
  tar[124] = 0x80;
  tar.fill(0, 125, 136);
  tar.writeUInt16BE(600, 134);
  sealed(tar.subarray(0, 512));
  const folder = tar.subarray(1536, 2048);
  folder.write('5', 156, 'latin1');
  folder.write('00000001000\0', 124, 'latin1');
  sealed(folder);
  expect((await list(tar)).map(({ name, size }) => [name, size])).toEqual([
    ['big', 600],
    ['after', 7],
  ]);
});

test('names the file where a tar breaks off, and the byte', async () => {
  const tar = await packTar([file('a.JPEG', 1000), file('b.JPEG', 1000)]);
  expect(await failure(list(tar.subarray(0, 2400)))).toBe(
    'x.tar ends inside b.JPEG at byte 2400: the download is incomplete; fetch it again.',
  );
  expect(await failure(list(tar.subarray(0, 3072)))).toBe(
    'x.tar ends at byte 3072 without the end mark of a tar: the download is incomplete; fetch it again.',
  );
  expect(await failure(list(Buffer.alloc(0)))).toBe(
    'x.tar is empty: the download is incomplete; fetch it again.',
  );
});

test('distinguishes a file that is not a tar from a damaged tar', async () => {
  const page = Buffer.from('<html>Not found</html>'.repeat(200));
  expect(await failure(list(page))).toBe(
    'x.tar is not a tar archive (no header at byte 0); fetch it again or give the right file that name.',
  );
  const tar = await packTar([file('a', 10), file('b', 10)]);
  tar[1024 + 5] = 0xff;
  expect(await failure(list(tar))).toBe('x.tar is damaged: no valid header at byte 1024; fetch it again.');
});

test('a hole of zeros, as in an unfinished download, is not mistaken for the end', async () => {
  const tar = await packTar([file('a', 10), file('b', 2_000_000), file('c', 10)]);
  tar.fill(0, 1024, 1_900_000);
  expect(await failure(list(tar))).toContain('x.tar is damaged: its end mark at byte 1024 is followed by');
});

test('cut anywhere, a tar gives every entry or an error of one line', async () => {
  const tar = await packTar(
    [file('a.JPEG', 700), file(`${'n'.repeat(130)}.JPEG`, 100), file('c', 512)],
    10240,
  );
  const whole = await list(tar);
  const lengths = fc.oneof(
    fc.nat(tar.length),
    fc.nat(tar.length / 512).map((n) => n * 512),
  );
  await fc.assert(
    fc.asyncProperty(lengths, async (length) => {
      const cut = tar.subarray(0, length);
      const entries = await list(cut).catch((error: Error) => error.message);
      if (typeof entries === 'string') expect(entries).toMatch(/^x\.tar .*fetch it again\.$/);
      else expect(entries).toEqual(whole);
    }),
    { numRuns: 300 },
  );
});

test('with any byte changed, a tar never hangs and fails only with one line', async () => {
  const tar = await packTar([file('a.JPEG', 700), file(`${'n'.repeat(130)}.JPEG`, 100), file('c', 512)]);
  await fc.assert(
    fc.asyncProperty(fc.nat(tar.length - 1), fc.nat(255), async (at, value) => {
      const changed = Buffer.from(tar);
      changed[at] = value;
      const entries = await list(changed).catch((error: Error) => error.message);
      if (typeof entries === 'string') expect(entries).toMatch(/^x\.tar [^\n]*\.$/);
      else expect(entries).toHaveLength(3);
    }),
    { numRuns: 500 },
  );
});
