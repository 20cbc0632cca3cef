import koffi from 'koffi';

/** The libraries that may contain dlopen: libc since glibc 2.34, libdl before; macOS has one for all. */
const systemLibraries =
  process.platform === 'darwin' ? ['/usr/lib/libSystem.B.dylib'] : ['libc.so.6', 'libdl.so.2'];

/** RTLD_NOW | RTLD_GLOBAL | RTLD_NODELETE, from the dlfcn.h of macOS and of glibc. */
const GLOBALLY_AND_FOREVER = process.platform === 'darwin' ? 0x8a : 0x1102;

/**
 * Loads a shared library for the life of the process.
 *
 * PyTorch's libraries find each other's symbols globally. RTLD_NODELETE keeps the code mapped: at exit koffi
 * unloads its libraries while OpenMP's threads still run their code.
 *
 * @throws Error with the loader's own message if the library cannot be loaded.
 */
export function pinLibrary(path: string): void {
  const { open, error } = loader();
  if (open(path, GLOBALLY_AND_FOREVER) === null) throw new Error(error() ?? `${path} cannot be loaded`);
}

interface Loader {
  open(path: string, mode: number): bigint | null;
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
      // the next library may contain it; if none does, the error below says so
    }
  }
  throw new Error(`dlopen not found in ${systemLibraries.join(' or ')} (is this a glibc system?)`);
}
