import type { SplitLabels } from '../devkit/devkit.js';
import { kindOf } from '../file-kind.js';
import { imageGroup } from '../image-group.js';
import type { ImageList } from '../image-list.js';
import type { LeftOut } from '../left-out.js';
import type { Opening } from '../opening.js';
import { emptyBecause, folderImages } from './folder-splits.js';
import { type FoundImages, tarImages } from './tar-splits.js';

/**
 * The images of a split without class folders, in a tar or a folder. The i-th image by name has the i-th
 * label.
 *
 * @throws Error if there are no images, if their number differs from the number of labels, or if the numbers
 *   in their names have a gap.
 */
export async function numberedImages(
  path: string,
  { labels, location: labelsFile }: SplitLabels,
  { files, signal }: Pick<Opening, 'files' | 'signal'>,
): Promise<FoundImages> {
  const source = (await kindOf(path)) === 'folder' ? undefined : await files.open(path);
  const { list, leftOut } = source ? await tarImages(source, { signal }) : await folderImages(path);
  if (list.count === 0) throw noImages(path, leftOut);
  if (list.count !== labels.length) {
    throw new Error(
      `${path} holds ${list.count} images but ${labelsFile} has ${labels.length} labels; fetch the incomplete one again.`,
    );
  }
  checkNumbers(list, path);
  return { groups: [imageGroup(list, { location: path, labels, tar: source?.path })], leftOut };
}

/** The error for a split in which no image was found. */
export function noImages(path: string, leftOut: readonly LeftOut[]): Error {
  const { what, remedy = 'fetch or unpack them again' } = emptyBecause(leftOut);
  return new Error(`${path} ${what}; ${remedy}.`);
}

/** `ILSVRC2012_val_00000007.JPEG` must be the seventh, or every label after a gap would be wrong. */
function checkNumbers(list: ImageList, path: string): void {
  const there = new Uint8Array(list.count + 1);
  for (let i = 0; i < list.count; i++) {
    const digits = /_(\d{8})\.\w+$/.exec(list.at(i).name)?.[1];
    if (digits === undefined) return; // other kinds of names: nothing to check but their order
    if (Number(digits) <= list.count) there[Number(digits)] = 1;
  }
  const gap = there.indexOf(0, 1);
  if (gap > 0) throw new Error(`${path} is missing image number ${gap} of ${list.count}; fetch it again.`);
}
