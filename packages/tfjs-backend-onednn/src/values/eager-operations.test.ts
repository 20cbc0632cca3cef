import { expect, test } from 'vitest';
import { EagerOperations } from './eager-operations.js';

test('remembers the operations added', () => {
  const eager = new EagerOperations();
  eager.add('convolution a');
  expect(eager.has('convolution a')).toBe(true);
  expect(eager.has('convolution b')).toBe(false);
});

test('forgets the least recently used operation beyond the capacity', () => {
  const eager = new EagerOperations(2);
  eager.add('a');
  eager.add('b');
  eager.has('a');
  eager.add('c');
  expect(['a', 'b', 'c'].map((key) => eager.has(key))).toEqual([true, false, true]);
});
