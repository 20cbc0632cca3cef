import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { randomStream } from '@alexnet/random';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { RunFolder } from '../run/run-folder.js';
import { alexnet, temporaryFolder } from '../testing/alexnet.js';

/** The number of kills at random moments. */
const KILLS = Number(process.env.ALEXNET_KILLS ?? 3);

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => {
  folder = await temporaryFolder();
});
afterAll(() => folder.remove());

const begin =
  'train --train-per-class 6 --val-per-class 1 --width 0.0625 --batch-size 4 --image-size 64 --epochs 2 --checkpoint-steps 2 --threads 1 --json --out';

/** Whether there is a run to resume. If not, its folder is removed. */
async function isBegun(run: string): Promise<boolean> {
  const path = join(folder.path, run);
  try {
    await new RunFolder(path).settings();
    return true;
  } catch {
    await rm(path, { recursive: true, force: true });
    return false;
  }
}

test(`killed ${KILLS} times at random moments, runs end with the same weights and losses (ALEXNET_KILLS)`, async () => {
  const since = performance.now();
  const whole = await alexnet(folder.path, `${begin} whole`);
  let usual = performance.now() - since; // the time of a run that is not killed, on the machine as it is now
  const shaOf = (stdout: string): string =>
    JSON.parse(stdout.trim().split('\n').at(-1) ?? '{}').weightsSha256;
  const lossesOf = async (run: string): Promise<number[]> =>
    (await new RunFolder(join(folder.path, run)).events()).flatMap((event) =>
      event.type === 'step' || event.type === 'epochEnd'
        ? [event.type === 'step' ? event.loss : event.trainLoss]
        : [],
    );
  expect(whole.code, whole.stderr).toBe(0);
  const expected = { sha: shaOf(whole.stdout), losses: await lossesOf('whole') };
  expect(expected.sha).toMatch(/^[0-9a-f]{64}$/);
  expect(expected.losses).toHaveLength(2 * 16);
  const stream = randomStream(2012);
  let inTraining = 0;
  for (let kills = 0, run = 0; kills < KILLS; run++) {
    const name = `run-${run}`;
    for (;;) {
      // the first third loads the program; the last kill is followed by a run to the end
      const killAfter = kills < KILLS ? usual * (0.3 + 0.6 * stream.uniform()) : usual * 1000;
      const isResumed = await isBegun(name);
      const args = isResumed
        ? `train --resume --checkpoint-steps 2 --threads 1 --json --out ${name}`
        : `${begin} ${name}`;
      const startedAt = performance.now();
      const { code, stdout, stderr } = await alexnet(folder.path, args, { killAfter });
      if (code !== null) {
        if (!isResumed) usual = performance.now() - startedAt; // the machine may be less busy by now
        expect(code, stderr).toBe(0);
        expect({ sha: shaOf(stdout), losses: await lossesOf(name) }).toEqual(expected);
        break;
      }
      kills++;
      if (stdout !== '') inTraining++;
    }
  }
  expect(inTraining).toBeGreaterThanOrEqual(Math.floor(KILLS / 4));
}, 900_000);
