// Draws what programs draw of the documentation, figures and the README's results: `npm run docs:images`.
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { runnerImport } from 'vite';

const root = fileURLToPath(new URL('..', import.meta.url));
const conditions = ['@alexnet/source', 'module', 'node'];
const images = `${root}docs/images`;

/** The exports of a figure's module. */
async function figures(name) {
  const { module } = await runnerImport(`${root}docs/figures/${name}.ts`, {
    root,
    configFile: false,
    ssr: { resolve: { conditions } },
  });
  return module;
}

await writeFile(`${images}/colour-noise.png`, await (await figures('color-noise-figure')).colorNoiseFigure());
await writeFile(`${images}/two-devices.svg`, await (await figures('two-devices-figure')).twoDevicesFigure());
await writeFile(`${images}/vase.jpg`, await (await figures('drawn-image')).drawnImage());

const { withResults } = await figures('results-table');
const readme = await readFile(`${root}README.md`, 'utf8');
await writeFile(`${root}README.md`, withResults(readme, pathToFileURL(root)));
