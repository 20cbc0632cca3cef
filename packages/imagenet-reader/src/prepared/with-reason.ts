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
 * Decodes or encodes an image with sharp, whose errors get one line.
 *
 * libvips keeps the reasons of all threads in one place and clears it whenever an image is done, so the reason may be
 * lost. Then `work` is done again, with no other failed image at the same time.
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

/** The lines of a message, each once: it has those of every thread that met an error. */
function linesOf(error: unknown): string[] {
  const lines = messageOf(error).split('\n');
  return [...new Set(lines.map((line) => line.trim()).filter(Boolean))];
}
