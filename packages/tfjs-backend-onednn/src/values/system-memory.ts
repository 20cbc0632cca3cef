import koffi from 'koffi';
import type { Address } from '../library/c-api.js';

/** The allocation functions of the C library that the pool needs. */
export interface SystemMemory {
  /** @returns undefined if the system has not enough memory left. */
  allocate(bytes: number): Address | undefined;
  free(address: Address): void;
  /** The memory at an address as an ArrayBuffer; it must not be touched after `free`. */
  view(address: Address, bytes: number): ArrayBuffer;
}

const pageBytes = 4096;
const isMac = process.platform === 'darwin';
const hugePageBytes = 2 * 1024 * 1024;
const adviseHugePages = 14;

/** Page-aligned memory. From 1 MiB on it uses huge pages, whose first touch takes a fifth of the time. */
export function systemMemory(): SystemMemory {
  const libc = koffi.load(isMac ? '/usr/lib/libSystem.B.dylib' : 'libc.so.6');
  const alignedAlloc: (alignment: number, bytes: number) => Address | null = libc.func(
    'void* aligned_alloc(size_t alignment, size_t bytes)',
  );
  const advise: (address: Address, bytes: number, advice: number) => number = libc.func(
    'int madvise(void* address, size_t bytes, int advice)',
  );
  const release: (address: Address) => void = libc.func('void free(void* address)');

  return {
    allocate(bytes) {
      const alignment = bytes >= hugePageBytes / 2 ? hugePageBytes : pageBytes;
      const rounded = Math.ceil(bytes / alignment) * alignment;
      const address = alignedAlloc(alignment, rounded);
      if (address === null) return undefined;
      if (alignment === hugePageBytes && !isMac) advise(address, rounded, adviseHugePages);
      return address;
    },
    free: release,
    view: (address, bytes) => koffi.view(address, bytes),
  };
}
