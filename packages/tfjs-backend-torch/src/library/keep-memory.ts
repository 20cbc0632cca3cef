import koffi from 'koffi';

/** From glibc's malloc.h. */
const [M_TRIM_THRESHOLD, M_TOP_PAD, M_MMAP_MAX] = [-1, -2, -4];
const NEVER = -1;
const PAD = 256 * 2 ** 20;

/**
 * Lets glibc's malloc keep what PyTorch frees, for the next tensor. By default it maps and unmaps each block of more
 * than 32 MB, such as the gradients of fc6 and fc7, and waits for its pages. A step of AlexNet with one image takes
 * 168 ms instead of 222; with 32 images the time is the same (two cores of a Xeon).
 *
 * @returns false if nothing was changed, because the user has configured malloc or the system has no glibc.
 */
export function keepMemory(environment: NodeJS.ProcessEnv = process.env): boolean {
  const isChosen = Object.keys(environment).some((name) =>
    /^(MALLOC_.*_|GLIBC_TUNABLES|LD_PRELOAD)$/.test(name),
  );
  if (process.platform !== 'linux' || isChosen) return false;
  const set = koffi.load('libc.so.6').func('int mallopt(int parameter, int value)');
  set(M_MMAP_MAX, 0);
  set(M_TRIM_THRESHOLD, NEVER);
  set(M_TOP_PAD, PAD);
  return true;
}
