import { expect, test } from 'vitest';
import { RecentValues } from './recent-values.js';

/** Gets a value and says whether it was made. */
async function isMade(values: RecentValues<string>, key: string, weight = 1): Promise<boolean> {
  let made = false;
  await values.get(key, weight, async () => {
    made = true;
    return key;
  });
  return made;
}

test('a value is made once, also while it is being made', async () => {
  const values = new RecentValues<number>(1);
  let made = 0;
  const make = async (): Promise<number> => ++made;
  expect(await Promise.all([values.get('a', 1, make), values.get('a', 1, make)])).toEqual([1, 1]);
});

test('the value that was used least recently is forgotten first, and two are kept whatever their weight', async () => {
  const values = new RecentValues<string>(3);
  for (const key of ['a', 'b', 'c', 'a', 'd']) await isMade(values, key);
  expect(await isMade(values, 'a')).toBe(false);
  expect(await isMade(values, 'b')).toBe(true);
  await isMade(values, 'heavy', 100);
  await isMade(values, 'heavier', 1000);
  expect([await isMade(values, 'heavy', 100), await isMade(values, 'heavier', 1000)]).toEqual([false, false]);
});

test('a value that could not be made is made again', async () => {
  const values = new RecentValues<string>(3);
  await expect(values.get('a', 1, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await isMade(values, 'a')).toBe(true);
});
