import { afterAll, beforeAll, expect, test } from 'vitest';
import { alexnet, type Ended, temporaryFolder } from '../testing/alexnet.js';
import { inProcess } from '../testing/in-process.js';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => {
  folder = await temporaryFolder();
});
afterAll(() => folder.remove());

const tiny =
  'train --train-per-class 6 --val-per-class 1 --width 0.0625 --batch-size 4 --image-size 64 --threads 1 --json';

test('a run is not resumed while its process trains, and is as soon as that was killed', async () => {
  let second: Promise<Ended> | undefined;
  const first = await alexnet(folder.path, `${tiny} --epochs 200 --out run`, {
    watch: ({ stdout }, child) => {
      if (second || !stdout.includes('"step"')) return;
      second = alexnet(folder.path, 'train --resume --threads 1 --max-steps 1 --out run');
      second.finally(() => child.kill('SIGKILL'));
    },
  });
  expect(first.code).toBe(null);
  const refused = await second;
  expect(refused?.code).toBe(1);
  expect(refused?.stderr).toMatch(
    /run\/lock is held by process \d+ on \S+, which is training in the same folder;/,
  );
  const resumed = await inProcess(folder.path, 'train --resume --threads 1 --max-steps 1 --out run');
  expect(resumed.code, resumed.stderr).toBe(0);
});
