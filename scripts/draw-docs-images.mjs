// Draws the pictures of the documentation that a program can draw: `npm run docs:images`.
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { runnerImport } from 'vite';

const root = fileURLToPath(new URL('..', import.meta.url));
const conditions = ['@alexnet/source', 'module', 'node'];
const { module } = await runnerImport(`${root}examples/ilsvrc/src/docs/color-noise-figure.ts`, {
  root,
  configFile: false,
  ssr: { resolve: { conditions } },
});
await writeFile(`${root}docs/images/colour-noise.png`, await module.colorNoiseFigure());
