import { spawnSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { command, temporaryFolder } from '../testing/alexnet.js';
import { inProcess } from '../testing/in-process.js';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => {
  folder = await temporaryFolder();
  await mkdir(join(folder.path, 'writable'));
  await writeFile(join(folder.path, 'file'), '');
});
afterAll(() => folder.remove());

/** Makes the root and the folder $1 read-only, except $1/writable, for the rest of the command line. */
const mounts = `cd "$1" && mount --bind . . && cd "$1" && mount --bind writable writable &&
  mount -o remount,bind,ro . && { mount -o remount,bind,ro / || true; } && cd "$1" && shift && exec "$@"`;

function readOnly(...program: string[]): { status: number | null; stdout: string; stderr: string } {
  const args = ['-m', 'sh', '-c', mounts, 'sh', folder.path, ...program];
  const env = { ...process.env, TMPDIR: folder.path };
  return spawnSync('unshare', args, { encoding: 'utf8', env });
}
const canMount =
  process.platform === 'linux' &&
  spawnSync('unshare', ['-m', 'mount', '--bind', '/tmp', '/tmp']).status === 0;

const tiny = '--train-per-class 2 --val-per-class 1 --image-size 64 --width 0.1 --batch-size 8 --max-steps 1';
const alexnet = (args: string): ReturnType<typeof readOnly> =>
  readOnly(process.execPath, command.bin, ...`${args} ${tiny} ${command.engine}`.split(' '));

test.runIf(canMount)('train --out works where everything else is read-only, TMPDIR too', () => {
  const { status, stderr } = alexnet('train --out writable');
  expect(status, stderr).toBe(0);
  expect(stderr).toMatch(
    /^ {2}data cannot be written \(EROFS: .*\); data is kept in \S+\/writable\/data, or where/m,
  );
  expect(stderr).toMatch(/^ {2}30 squares of 256 px/m);
});

test.runIf(canMount)('a run folder that cannot be made is refused at once, in one line', () => {
  const { status, stderr } = alexnet('train');
  expect(status).toBe(2);
  expect(stderr).toMatch(
    /^alexnet: \S*runs\/embedded-\S+ cannot be written \(EROFS: read-only file system\); choose another folder with --out\.\n$/,
  );
});

test.each([
  'train --out file/run',
  'figures --run . --out file/a',
  'export --preset paper --format onnx --out file/b',
])('%s: a file in place of a folder is refused before anything is done', async (args) => {
  const { code, stderr } = await inProcess(folder.path, args);
  expect(code).toBe(2);
  expect(stderr).toContain(`file is not a folder); choose another folder with --out.\n`);
  expect(stderr.trim().split('\n')).toHaveLength(1);
});
