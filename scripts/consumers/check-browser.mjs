// Bundles programs into a page and runs them in a real Chromium, if there is one.

import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { bundledBytes } from './bundlers.mjs';
import { openPage } from './open-page.mjs';
import { differsFromReadme } from './readme-example.mjs';

export const browserNames = ['chromium', 'chromium-browser', 'google-chrome'];

/** An installed Chromium; undefined if there is none. */
export function findChromium() {
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean);
  return folders
    .flatMap((folder) => browserNames.map((name) => join(folder, name)))
    .find((path) => existsSync(path));
}

/** The page, which runs one program after the other and posts what each wrote to the console. */
const page = (programs) => `
const programs = {
${programs.map(({ id }) => `  '${id}': () => import('./${id}.js'),`).join('\n')}
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
for (const [id, load] of Object.entries(programs)) {
  [lines, complaints] = [[], []];
  try {
    await load();
  } catch (error) {
    complaints.push(String(error));
  }
  results[id] = { lines, complaints };
}
await fetch('/results', { method: 'POST', body: JSON.stringify(results) });
`;

/** Writes the programs, and `main.js`, which runs them. */
export async function writePrograms(folder, programs) {
  await mkdir(folder);
  for (const { id, code } of programs) await writeFile(join(folder, `${id}.js`), code);
  await writeFile(join(folder, 'main.js'), page(programs));
}

/** Writes the page that runs `programs`, for a bundler. */
export async function writePage(folder, programs) {
  await writePrograms(folder, programs);
  await writeFile(
    join(folder, 'index.html'),
    '<!doctype html><title>alexnet</title><script type="module" src="/main.js"></script>\n',
  );
}

/** Copies the files that wasm loads to the folder `wasm` of what is served. */
export async function copyWasm(project, served) {
  const wasm = join(project, 'node_modules/@tensorflow/tfjs-backend-wasm/dist');
  for (const name of (await readdir(wasm)).filter((file) => file.endsWith('.wasm')))
    await cp(join(wasm, name), join(served, 'wasm', name));
}

/** Bundles the page of `folder` into `outDir`; adds the bundler's complaints to `wrong`. */
export async function bundlePage(bundle, { project, folder, outDir }, wrong) {
  await bundle({ project, folder, outDir, wrong });
  await copyWasm(project, outDir);
  return `${((await bundledBytes(outDir)) / 1000).toFixed(0)} kB with TensorFlow.js`;
}

/** Opens the page; adds the errors of its programs, and output that is not the README's, to `wrong`. */
export async function runPage(chromium, answer, programs, wrong) {
  const { results, version } = await openPage(chromium, answer);
  for (const program of programs) {
    const { lines = [], complaints = ['did not run'] } = results[program.id] ?? {};
    const differs = differsFromReadme(program, lines.join('\n'));
    for (const what of [...complaints, ...(differs ? [differs] : [])]) wrong.push(`${program.id}: ${what}`);
  }
  return `${programs.length} programs in ${version}`;
}

const noNode = 'a browser has no files, processes or native libraries.';
const withoutNode = [
  `wasm not onednn: findOneDnn requires Node (@alexnet/tfjs-backend-onednn): ${noNode}`,
  `not tensorflow: startTensorFlow requires Node (@alexnet/backends): ${noNode}`,
  'WebGPU: it ran or says why not',
  '2 images, loss 0.4807',
  `run: the checkpoint could not be written (writeSnapshot requires Node (@alexnet/sgd-momentum-trainer): ${noNode}).`,
  `openPrepared requires Node (@alexnet/imagenet-reader): ${noNode}`,
  'SameMapNorm true function,function',
];

/** A program that uses what also runs in Node, and its output in a page. */
export async function programWithoutNode() {
  const code = await readFile(new URL('./programs/without-node.mjs', import.meta.url), 'utf8');
  return { package: '@alexnet/backends', id: 'without-node', code, promised: withoutNode.join('\n') };
}
