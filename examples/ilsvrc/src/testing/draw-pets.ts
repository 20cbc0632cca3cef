import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { drawJpeg } from '@alexnet/embedded-ilsvrc';

/** Draws `pets/train` and `pets/val` in a folder: two classes, `a` and `b`, of six images each. */
export async function drawPets(folder: string): Promise<void> {
  for (const [label, name] of ['a', 'b'].entries()) {
    for (const split of ['train', 'val'] as const) {
      const images = join(folder, 'pets', split, name);
      await mkdir(images, { recursive: true });
      for (let n = 0; n < 6; n++)
        await writeFile(join(images, `${name}${n}.jpg`), await drawJpeg(1, split, label, n));
    }
  }
}
