import koffi from 'koffi';
import type { Address } from './c-api.js';

/** Where dlopen lives: in libc since glibc 2.34, in libdl before; macOS has one library for all. */
const systemLibraries =
  process.platform === 'darwin' ? ['/usr/lib/libSystem.B.dylib'] : ['libc.so.6', 'libdl.so.2'];

/** RTLD_NOW | RTLD_NODELETE of macOS's and of glibc's dlfcn.h. */
const NOW_AND_FOREVER = process.platform === 'darwin' ? 0x82 : 0x1002;

/**
 * Loads a shared library for the life of the process.
 *
 * koffi unloads its libraries at exit while OpenMP's threads still run their code, which ends a good run with
 * SIGSEGV (exit code 139); RTLD_NODELETE keeps the code mapped. A library loaded here by path also serves
 * those that need its soname afterwards, so no LD_LIBRARY_PATH is wanted.
 *
 * @throws Error with the loader's own words if it cannot be loaded.
 */
export function pinLibrary(path: string): void {
  const { open, error } = loader();
  if (open(path, NOW_AND_FOREVER) === null) throw new Error(error() ?? `${path} cannot be loaded`);
}

interface Loader {
  open(path: string, mode: number): Address | null;
  error(): string | null;
}

function loader(): Loader {
  for (const name of systemLibraries) {
    try {
      const library = koffi.load(name);
      return {
        open: library.func('void* dlopen(const char* path, int mode)'),
        error: library.func('const char* dlerror()'),
      };
    } catch {
      // the next library may have it; if none has, the error below says so
    }
  }
  throw new Error(`dlopen not found in ${systemLibraries.join(' or ')} (is this a glibc system?)`);
}
