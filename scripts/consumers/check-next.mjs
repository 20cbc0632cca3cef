// Builds an app of Next.js with the configuration that docs/tools.md shows, and uses its server, with and without oneDNN and
// standalone, and its page.

import { spawn } from 'node:child_process';
import { cp, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { copyWasm, runPage, writePrograms } from './check-browser.mjs';
import { compareResults, copyPrograms, promised } from './in-node-results.mjs';
import { addPackages, environment, root, run } from './pack.mjs';
import { provideInputs } from './provide-inputs.mjs';

const quiet = { NEXT_TELEMETRY_DISABLED: '1', NO_COLOR: '1' };
const next = (project) => join(project, 'node_modules/next/dist/bin/next');
const START_MS = 60_000;

/** Installs Next.js in `project`; returns npm's reason if it cannot. */
export async function installNext(project) {
  const packages = ['next@16', 'react@19', 'react-dom@19'];
  return addPackages(project, packages).then(
    () => undefined,
    (error) => (error.stderr || error.message).trim().split('\n')[0],
  );
}

/** The `next.config.mjs` of docs/tools.md, without what is slow and changes nothing here, and for both kinds of servers. */
const config = `
import documented from './documented.config.mjs';

export default (phase) => ({
  ...documented,
  ...(phase === 'phase-production-build' && { output: 'standalone' }),
  experimental: { turbopackMinify: false, turbopackFileSystemCacheForBuild: false },
});
`;

async function documentedConfig() {
  const page = await readFile(join(root, 'docs/tools.md'), 'utf8');
  const shown = /^```js\n\/\/ next\.config\.mjs\n([\s\S]*?)^```/m.exec(page)?.[1];
  if (!shown) throw new Error('docs/tools.md shows no next.config.mjs.');
  return shown;
}

/** Makes `project` an app whose page runs `programs`, and builds it. */
export async function buildNext(project, programs, wrong) {
  const app = join(project, 'app');
  await cp(fileURLToPath(new URL('./programs/next', import.meta.url)), app, { recursive: true });
  await copyPrograms(['in-node.mjs'], app);
  await writePrograms(join(app, 'programs'), programs);
  await mkdir(join(project, 'public'));
  await copyWasm(project, join(project, 'public'));
  await provideInputs('jest', project);
  await writeFile(join(project, 'documented.config.mjs'), await documentedConfig());
  await writeFile(join(project, 'next.config.mjs'), config);
  const { stderr } = await run(process.execPath, [next(project), 'build'], project, quiet);
  if (stderr.trim()) wrong.push(`next build wrote to stderr: ${stderr}`);
  return (await run(process.execPath, [next(project), '--version'], project, quiet)).stdout.trim();
}

/** Calls a route, which computes on the server, reads images and trains. */
export async function checkRoute(project, wrong) {
  await compareRoute(started(project), promised, wrong);
}

/** Calls the route where oneDNN cannot be found. */
export async function checkRouteWithoutOneDnn(project, wrong) {
  const expected = {
    ...promised,
    oneDNN: 'undefined',
    onednn: /^oneDNN not found \(looked in \/nonexistent\/libdnnl\.so\): .+\.$/,
    auto: 'wasm 6',
  };
  await compareRoute(
    started(project, { ALEXNET_ONEDNN_LIBRARY: '/nonexistent/libdnnl.so' }),
    expected,
    wrong,
  );
}

/** Calls the route of the standalone server, which has only the files that Next.js found that it requires. */
export async function checkStandalone(project, folder, wrong) {
  await rename(join(project, '.next/standalone'), folder);
  await provideInputs('jest', folder);
  const server = { cwd: folder, args: ['server.js'], variables: { HOSTNAME: '127.0.0.1', PORT: '0' } };
  await compareRoute(server, promised, wrong);
}

/** `next start` on a free port. */
const started = (project, variables) => ({
  cwd: project,
  args: [next(project), 'start', '--hostname', '127.0.0.1', '--port', '0'],
  variables,
});

async function compareRoute(server, expected, wrong) {
  const { said, result } = await serve(server, async (origin) => (await fetch(`${origin}/server`)).text());
  compareResults(result, expected, wrong);
  if (said) wrong.push(`the server wrote to stderr: ${said}`);
}

/** Opens the page, which runs `programs`. */
export async function checkNextPage(project, chromium, programs, wrong) {
  const page = (origin) => async (url) => {
    const answer = await fetch(origin + url);
    const type = answer.headers.get('content-type') ?? 'text/plain';
    return { status: answer.status, type, body: new Uint8Array(await answer.arrayBuffer()) };
  };
  const { result } = await serve(started(project), (origin) =>
    runPage(chromium, page(origin), programs, wrong),
  );
  return result;
}

/** Starts a server, calls `use` with its origin, and ends it. */
async function serve({ cwd, args, variables }, use) {
  const server = spawn(process.execPath, args, {
    cwd,
    env: { ...environment, ...quiet, ...variables },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true, // a process group of its own
  });
  const closed = new Promise((resolve) => server.once('close', resolve));
  let said = '';
  server.stderr.on('data', (chunk) => {
    said += chunk;
  });
  try {
    const result = await use(await originOf(server));
    return { said, result };
  } finally {
    if (server.pid && server.exitCode === null) process.kill(-server.pid, 'SIGKILL');
    await closed;
  }
}

/** The origin that the server prints once it listens. */
function originOf(server) {
  return new Promise((resolve, reject) => {
    const fail = (how) => reject(new Error(`the server ${how}`));
    const timer = setTimeout(() => fail(`did not listen within ${START_MS / 1000} s`), START_MS);
    let printed = '';
    server.stdout.on('data', (chunk) => {
      printed += chunk;
      const origin = /http:\/\/127\.0\.0\.1:\d+/.exec(printed)?.[0];
      if (origin) resolve(origin);
      if (origin) clearTimeout(timer);
    });
    server.once('error', (error) => fail(error.message));
    server.once('close', (code) => fail(`ended with ${code}`));
  });
}
