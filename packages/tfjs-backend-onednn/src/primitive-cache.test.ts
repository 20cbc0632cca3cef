import { expect, test } from 'vitest';
import { PrimitiveCache } from './primitive-cache.js';

function plans() {
  const log: string[] = [];
  const make = (key: string) => () => {
    log.push(`made ${key}`);
    return { destroy: () => log.push(`destroyed ${key}`) };
  };
  return { log, make };
}

test('creates a plan once', () => {
  const { log, make } = plans();
  const cache = new PrimitiveCache();
  expect(cache.get('a', make('a'))).toBe(cache.get('a', make('a')));
  expect(log).toEqual(['made a']);
});

test('destroys the least recently used plan beyond the capacity', () => {
  const { log, make } = plans();
  const cache = new PrimitiveCache(2);
  for (const key of ['a', 'b', 'a', 'c']) cache.get(key, make(key));
  expect(log).toEqual(['made a', 'made b', 'made c', 'destroyed b']);
  expect(cache.size).toBe(2);
});

test('clear destroys all plans', () => {
  const { log, make } = plans();
  const cache = new PrimitiveCache();
  cache.get('a', make('a'));
  cache.clear();
  expect(log).toEqual(['made a', 'destroyed a']);
});

test('does not keep a plan that cannot be created', () => {
  const cache = new PrimitiveCache();
  const fail = () => {
    throw new Error('refused');
  };
  expect(() => cache.get('a', fail)).toThrow('refused');
  expect(cache.size).toBe(0);
});
