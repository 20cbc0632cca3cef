// Shows that every package works for users who install it. Packs all packages, installs each in an empty project as its
// README says, runs the README's programs there as ESM and as CommonJS, and inspects what was installed. In one project with
// all packages, the programs are then compiled under strict TypeScript and bundled by vite for a browser, and other tools
// run programs of their own (docs/tools.md).

import { mkdir, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runBothForms } from './consumers/both-forms.mjs';
import { bundlers } from './consumers/bundlers.mjs';
import {
  browserNames,
  bundlePage,
  findChromium,
  programWithoutNode,
  runPage,
  writePage,
} from './consumers/check-browser.mjs';
import { checkCommand } from './consumers/check-command.mjs';
import { checkJest } from './consumers/check-jest.mjs';
import {
  buildNext,
  checkNextPage,
  checkRoute,
  checkRouteWithoutOneDnn,
  checkStandalone,
  installNext,
} from './consumers/check-next.mjs';
import {
  checkFileAlone,
  checkOneFile,
  checkRuntime,
  installRuntime,
  provideProgram,
} from './consumers/check-runtimes.mjs';
import {
  CORE_LIMIT,
  checkManifest,
  hiddenDependencies,
  installedManifest,
  installScripts,
  minifiedSizes,
} from './consumers/check-tarball.mjs';
import { checkTypeScript } from './consumers/check-typescript.mjs';
import { filesIn } from './consumers/open-page.mjs';
import { install, pack, platformPackage, publishedPackages } from './consumers/pack.mjs';
import { provideInputs } from './consumers/provide-inputs.mjs';
import { readReadme } from './consumers/readme-example.mjs';
import { runExample } from './consumers/run-example.mjs';

/** All packages are core, that is, small and without install scripts, except these, which require files or native code. */
const notCore = [
  '@alexnet/imagenet-reader',
  '@alexnet/durable-files',
  '@alexnet/machine',
  '@alexnet/native-backend',
  '@alexnet/published-weights',
  '@alexnet/embedded-ilsvrc',
  '@alexnet/recipe',
  '@alexnet/tfjs-backend-onednn',
  '@alexnet/tfjs-backend-torch',
  '@alexnet/backends',
  '@alexnet/devices',
];

/** The package that is used as the command `alexnet`. */
const COMMAND = '@alexnet/ilsvrc';

const isCore = (name) => !notCore.includes(name);
const requiresNode = (program) => !isCore(program.package) || /from 'node:/.test(program.code);
/** Not the trainer's program, which writes checkpoints to a folder. */
const isForPages = (program) => !requiresNode(program) && program.package !== '@alexnet/sgd-momentum-trainer';

/** The tools that run programs of their own in the project with all packages. */
const tools = ['jest@30', 'webpack@5'];

let [passed, failed] = [0, 0];
/** Runs `work`, which adds problems to a list and returns a note, and prints the result. Does not stop at a failure. */
async function check(what, work) {
  const wrong = [];
  let note;
  try {
    note = await work(wrong);
  } catch (error) {
    wrong.push(error.stderr || error.message);
  }
  if (wrong.length === 0) passed++;
  else failed++;
  console.log(`${wrong.length === 0 ? 'ok    ' : 'FAILED'} ${what}${note ? `: ${note}` : ''}`);
  for (const line of wrong) console.log(`       ${line.replaceAll('\n', '\n       ')}`);
}

const kilobytes = (bytes) => `${(bytes / 1000).toFixed(1)} kB`;

