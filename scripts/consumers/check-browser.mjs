// The programs of the READMEs bundled by vite and run in a page of a real Chromium, where there is one.

import { existsSync } from 'node:fs';
import { mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { build, createLogger } from 'vite';
import { openPage } from './open-page.mjs';
import { differsFromReadme } from './readme-example.mjs';

/** Packages whose program writes files or loads a library: nothing for a page. */
const notForPages = [
  '@alexnet/imagenet-reader',
  '@alexnet/tfjs-backend-onednn',
  '@alexnet/backends',
  '@alexnet/sgd-momentum-trainer',
];

/** A Chromium of the system. */
function findChromium() {
  const names = ['chromium', 'chromium-browser', 'google-chrome'];
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean);
  return folders
    .flatMap((folder) => names.map((name) => join(folder, name)))
    .find((path) => existsSync(path));
}

/** The page: runs one program after the other and sends home what each wrote to the console. */
const page = (names) => `
const programs = {
${names.map((name) => `  '${name}': () => import('./${fileOf(name)}'),`).join('\n')}
};
const results = {};
let lines = [];
let complaints = [];
const show = (value) => {
  if (typeof value === 'string') return value;
  if (ArrayBuffer.isView(value)) return \`\${value.constructor.name}(\${value.length}) [\${value.join(',')}]\`;
  return JSON.stringify(value);
};
console.log = (...values) => lines.push(values.map(show).join(' '));
for (const kind of ['warn', 'error']) console[kind] = (...values) => complaints.push(values.map(show).join(' '));
for (const [name, load] of Object.entries(programs)) {
  [lines, complaints] = [[], []];
  try {
    await load();
  } catch (error) {
    complaints.push(String(error));
  }
  results[name] = { lines, complaints };
}
await fetch('/results', { method: 'POST', body: JSON.stringify(results) });
`;

const fileOf = (name) => `${name.replace('@alexnet/', '')}.js`;

/** Bundles and runs; what is wrong in either, and what was done, in words. */
export async function checkBrowser(project, examples) {
  const names = [...examples.keys()].filter((name) => !notForPages.includes(name));
  const folder = join(project, 'page');
  await mkdir(folder);
  for (const name of names) await writeFile(join(folder, fileOf(name)), examples.get(name).code);
  await writeFile(join(folder, 'main.js'), page(names));
  await writeFile(
    join(folder, 'index.html'),
    '<!doctype html><title>alexnet</title><script type="module" src="/main.js"></script>\n',
  );

  const bundling = [];
  const customLogger = createLogger('silent');
  for (const kind of ['warn', 'warnOnce', 'error']) customLogger[kind] = (message) => bundling.push(message);
  const outDir = join(folder, 'dist');
  await build({
    root: folder,
    customLogger,
    configFile: false,
    logLevel: 'warn',
    build: { outDir, target: 'esnext', chunkSizeWarningLimit: 5000 },
  });
  const files = await readdir(join(outDir, 'assets'));
  const sizes = await Promise.all(files.map(async (file) => (await stat(join(outDir, 'assets', file))).size));
  const kilobytes = sizes.reduce((sum, size) => sum + size, 0) / 1000;
  const bundled = `${names.length} programs, ${kilobytes.toFixed(0)} kB with TensorFlow.js`;

  const chromium = findChromium();
  if (!chromium)
    return {
      bundling,
      bundled,
      skipped: 'no chromium, chromium-browser or google-chrome in PATH (Debian: apt install chromium)',
    };
  const { results, version } = await openPage(chromium, outDir);
  const running = names.flatMap((name) => {
    const { lines = [], complaints = ['did not run'] } = results[name] ?? {};
    const differs = differsFromReadme(examples.get(name), lines);
    return [...complaints, ...(differs ? [differs] : [])].map((wrong) => `${name}: ${wrong}`);
  });
  return { bundling, bundled, running, ran: `${names.length} programs in ${version}` };
}
