// Bundles programs of READMEs with vite and runs them in a page of a real Chromium, if there is one.

import { existsSync } from 'node:fs';
import { mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { build, createLogger } from 'vite';
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

/** Bundles programs into a page in `outDir`; adds vite's warnings to `wrong`. */
export async function bundlePage(folder, outDir, programs, wrong) {
  await mkdir(folder);
  for (const { id, code } of programs) await writeFile(join(folder, `${id}.js`), code);
  await writeFile(join(folder, 'main.js'), page(programs));
  await writeFile(
    join(folder, 'index.html'),
    '<!doctype html><title>alexnet</title><script type="module" src="/main.js"></script>\n',
  );
  const customLogger = createLogger('silent');
  for (const kind of ['warn', 'warnOnce', 'error']) customLogger[kind] = (message) => wrong.push(message);
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
  return `${programs.length} programs, ${kilobytes.toFixed(0)} kB with TensorFlow.js`;
}

/** Opens the page; adds the errors of its programs, and output that is not the README's, to `wrong`. */
export async function runPage(chromium, outDir, programs, wrong) {
  const { results, version } = await openPage(chromium, outDir);
  for (const program of programs) {
    const { lines = [], complaints = ['did not run'] } = results[program.id] ?? {};
    const differs = differsFromReadme(program, lines.join('\n'));
    for (const what of [...complaints, ...(differs ? [differs] : [])]) wrong.push(`${program.id}: ${what}`);
  }
  return `${programs.length} programs in ${version}`;
}
