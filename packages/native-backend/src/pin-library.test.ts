import koffi from 'koffi';
import { expect, test } from 'vitest';
import { pinLibrary } from './pin-library.js';

const isLinux = process.platform === 'linux';
/** RTLD_NOLOAD: dlopen only says whether the library is in the process. */
const NOW_IF_LOADED = 0x6;

test('a library that is not there is refused in the words of the loader', () => {
  expect(() => pinLibrary('/nowhere/libnone.so')).toThrow(/\/nowhere\/libnone\.so/);
});

test.skipIf(!isLinux)('a pinned library stays in the process after koffi closes it', () => {
  const isLoaded = koffi.load('libc.so.6').func('void* dlopen(const char* path, int mode)');
  const name = 'libutil.so.1';
  pinLibrary(name);
  pinLibrary(name, { global: true });
  const library = koffi.load(name);
  (library as { unload?(): void }).unload?.();
  expect(isLoaded(name, NOW_IF_LOADED)).not.toBeNull();
  expect(isLoaded('libnone.so.1', NOW_IF_LOADED)).toBeNull();
});
