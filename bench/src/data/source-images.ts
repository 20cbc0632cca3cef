import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { link, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openIlsvrc, prepare } from '@alexnet/imagenet-reader';
import sharp from 'sharp';
import type { Run } from '../section.js';

const root = fileURLToPath(new URL('../..', import.meta.url)); // from bench/dist
const DRAWN = 60;

/** What the bench prepares: a folder in the layout `classes`. */
export interface SourceImages {
  readonly folder: string;
  readonly images: number;
  /** Where the images come from, as a line of output. */
  readonly origin: string;
}

/**
 * Fills `folder` with `train/photographs`: the 200 photographs of ILSVRC in the folder that ALEXNET_DATA names (default
 * `../shared/data`, relative to the repository), or else drawn images of 500 x 375. Each is there several times, as hard links.
 *
 * @param images How many; 1000 are prepared in some seconds.
 */
export async function sourceImages(folder: string, images = 1000): Promise<SourceImages> {
  const tar = join(resolve(root, process.env.ALEXNET_DATA ?? '../shared/data'), 'ilsvrc-samples-200.tar');
  const originals = join(folder, 'originals');
  await mkdir(originals, { recursive: true });
  const hasPhotographs = existsSync(tar);
  if (hasPhotographs) execFileSync('tar', ['xf', tar, '-C', originals, '--strip-components=1']);
  else await drawImages(originals, Math.min(DRAWN, images));
  const names = (await readdir(originals)).filter((name) => name.endsWith('.JPEG')).sort();
  await linkImages(originals, names, join(folder, 'source', 'train', 'photographs'), images);
  await linkImages(originals, names, join(folder, 'source', 'val', 'photographs'), 1); // the layout requires a validation image
  const origin = hasPhotographs
    ? `${names.length} photographs of ILSVRC`
    : `${names.length} drawn images (no ${tar})`;
  return {
    folder: join(folder, 'source'),
    images,
    origin: `${images} images: ${origin}, repeated`,
  };
}

/** Prepares as many of these images as rgb, in a folder inside `work`, and returns that folder. */
export async function preparedImages(work: string, images: number, note: Run['note']): Promise<string> {
  const photographs = await sourceImages(work, images);
  note(`  ${photographs.origin}`);
  const source = await openIlsvrc(photographs.folder);
  const folder = join(work, 'prepared');
  await prepare(source, folder, { format: 'rgb' });
  await source.close();
  return folder;
}

async function linkImages(from: string, names: readonly string[], to: string, count: number): Promise<void> {
  await mkdir(to, { recursive: true });
  for (let i = 0; i < count; i++) {
    const name = names[i % names.length] ?? '';
    await link(join(from, name), join(to, `${String(i).padStart(5, '0')}_${name}`));
  }
}

/** Soft blobs under fine grain, which encode to as many bytes as a photograph: about 110 kB at quality 95. */
async function drawImages(folder: string, count: number): Promise<void> {
  const noise = (width: number, height: number, sigma: number) =>
    sharp({
      create: {
        width,
        height,
        channels: 3,
        background: '#000',
        noise: { type: 'gaussian', mean: 128, sigma },
      },
    });
  for (let i = 0; i < count; i++) {
    const blobs = await noise(12, 9, 60).png().toBuffer();
    const grain = await noise(500, 375, 30).png().toBuffer();
    const image = await sharp(blobs)
      .resize(500, 375, { kernel: 'cubic' })
      .composite([{ input: grain, blend: 'soft-light' }])
      .jpeg({ quality: 95 })
      .toBuffer();
    await writeFile(join(folder, `${String(i).padStart(3, '0')}.JPEG`), image);
  }
}