const folder = await realpath(await mkdtemp(join(tmpdir(), 'alexnet-consumers-')));
try {
  const packages = await publishedPackages();
  const tarballs = await pack(
    [...packages.values()].map((found) => found.folder),
    folder,
  );

  /** The packages that npm would fetch for `name`: itself, its dependencies, their dependencies, and so on. */
  const closure = (name, seen = new Set()) => {
    if (!tarballs.has(name) || seen.has(name)) return seen;
    seen.add(name);
    const { dependencies, optionalDependencies } = packages.get(name).manifest;
    for (const needed of Object.keys({ ...dependencies, ...optionalDependencies })) closure(needed, seen);
    return seen;
  };

  const checkPackage = async (name, readme, wrong) => {
    const project = join(folder, name.replace('@alexnet/', 'project-'));
    await mkdir(project);
    const others = readme.install.filter((installed) => installed !== name);
    const specs = [...closure(name)].map((needed) => tarballs.get(needed));
    wrong.push(...(await install(project, [...specs, ...others])));
    const manifest = await installedManifest(project, name);
    wrong.push(...checkManifest(manifest), ...(await hiddenDependencies(project, manifest)));
    await provideInputs(name, project);
    for (const program of readme.programs) wrong.push(...(await runExample(program, project)));
    if (isCore(name)) wrong.push(...(await installScripts(project)));
    const { own, lazy, withOthers } = await minifiedSizes(project, name);
    if (isCore(name) && own > CORE_LIMIT) wrong.push(`has ${own} bytes minified, more than ${CORE_LIMIT}`);
    const lazily = lazy > 0 ? ` (${kilobytes(lazy)} more when used)` : '';
    return `${kilobytes(own)} minified${lazily}, ${kilobytes(withOthers)} with its dependencies in @alexnet`;
  };
  const readmes = [];
  for (const [name, { folder: source }] of packages) {
    if (name === COMMAND) continue;
    if (name.endsWith(platformPackage)) continue; // a native library without a program; the backend's example runs on it
    const readme = await readReadme(name, source);
    readmes.push(readme);
    await check(`${name}${isCore(name) ? ', core' : ''}`, (wrong) => checkPackage(name, readme, wrong));
  }

  await check(`${COMMAND}, the command in an empty folder`, (wrong) => {
    const needed = [...closure(COMMAND)].map((name) => tarballs.get(name));
    return checkCommand(COMMAND, needed, join(folder, 'command'), wrong);
  });

  const project = join(folder, 'everything');
  await mkdir(project);
  await check('all packages in one project, ESM and CommonJS in one process', async (wrong) => {
    const others = new Set(readmes.flatMap((readme) => readme.install));
    const foreign = [...others].filter((name) => !tarballs.has(name));
    wrong.push(...(await install(project, [...tarballs.values(), ...foreign, '@types/node@20', ...tools])));
    wrong.push(...(await runBothForms(project)));
  });
  const programs = readmes.flatMap((readme) => readme.programs);
  for (const resolution of ['node16', 'bundler']) {
    await check(`TypeScript, strict, moduleResolution ${resolution}`, async (wrong) => {
      const plain = programs.filter((program) => !requiresNode(program));
      const messages = await Promise.all([
        checkTypeScript(project, resolution, plain, []),
        checkTypeScript(project, resolution, programs.filter(requiresNode), ['node']),
      ]);
      wrong.push(...messages.flat());
      return `${programs.length} programs`;
    });
  }
  await check('Jest on the CommonJS builds', (wrong) => checkJest(project, wrong));
  const inNode = await provideProgram(project);
  await check('esbuild for Node, one file', (wrong) => checkOneFile(inNode, wrong));
  await check('esbuild for Node, one file without the packages', (wrong) =>
    checkFileAlone(inNode, join(folder, 'alone'), wrong),
  );
  for (const name of ['bun', 'deno']) {
    const binary = await installRuntime(name, join(folder, name));
    if (binary) await check(`in ${name}`, (wrong) => checkRuntime(name, binary, inNode, wrong));
    else console.log(`SKIPPED in ${name}: npm has no ${name} for this machine, or cannot be reached`);
  }
  const forPages = [...programs.filter(isForPages), await programWithoutNode()];
  const page = join(project, 'page');
  await writePage(page, forPages);
  const chromium = findChromium();
  if (!chromium)
    console.log(`SKIPPED in a browser: no ${browserNames.join(', ')} in PATH (Debian: apt install chromium)`);
  for (const [name, bundle] of Object.entries(bundlers)) {
    const outDir = join(page, `dist-${name}`);
    await check(`${name} for browsers`, (wrong) =>
      bundlePage(bundle, { project, folder: page, outDir }, wrong),
    );
    if (chromium)
      await check(`${name}, in a browser`, (wrong) => runPage(chromium, filesIn(outDir), forPages, wrong));
  }
  const cannot = await installNext(project);
  if (cannot) console.log(`SKIPPED in Next.js: npm cannot install it: ${cannot}`);
  else {
    await check('Next.js, build', (wrong) => buildNext(project, forPages, wrong));
    await check('Next.js, a route on the server', (wrong) => checkRoute(project, wrong));
    await check('Next.js, the route without oneDNN', (wrong) => checkRouteWithoutOneDnn(project, wrong));
    await check('Next.js, a standalone server', (wrong) =>
      checkStandalone(project, join(folder, 'standalone'), wrong),
    );
    if (chromium)
      await check('Next.js, in a browser', (wrong) => checkNextPage(project, chromium, forPages, wrong));
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
