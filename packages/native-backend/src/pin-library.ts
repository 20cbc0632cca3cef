import koffi from 'koffi';

/**
 * The libraries that may contain dlopen: libc since glibc 2.34, libdl before; macOS has one library for all.
 */
const systemLibraries =
  process.platform === 'darwin' ? ['/usr/lib/libSystem.B.dylib'] : ['libc.so.6', 'libdl.so.2'];

/** RTLD_NOW | RTLD_NODELETE and RTLD_GLOBAL, from the dlfcn.h of macOS and of glibc. */
const [NOW_AND_FOREVER, GLOBAL] = process.platform === 'darwin' ? [0x82, 0x8] : [0x1002, 0x100];

/** How `pinLibrary` loads a library. */
export interface PinOptions {
  /** Whether libraries that are loaded later may use its symbols without naming it. Default: false. */
  global?: boolean;
}

/**
 * Loads a shared library for the life of the process.
 *
 * At exit koffi unloads its libraries while OpenMP's threads still run their code, so that a successful run
 * would end with SIGSEGV (exit code 139). RTLD_NODELETE keeps the code mapped. Libraries that are loaded
 * later and depend on the soname of one that was loaded here find it, so LD_LIBRARY_PATH is not needed.
 *
 * @throws Error with the loader's own message if the library cannot be loaded.
 */
export function pinLibrary(path: string, { global = false }: PinOptions = {}): void {
  const { open, error } = loader();
  const mode = NOW_AND_FOREVER | (global ? GLOBAL : 0);
  if (open(path, mode) === null) throw new Error(error() ?? `${path} cannot be loaded`);
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
