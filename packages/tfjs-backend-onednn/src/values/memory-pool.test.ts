import { expect, test } from 'vitest';
import { MemoryPool, sizeClass } from './memory-pool.js';
import type { SystemMemory } from './system-memory.js';

/** System memory that only counts allocations. */
function countingMemory(): SystemMemory & { allocated: Map<bigint, number> } {
  const allocated = new Map<bigint, number>();
  let next = 4096n;
  return {
    allocated,
    allocate(bytes) {
      const address = next;
      next += BigInt(bytes + 4096);
      allocated.set(address, bytes);
      return address;
    },
    free(address) {
      if (!allocated.delete(address)) throw new Error(`freed twice: ${address}`);
    },
    view: (_, bytes) => new ArrayBuffer(Math.min(bytes, 8)),
  };
}

test('size classes waste at most an eighth and never shrink', () => {
  for (let bytes = 2048; bytes < 1e9; bytes = Math.ceil(bytes * 1.07) + 1) {
    expect(sizeClass(bytes)).toBeGreaterThanOrEqual(bytes);
    expect(sizeClass(bytes)).toBeLessThanOrEqual(bytes * 1.125);
    expect(sizeClass(sizeClass(bytes))).toBe(sizeClass(bytes));
  }
  expect(sizeClass(0)).toBe(256);
});

test('reuses a released block for the next request of its class', () => {
  const memory = countingMemory();
  const pool = new MemoryPool(memory);
  const first = pool.allocate(1000);
  pool.release(first);
  expect(pool.allocate(1001)).toBe(first);
  expect(memory.allocated.size).toBe(1);
});

test('a repeated step needs no new memory', () => {
  const memory = countingMemory();
  const pool = new MemoryPool(memory, { floor: 0 });
  const step = () => {
    const blocks = [3e6, 5e6, 1e4, 3e6].map((bytes) => pool.allocate(bytes));
    for (const block of blocks) pool.release(block);
  };
  step();
  const { held } = pool;
  for (let i = 0; i < 100; i++) step();
  expect(pool.held).toBe(held);
  expect(pool.live).toBe(0);
});

test('frees the blocks longest unused, so that ever new sizes do not fill the memory', () => {
  const memory = countingMemory();
  const pool = new MemoryPool(memory, { floor: 1e6 });
  for (let size = 1000; size < 1e8; size = Math.ceil(size * 1.2)) pool.release(pool.allocate(size));
  expect(pool.held).toBeLessThanOrEqual(2 * pool.peak);
  expect([...memory.allocated.values()].reduce((sum, bytes) => sum + bytes, 0)).toBeLessThan(2.1 * pool.peak);
  pool.trim();
  expect(memory.allocated.size).toBe(0);
  expect(pool.held).toBe(0);
});

test('borrow releases its block even if the callback throws', () => {
  const pool = new MemoryPool(countingMemory());
  expect(() =>
    pool.borrow(100, () => {
      throw new Error('failed');
    }),
  ).toThrow('failed');
  expect(pool.live).toBe(0);
});
