// Programs of READMEs bundled by vite and run in a page of a real Chromium, where there is one.

import { existsSync } from 'node:fs';
import { mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { build, createLogger } from 'vite';
import { openPage } from './open-page.mjs';
import { differsFromReadme } from './readme-example.mjs';

/** A Chromium of the system. */
function findChromium() {
  const names = ['chromium', 'chromium-browser', 'google-chrome'];
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean);
  return folders
    .flatMap((folder) => names.map((name) => join(folder, name)))
    .find((path) => existsSync(path));
}

/** The page: runs one program after the other and sends home what each wrote to the console. */
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

/** Bundles and runs; what is wrong in either, and what was done, in words. */
export async function checkBrowser(project, programs) {
  const folder = join(project, 'page');
  await mkdir(folder);
  for (const { id, code } of programs) await writeFile(join(folder, `${id}.js`), code);
  await writeFile(join(folder, 'main.js'), page(programs));
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
  const bundled = `${programs.length} programs, ${kilobytes.toFixed(0)} kB with TensorFlow.js`;

  const chromium = findChromium();
  if (!chromium)
    return {
      bundling,
      bundled,
      skipped: 'no chromium, chromium-browser or google-chrome in PATH (Debian: apt install chromium)',
    };
  const { results, version } = await openPage(chromium, outDir);
  const running = programs.flatMap((program) => {
    const { lines = [], complaints = ['did not run'] } = results[program.id] ?? {};
    const differs = differsFromReadme(program, lines.join('\n'));
    return [...complaints, ...(differs ? [differs] : [])].map((wrong) => `${program.id}: ${wrong}`);
  });
  return { bundling, bundled, running, ran: `${programs.length} programs in ${version}` };
}
