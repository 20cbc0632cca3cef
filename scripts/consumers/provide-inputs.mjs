// Makes the files that programs of READMEs read, in the project where they run.

import { copyFile, mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { root } from './pack.mjs';

const inputs = {
  '@alexnet/alexnet-model': copyWeights,
  '@alexnet/imagenet-reader': drawPhotographs,
  '@alexnet/recipe': (folder) => drawPhotographs(folder, { train: 10, val: 5 }),
  jest: async (folder) => {
    await copyWeights(folder);
    await drawPhotographs(folder, { train: 2, val: 1 });
  },
};

/** Makes the files that the programs of this package's README, or of this tool, read; most read none. */
export async function provideInputs(name, folder) {
  await inputs[name]?.(folder);
}

/** `alexnet.pth`: a narrow version of torchvision's AlexNet, written by PyTorch. */
async function copyWeights(folder) {
  await copyFile(join(root, 'packages/alexnet-model/fixtures/torchvision.pth'), join(folder, 'alexnet.pth'));
}

/** The folder `photographs`: small images of four classes, each of one color; 800 images by default. */
async function drawPhotographs(folder, counts = { train: 150, val: 50 }) {
  const sharp = createRequire(join(root, 'packages/imagenet-reader/package.json'))('sharp');
  for (const [split, count] of Object.entries(counts)) {
    for (let label = 0; label < 4; label++) {
      const path = join(folder, 'photographs', split, `class${label}`);
      await mkdir(path, { recursive: true });
      for (let i = 0; i < count; i++) {
        const background = {
          r: (i * 37 + label * 60) % 256,
          g: (i * 11 + 40) % 256,
          b: (i * 5 + label * 9) % 256,
        };
        const create = { width: 20, height: 16, channels: 3, background };
        await sharp({ create })
          .png()
          .toFile(join(path, `${i}.png`));
      }
    }
  }
}
