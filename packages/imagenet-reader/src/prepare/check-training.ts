import type { IlsvrcSource } from '../source/ilsvrc-source.js';
import { printable } from '../source/printable.js';

const MOST_NAMED = 5;

/**
 * Checks that a source has training images, of every class, before the work begins. It lists the training
 * split, which takes a second for ILSVRC.
 *
 * @throws Error of one line that names the classes without images and says what to do.
 */
export async function checkTraining(source: IlsvrcSource, signal?: AbortSignal): Promise<void> {
  const { path, classes, counts } = source;
  if (counts.train === 0) {
    throw new Error(`${path} has no training images; prepare needs them for its statistics.`);
  }
  const perClass = new Uint32Array(classes.length);
  for await (const { label } of source.images('train')) {
    signal?.throwIfAborted();
    perClass[label] = (perClass[label] ?? 0) + 1;
  }
  const empty = [...perClass.keys()].filter((label) => perClass[label] === 0);
  if (empty.length === 0) return;
  const highest = classes.length - 1;
  if (empty.length === 1 && empty[0] === 0 && highest > 0) {
    throw new Error(
      `${path}: no training image has label 0, but all labels from 1 to ${highest} occur, so they seem to count from 1; subtract 1 from each and pack the shards again.`,
    );
  }
  const named = empty.slice(0, MOST_NAMED).map((label) => nameOf(label, classes[label]?.wnid));
  const more = empty.length > MOST_NAMED ? ` and ${empty.length - MOST_NAMED} more` : '';
  throw new Error(
    `${path}: ${empty.length} of the ${classes.length} classes have no training images (${named.join(', ')}${more}); add the shards that hold them, or number the classes that are there from 0.`,
  );
}

function nameOf(label: number, wnid: string | undefined): string {
  return wnid === undefined || wnid === String(label)
    ? `label ${label}`
    : `label ${label}: ${printable(wnid)}`;
}
