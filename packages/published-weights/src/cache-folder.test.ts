import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { cacheFolder } from './index.js';

test('the cache is where the platform keeps caches, unless ALEXNET_CACHE says otherwise', () => {
  const home = homedir();
  expect(cacheFolder({}, 'linux')).toBe(join(home, '.cache/alexnet'));
  expect(cacheFolder({ XDG_CACHE_HOME: '/fast' }, 'linux')).toBe('/fast/alexnet');
  expect(cacheFolder({ XDG_CACHE_HOME: 'relative' }, 'linux')).toBe(join(home, '.cache/alexnet'));
  expect(cacheFolder({}, 'darwin')).toBe(join(home, 'Library/Caches/alexnet'));
  expect(cacheFolder({ LOCALAPPDATA: '/local' }, 'win32')).toBe('/local/alexnet');
  expect(cacheFolder({}, 'win32')).toBe(join(home, 'AppData/Local/alexnet'));
  expect(cacheFolder({ ALEXNET_CACHE: 'weights', XDG_CACHE_HOME: '/fast' }, 'linux')).toBe(
    resolve('weights'),
  );
});
