import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openIlsvrc } from '@alexnet/imagenet-reader';

/** Unpacks a data set into class folders, whose labels follow the sorted WordNet IDs. The images are the same. */
export async function sortedCopy(from: string, to: string): Promise<void> {
  const source = await openIlsvrc(from);
  for (const split of ['train', 'val'] as const) {
    for await (const image of source.images(split)) {
      const folder = join(to, split, source.classes[image.label]?.wnid ?? '');
      await mkdir(folder, { recursive: true });
      await writeFile(join(folder, image.name), await source.read(image));
    }
  }
  await source.close();
}
