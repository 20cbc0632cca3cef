import { brotliCompressSync, gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { pageCodecs, whyNotUnpacked } from './page-codecs.js';

const page = Buffer.from('the bytes of a page');

test('pages of gzip and Brotli are unpacked', () => {
  expect(pageCodecs.GZIP?.(gzipSync(page), page.length)).toEqual(page);
  expect(pageCodecs.BROTLI?.(brotliCompressSync(page), page.length)).toEqual(page);
});

test('a page that unpacks to more than it claims, or claims more than it can hold, is refused', () => {
  expect(() => pageCodecs.GZIP?.(gzipSync(Buffer.alloc(1 << 20)), 10)).toThrow();
  expect(() => pageCodecs.BROTLI?.(page, 2 ** 32)).toThrow('a page claims 4294967296 bytes');
  expect(() => pageCodecs.SNAPPY?.(page, 2 ** 30)).toThrow('a page of 19 bytes claims 1073741824');
});

test('another compression is said with what to do', () => {
  expect(['UNCOMPRESSED', 'SNAPPY', 'GZIP', 'BROTLI'].map(whyNotUnpacked)).toEqual(Array(4).fill(undefined));
  expect(whyNotUnpacked('LZ4_RAW')).toBe(
    `is compressed by LZ4_RAW, which Node ${process.versions.node} cannot unpack; write it again in Python by pyarrow.parquet.write_table(table, path, compression='snappy').`,
  );
});
