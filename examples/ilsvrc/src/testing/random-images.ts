import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { openIlsvrc, openPrepared, type PreparedData, prepare } from '@alexnet/imagenet-reader';
import { randomStream } from '@alexnet/random';
import sharp from 'sharp';

/** Prepares 7 training and 7 validation images of random pixels for each class, in an empty folder. */
export async function randomImages(
  folder: string,
  { size, classes }: { size: number; classes: number },
): Promise<PreparedData> {
  const stream = randomStream(5);
  for (const split of ['train', 'val'])
    for (let label = 0; label < classes; label++) {
      await mkdir(join(folder, `in/${split}/${label}`), { recursive: true });
      for (let n = 0; n < 7; n++) {
        const pixels = Uint8Array.from({ length: size * size * 3 }, () => stream.integer(256));
        const image = sharp(pixels, { raw: { width: size, height: size, channels: 3 } });
        await image.png().toFile(join(folder, `in/${split}/${label}/${n}.png`));
      }
    }
  const source = await openIlsvrc(join(folder, 'in'));
  await prepare(source, join(folder, 'out'), { size, format: 'rgb' });
  await source.close();
  return openPrepared(join(folder, 'out'));
}
