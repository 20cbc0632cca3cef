// Shows that every package works for those who install it: packs all of them, installs each in an empty project by the
// line of its README, runs the README's program there as ESM and as CommonJS, and looks into what was installed. Then one
// project with everything: the programs under strict TypeScript, and bundled by vite for a browser.

import { mkdir, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runBothForms } from './consumers/both-forms.mjs';
import { checkBrowser } from './consumers/check-browser.mjs';
import { CORE_LIMIT, checkManifest, hiddenDependencies, minifiedSizes } from './consumers/check-tarball.mjs';
import { checkTypeScript } from './consumers/check-typescript.mjs';
import { install, pack, platformPackage, publishedPackages } from './consumers/pack.mjs';
import { readmeExample } from './consumers/readme-example.mjs';
import { drawPhotographs, runExample } from './consumers/run-example.mjs';

/** Not for pages: they want files, or native code. */
const notCore = ['@alexnet/imagenet-reader', '@alexnet/tfjs-backend-onednn', '@alexnet/backends'];

const isCore = ([name]) => !notCore.includes(name);

let [passed, failed] = [0, 0];
function report(what, wrong, note = '') {
  if (wrong.length === 0) passed++;
  else failed++;
  console.log(`${wrong.length === 0 ? 'ok    ' : 'FAILED'} ${what}${note && `: ${note}`}`);
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

  /** The tarballs that npm would fetch for `name`: its own, those of its dependencies, and so on. */
  const closure = (name, seen = new Set()) => {
    if (!tarballs.has(name) || seen.has(name)) return seen;
    seen.add(name);
    const { dependencies, optionalDependencies } = packages.get(name).manifest;
    for (const needed of Object.keys({ ...dependencies, ...optionalDependencies })) closure(needed, seen);
    return seen;
  };

  const examples = new Map();
  for (const [name, { folder: source, manifest }] of packages) {
    if (name.endsWith(platformPackage)) continue; // a library, no program: the backend's example runs on it
    const example = await readmeExample(source);
    examples.set(name, example);
    const project = join(folder, name.replace('@alexnet/', 'project-'));
    await mkdir(project);
    const others = example.install.filter((wanted) => wanted !== name);
    const specs = [...closure(name)].map((needed) => tarballs.get(needed));
    const warnings = await install(project, [...specs, ...others]);
    if (name === '@alexnet/imagenet-reader') await drawPhotographs(project);
    const hidden = await hiddenDependencies(project, manifest);
    const { own, withOthers } = await minifiedSizes(project, name);
    report(
      name,
      [
        ...checkManifest(manifest),
        ...warnings,
        ...hidden.map((other) => `imports ${other}, which its package.json does not declare`),
        ...(isCore([name]) && own > CORE_LIMIT ? [`has ${own} bytes minified, more than ${CORE_LIMIT}`] : []),
        ...(await runExample(name, example, project)),
      ],
      `README run as ESM and CommonJS; ${kilobytes(own)} minified, ${kilobytes(withOthers)} with what it needs of @alexnet`,
    );
  }

  const project = join(folder, 'everything');
  await mkdir(project);
  const others = new Set([...examples.values()].flatMap((example) => example.install));
  const foreign = [...others].filter((name) => !tarballs.has(name));
  await install(project, [...tarballs.values(), ...foreign, '@types/node@20']);
  for (const resolution of ['node16', 'bundler']) {
    const core = new Map([...examples].filter(isCore));
    const rest = new Map([...examples].filter((entry) => !isCore(entry)));
    const wrong = [
      ...(await checkTypeScript(project, resolution, core, [])),
      ...(await checkTypeScript(project, resolution, rest, ['node'])),
    ];
    report(`TypeScript, strict, moduleResolution ${resolution}`, wrong, `${examples.size} programs`);
  }
  report('ESM and CommonJS in one process', await runBothForms(project));
  const browser = await checkBrowser(project, examples);
  report('vite', browser.bundling, browser.bundled);
  if (browser.skipped) console.log(`SKIPPED in a browser: ${browser.skipped}`);
  else report('in a browser', browser.running, browser.ran);
} finally {
  await rm(folder, { recursive: true, force: true });
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
