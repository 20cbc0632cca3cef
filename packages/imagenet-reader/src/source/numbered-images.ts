import type { SplitLabels } from './devkit.js';
import { kindOf } from './file-kind.js';
import { folderPictures } from './folder-splits.js';
import { imageGroup } from './image-group.js';
import type { ImageList } from './image-list.js';
import type { Opening } from './opening.js';
import { type FoundImages, tarPictures } from './tar-splits.js';

/**
 * The pictures of a split without folders of classes, in a tar or a folder: the i-th by name has the i-th label.
 *
 * @throws Error if there are none, if their number is not that of the labels, or if their own numbers have a gap.
 */
export async function numberedImages(
  place: string,
  { labels, location }: SplitLabels,
  { files, signal }: Pick<Opening, 'files' | 'signal'>,
): Promise<FoundImages> {
  const source = (await kindOf(place)) === 'folder' ? undefined : await files.open(place);
  const { list, ignored } = source ? await tarPictures(source, { signal }) : await folderPictures(place);
  if (list.count === 0) throw withoutPictures(place);
  if (list.count !== labels.length) {
    throw new Error(
      `${place} holds ${list.count} pictures but ${location} has ${labels.length} labels; fetch the incomplete one again.`,
    );
  }
  checkNumbers(list, place);
  return { groups: [imageGroup(list, { location: place, labels, tar: source?.path })], ignored };
}

export function withoutPictures(place: string): Error {
  return new Error(`${place} holds no pictures; fetch or unpack them again.`);
}

/** `ILSVRC2012_val_00000007.JPEG` must be the seventh, or every label after a gap would be wrong. */
function checkNumbers(list: ImageList, place: string): void {
  const there = new Uint8Array(list.count + 1);
  for (let i = 0; i < list.count; i++) {
    const digits = /_(\d{8})\.\w+$/.exec(list.at(i).name)?.[1];
    if (digits === undefined) return; // names of another kind: their order is all there is
    if (Number(digits) <= list.count) there[Number(digits)] = 1;
  }
  const gap = there.indexOf(0, 1);
  if (gap > 0)
    throw new Error(`${place} lacks the picture numbered ${gap} of ${list.count}; fetch it again.`);
}
