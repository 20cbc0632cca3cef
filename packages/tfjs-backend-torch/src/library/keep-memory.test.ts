import * as tf from '@tensorflow/tfjs-core';
import koffi from 'koffi';
import { expect, test } from 'vitest';
import { describeTorch } from '../testing/describe-torch.js';
import { keepMemory } from './keep-memory.js';

test.each(['MALLOC_TRIM_THRESHOLD_', 'MALLOC_ARENA_MAX_', 'GLIBC_TUNABLES', 'LD_PRELOAD'])(
  'a user who has set %s is left alone',
  (name) => {
    expect(keepMemory({ [name]: '1' })).toBe(false);
  },
);

describeTorch('the memory of large tensors', () => {
  test.skipIf(process.platform !== 'linux')('is part of the heap, which stays with the process', () => {
    const x = tf.fill([2 ** 25], 1);
    const before = heap();
    const y = tf.neg(x);
    expect(heap().mapped).toBe(before.mapped);
    expect(heap().used - before.used).toBeGreaterThanOrEqual(4 * 2 ** 25);
    const { size } = heap();
    y.dispose();
    expect(heap().size).toBe(size);
    x.dispose();
  });
});

/** Bytes by glibc's own count. */
function heap(): { mapped: number; used: number; size: number } {
  const { arena, hblkhd, uordblks } = mallinfo();
  return { mapped: hblkhd ?? Number.NaN, used: uordblks ?? Number.NaN, size: arena ?? Number.NaN };
}

const counts = ['arena', 'ordblks', 'smblks', 'hblks', 'hblkhd', 'usmblks', 'fsmblks', 'uordblks', 'fordblks', 'keepcost']; // biome-ignore format: one line
const mallinfo = ((): (() => Record<string, number>) => {
  if (process.platform !== 'linux') return () => ({});
  const result = koffi.struct('mallinfo2', Object.fromEntries(counts.map((name) => [name, 'size_t'])));
  return koffi.load('libc.so.6').func('mallinfo2', result, []);
})();
