import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RunEvent } from '../run/run-event.js';
import { temporaryFolder } from '../testing/alexnet.js';
import { boardReaders } from '../testing/read-board.js';
import { readEventFile } from '../testing/read-event-file.js';
import { RunBoard } from './run-board.js';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => {
  folder = await temporaryFolder();
});
afterAll(() => folder.remove());

const STEPS = 1204; // 401 groups of three and one step
/** Steps of 2 images. The first step waits for its batch as long as it computes, and gets one image wrong. */
const epoch: RunEvent[] = [
  { type: 'epochBegin', epoch: 0, learningRate: 0.01, steps: STEPS },
  ...Array.from({ length: STEPS }, (_, step): RunEvent => {
    const [top1Error, waitSeconds] = step % 3 === 0 ? [0.5, 0.25] : [0, 0];
    const top5Error = top1Error / 2;
    return { type: 'step', epoch: 0, step, loss: step, top1Error, top5Error, images: 2, learningRate: 0.01, seconds: 0.25, waitSeconds }; // biome-ignore format: one line
  }),
  { type: 'epochEnd', epoch: 0, step: STEPS, trainLoss: 7, trainTop1Error: 0.5, trainTop5Error: 0.25, learningRate: 0.01, images: 10, seconds: 4, waitSeconds: 1, validationErrors: [] }, // biome-ignore format: one line
];

test.for(boardReaders)(
  '%s finds the means of at most 500 groups of an epoch',
  async ([who, read], context) => {
    const path = join(folder.path, who);
    const board = await RunBoard.open(path);
    for (const event of epoch) await board.add(event);
    const { scalars } = await read(path, context);
    expect(scalars['step/loss']).toHaveLength(402);
    expect(scalars['step/loss']?.slice(0, 2)).toEqual([[2, 1], [5, 4]]); // biome-ignore format: one line
    expect(scalars['step/top1Error']?.at(-2)).toEqual([1202, Math.fround(0.5 / 3)]);
    expect(scalars['step/top5Error']?.at(-2)).toEqual([1202, Math.fround(0.25 / 3)]);
    expect(scalars['step/waitShare']?.at(-2)).toEqual([1202, 0.25]);
    expect(scalars['step/imagesPerSecond']?.at(-2)).toEqual([1202, 6]);
    expect(scalars['step/loss']?.at(-1)).toEqual([1203, 1203]);
    expect(scalars['epoch/loss']).toEqual([[1203, 7]]);
    expect(scalars['epoch/waitShare']).toEqual([[1203, 0.25]]);
    expect(scalars['epoch/validationTop1Error']).toBeUndefined();
  },
);

test.for(boardReaders)('%s reads a killed run’s file up to the cut', async ([who, read], context) => {
  const path = join(folder.path, `${who} cut`);
  const board = await RunBoard.open(path);
  for (const event of epoch.slice(0, 10)) await board.add(event);
  const [name = ''] = await readdir(path);
  const file = await readFile(join(path, name));
  await writeFile(join(path, name), file.subarray(0, -1));
  const { scalars } = await read(path, context);
  expect(scalars['step/loss']).toEqual([[2, 1], [5, 4]]); // biome-ignore format: one line
});

test("a file starts with its version, and the file of a resumed run then with the run's first step", async () => {
  const path = join(folder.path, 'resumed');
  const before = Date.now() / 1000;
  await RunBoard.open(path, 35);
  const [name = ''] = await readdir(path);
  const [version, start] = readEventFile(await readFile(join(path, name)));
  expect(version).toMatchObject({ fileVersion: 'brain.Event:2', step: 0 });
  expect(start).toMatchObject({ sessionStatus: 1, step: 35 });
  expect(version?.wallTime).toBeGreaterThanOrEqual(before);
  expect(version?.wallTime).toBeLessThanOrEqual(Date.now() / 1000);
});

test('a file that cannot be written is named', async () => {
  const path = join(folder.path, 'not-a-folder');
  await writeFile(path, '');
  await expect(RunBoard.open(path)).rejects.toThrow(
    /not-a-folder.events.out.tfevents.*could not be written \(E/,
  );
});
