// Runs the steps of a stage of a Dockerfile in a throw-away root.

import { execFileSync } from 'node:child_process';
import { cp, mkdir } from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';
import { root as repository } from '../consumers/pack.mjs';
import { runIn } from './throw-away-root.mjs';

/**
 * @param stages the roots of the stages before, by name.
 * @param note is called with every step before it runs.
 * @returns the image: its root, and the cwd, user, environment, volumes, entry point and command of its containers.
 */
export async function buildStage({ steps }, root, stages, note) {
  const image = {
    root,
    cwd: '/',
    user: 'root',
    env: { PATH: process.env.PATH, HOME: '/root' },
    volumes: [],
    entrypoint: [],
    command: [],
  };
  for (const { instruction, value } of steps) {
    note(`${instruction} ${value}`);
    await take[instruction](image, value, stages);
  }
  return image;
}

const take = {
  async WORKDIR(image, value) {
    image.cwd = posix.resolve(image.cwd, value);
    await mkdir(join(image.root, image.cwd), { recursive: true });
  },
  async COPY(image, value, stages) {
    const [, from, source, target] = /^(?:--from=(\S+) )?(\S+) (\S+)$/.exec(value);
    const to = join(image.root, posix.resolve(image.cwd, target));
    if (from) await cp(join(stages.get(from), source), to, { recursive: true });
    else await copyContext(join(repository, source), to);
  },
  RUN(image, value) {
    const env = { ...process.env, ...image.env }; // the network settings of the machine that builds
    runIn(image.root, { ...image, env }, ['sh', '-c', value]);
  },
  ENV(image, value) {
    const [, name, text] = /^(\w+)=(.*)$/.exec(value);
    image.env[name] = text.replace(/\$(\w+)/g, (_, other) => image.env[other] ?? '');
  },
  VOLUME(image, value) {
    image.volumes.push(value);
  },
  USER(image, value) {
    image.user = value;
  },
  ENTRYPOINT(image, value) {
    image.entrypoint = JSON.parse(value);
  },
  CMD(image, value) {
    image.command = JSON.parse(value);
  },
};

/** The files of the checkout, without those that git ignores, as .dockerignore leaves them out. */
async function copyContext(source, to) {
  const args = ['ls-files', '--cached', '--others', '--exclude-standard', '-z'];
  const listed = execFileSync('git', args, { cwd: source, encoding: 'utf8', maxBuffer: 2 ** 26 });
  for (const path of listed.split('\0').filter(Boolean)) {
    await mkdir(dirname(join(to, path)), { recursive: true });
    await cp(join(source, path), join(to, path)).catch(ignoreRemoved);
  }
}

/** A file may be listed by git and removed from the checkout. */
function ignoreRemoved(error) {
  if (error.code !== 'ENOENT') throw error;
}
