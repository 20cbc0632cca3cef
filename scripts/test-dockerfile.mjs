// Builds and runs examples/ilsvrc/Dockerfile without Docker: its steps run in throw-away roots, overlays of this machine's
// root, which must be Debian 12 with Node 20 like the image that it names. Requires Linux and root.
//
//   npm run test:dockerfile            all stages
//   npm run test:dockerfile -- --built the first stage's packages come from this checkout, which must be built

import { spawnSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { root as repository, run } from './consumers/pack.mjs';
import { buildStage } from './docker/build-stage.mjs';
import { parseDockerfile } from './docker/parse-dockerfile.mjs';
import { runIn, throwAwayRoot } from './docker/throw-away-root.mjs';

// The mounts are made by a process in a namespace of its own, and are gone when it ends. Only then is the folder removed.
const FOLDER = 'ALEXNET_THROW_AWAY_FOLDER';
const folder = process.env[FOLDER] ?? (await mkdtemp(join(tmpdir(), 'alexnet-dockerfile-')));
if (!process.env[FOLDER]) {
  const args = ['--mount', process.execPath, fileURLToPath(import.meta.url), ...process.argv.slice(2)];
  const { status } = spawnSync('unshare', args, {
    stdio: 'inherit',
    env: { ...process.env, [FOLDER]: folder },
  });
  await rm(folder, { recursive: true, force: true });
  process.exit(status ?? 1);
}

const isBuilt = process.argv.includes('--built');
const note = (line) => console.log(line);
let [passed, failed] = [0, 0];
const check = (what, isRight, otherwise) => {
  if (isRight) passed++;
  else failed++;
  console.log(isRight ? `ok     ${what}` : `FAILED ${what}: ${otherwise}`);
};

const stages = parseDockerfile(await readFile(join(repository, 'examples/ilsvrc/Dockerfile'), 'utf8'));
const roots = new Map();
let image;
for (const stage of stages) {
  note(`FROM ${stage.image} AS ${stage.name}`);
  const stageFolder = join(folder, stage.name);
  if (isBuilt && stage === stages[0]) {
    await mkdir(join(stageFolder, 'packages'), { recursive: true });
    await run(process.execPath, ['scripts/pack-packages.mjs', join(stageFolder, 'packages')], repository);
    roots.set(stage.name, stageFolder);
    continue;
  }
  const root = await throwAwayRoot(stageFolder);
  roots.set(stage.name, root);
  image = await buildStage(stage, root, roots, note);
}
await useImage(image);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

/** As `docker run --rm -v volume:/work alexnet ...`. */
async function useImage({ root, user, cwd, env, volumes, entrypoint, command }) {
  check('has one volume, in which it works', String(volumes) === cwd, `${volumes} and ${cwd}`);
  const volume = join(folder, 'volume');
  await mkdir(volume);
  await chmod(volume, 0o777);
  spawnSync('mount', ['--bind', volume, join(root, cwd)]);
  const container = { user, cwd, env: { ...env, HOME: '/home/node' } };
  const docker = (args) => runIn(root, container, [...entrypoint, ...(args ? args.split(' ') : command)]);

  const help = docker('').stdout;
  check('without arguments it shows its help', help.startsWith('Usage: alexnet'), help);
  const { chosen } = JSON.parse(docker('doctor --no-speed-test --json').stdout);
  check('it computes with oneDNN', chosen === 'onednn', chosen);
  const tiny = '--train-per-class 2 --val-per-class 1 --image-size 64 --width .1 --batch-size 8';
  const { stderr } = docker(`train ${tiny} --max-steps 2 --out run`);
  check('it trains on the embedded data', /^\s+epoch\s+1\//m.test(stderr), stderr);
  const kept = (await readdir(volume)).sort();
  check('data and run are in the volume', String(kept) === 'data,run', kept);
}
