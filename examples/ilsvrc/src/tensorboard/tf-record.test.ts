import { crc32c } from '@aws-crypto/crc32c';
import { expect, test } from 'vitest';
import { crc32cBitByBit, readEventFile } from '../testing/read-event-file.js';
import { eventMessage } from './event-message.js';
import { tfRecord } from './tf-record.js';

test('the checksum of the library matches RFC 3720 and a loop over bits', () => {
  const published: [Uint8Array, number][] = [
    [new Uint8Array(32), 0x8a9136aa],
    [new Uint8Array(32).fill(255), 0x62a8ab43],
    [Uint8Array.from({ length: 32 }, (_, i) => i), 0x46dd794e],
  ];
  for (const [bytes, crc] of published) {
    expect(crc32c(bytes)).toBe(crc);
    expect(crc32cBitByBit(bytes)).toBe(crc);
  }
});

test('the complete records of a file that is cut off are read, and a changed byte is found', () => {
  const records = [1, 2, 300].map((step) => tfRecord(eventMessage(1.5, step, { scalars: { a: step / 7 } })));
  const file = Buffer.concat(records);
  expect(readEventFile(file).map(({ step, wallTime, scalars }) => [step, wallTime, scalars.a])).toEqual(
    [1, 2, 300].map((step) => [step, 1.5, Math.fround(step / 7)]),
  );
  const ends = records.map((_, i) => Buffer.concat(records.slice(0, i + 1)).length);
  for (let length = 0; length <= file.length; length++) {
    const whole = ends.filter((end) => end <= length).length;
    expect(readEventFile(file.subarray(0, length))).toHaveLength(whole);
  }
  for (let at = 0; at < file.length; at++) {
    const damaged = Buffer.from(file);
    damaged.writeUInt8(damaged.readUInt8(at) ^ 1, at);
    expect(() => readEventFile(damaged), `byte ${at}`).toThrow(/checksum/);
  }
});
