// A root file system that begins as this machine's and is thrown away: changes go to a layer of an overlay. It stands for a
// container where there is no Docker. It requires Linux, root, and a mount namespace of its own (unshare -m).

import { execFileSync, spawnSync } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Mounts the root at `folder`/root and gives it the user `node` of the official images. */
export async function throwAwayRoot(folder) {
  for (const name of ['changes', 'work', 'root']) await mkdir(join(folder, name), { recursive: true });
  const root = join(folder, 'root');
  const layers = `lowerdir=/,upperdir=${folder}/changes,workdir=${folder}/work`;
  execFileSync('mount', ['-t', 'overlay', 'overlay', '-o', layers, root]);
  execFileSync('mount', ['-t', 'proc', 'proc', join(root, 'proc')]);
  execFileSync('mount', ['--rbind', '/dev', join(root, 'dev')]);
  const hasUser = 'id -u node > /dev/null 2>&1 || useradd --create-home node';
  runIn(root, { user: 'root', cwd: '/', env: process.env }, ['sh', '-c', hasUser]);
  return root;
}

/**
 * Runs a program inside the root and returns its output.
 *
 * @throws Error with its output if it fails.
 */
export function runIn(root, { user, cwd, env }, command) {
  const inside = ['chroot', `--userspec=${user}`, root, 'sh', '-c', 'cd "$0" && exec "$@"', cwd, ...command];
  const { status, stdout, stderr } = spawnSync('env', ['-', ...variables(env), ...inside], {
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  if (status !== 0) throw new Error(`${command.join(' ')} ended with ${status}:\n${stdout}${stderr}`);
  return { stdout, stderr };
}

const variables = (env) => Object.entries(env).map(([name, value]) => `${name}=${value}`);
