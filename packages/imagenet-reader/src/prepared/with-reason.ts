import { messageOf } from '@alexnet/validate';

/**
 * The most pixels that an image may declare: more than ILSVRC's largest image has, and at most some hundreds
 * of MB while decoding.
 */
export const MOST_PIXELS = 100_000_000;

/** How often an image is decoded again for its reason. With eight images at once, one failure in four loses it. */
const TRIES = 20;

/** The message of sharp if libvips gave none. */
const LOST = 'Unknown error';

let lookup: Promise<unknown> = Promise.resolve();

/**
 * Decodes an image with sharp. An error has one line, which gives the reason.
 *
 * libvips keeps the reasons of all threads in one place and clears them whenever any image is finished, so a reason may
 * be lost. In that case `work` is repeated, one failed image at a time.
 *
 * @throws Error with the reason.
 */
export async function withReason<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    let lines = linesOf(error);
    for (let tries = 0; tries < TRIES && lines.includes(LOST); tries++) {
      const again = lookup.then(work);
      lookup = again.catch(() => {});
      lines = await again.then(() => lines, linesOf);
    }
    throw new Error(reasonOf(lines), { cause: error });
  }
}

/** libvips also names each place where a file ended; an error here has one line. */
function reasonOf(lines: readonly string[]): string {
  if (lines.includes(LOST)) return 'it cannot be decoded (libvips gave no reason)';
  if (lines.includes('Input image exceeds pixel limit')) {
    return `it has more than ${MOST_PIXELS.toLocaleString('en')} pixels`;
  }
  const reasons = lines.filter((line) => !line.startsWith('source: bad seek'));
  return (reasons.length > 0 ? reasons : lines).join('; ');
}

/** The lines of a message without repetition: libvips writes a line for every thread that fails. */
function linesOf(error: unknown): string[] {
  const lines = messageOf(error).split('\n');
  return [...new Set(lines.map((line) => line.trim()).filter(Boolean))];
}
