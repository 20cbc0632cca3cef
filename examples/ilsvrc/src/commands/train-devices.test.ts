/** `alexnet train --devices`: the bits of one device, what is exchanged, and a device that is lost. */
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { partition } from '@alexnet/alexnet-model';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { EventLine } from '../run/event-lines.js';
import { alexnet, command, type Ended, temporaryFolder } from '../testing/alexnet.js';

vi.setConfig({ testTimeout: 240_000 }); // on wasm, where there is no oneDNN

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => {
  folder = await temporaryFolder();
  const whole = await alexnet(folder.path, `${tiny} --devices 1 --max-steps 20 --out whole`);
  expect(whole.code, whole.stderr).toBe(0);
});
afterAll(() => folder.remove());

/** An epoch has 12 steps; one thread, so that sums have one order however the net is cut. */
const tiny =
  'train --train-per-class 12 --val-per-class 1 --width 0.0625 --batch-size 10 --image-size 64 --threads 1 --json';
const engine = command.engine.replace('--backend ', '');
const linesOf = ({ stdout }: Ended): EventLine[] =>
  stdout.trim().split('\n').map((line) => JSON.parse(line)); // biome-ignore format: one line
/** Whether two runs have the same weights and velocities. */
async function expectSame(run: string, other: string): Promise<void> {
  const compared = await alexnet(folder.path, `compare ${run} ${other} --json`);
  const { largest, variables } = JSON.parse(compared.stdout || '{}');
  expect([largest, variables?.length], compared.stderr).toEqual([0, 60]);
}
const pidsOf = (stderr: string): number[] =>
  [...stderr.matchAll(/, process (\d+)/g)].map(([, pid]) => Number(pid));
const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

test('20 steps on two devices have the bits of one, and say what was exchanged', async () => {
  const split = await alexnet(folder.path, `${tiny} --devices 2 --max-steps 20 --out split`);
  expect(split.code, split.stderr).toBe(0);
  expect(split.stderr).toMatch(new RegExp(`tower A \\(${engine} on a thread\\): .*1 thread\\b`));
  await expectSame('whole', 'split');
  const { bytesPerStep } = await partition('original2012', { width: 0.0625, imageSize: 64, classes: 10 });
  const expected = bytesPerStep(10).map(({ forward, backward }) => forward + backward);
  const steps = linesOf(split).filter(({ event }) => event === 'step');
  expect(steps).toHaveLength(20);
  for (const { devices } of steps) {
    const all = devices as { sentBytes: number; exchangeSeconds: number; waitSeconds: number }[];
    expect(all.map(({ sentBytes }) => sentBytes)).toEqual(expected);
    for (const { exchangeSeconds, waitSeconds } of all) {
      expect(exchangeSeconds).toBeGreaterThan(0);
      expect(waitSeconds).toBeGreaterThanOrEqual(0);
    }
  }
});

test('a device killed ends the run with its name; the last checkpoint goes on, on one device too', async () => {
  const processes = `--devices process:${engine}:1,process:${engine}:1`;
  let killedAt = 0;
  const lost = await alexnet(folder.path, `${tiny} ${processes} --checkpoint-steps 5 --out lost`, {
    watch: ({ stdout, stderr }) => {
      if (killedAt > 0 || !stdout.includes('"event":"step","step":7')) return;
      killedAt = performance.now();
      process.kill(pidsOf(stderr)[1] as number, 'SIGKILL');
    },
  });
  expect(performance.now() - killedAt).toBeLessThan(10_000);
  expect(lost.code).toBe(1);
  expect(lost.stderr).toContain(`tower B (${engine} in a process): its process was ended by SIGKILL.`);
  expect(lost.stderr).toMatch(/kept: .*step-000000\d\d; go on with --resume/);
  expect(pidsOf(lost.stderr)).toHaveLength(2);
  expect(pidsOf(lost.stderr).some(isAlive)).toBe(false);
  const resumed = await alexnet(folder.path, 'train --resume --threads 1 --json --max-steps 20 --out lost');
  expect(resumed.code, resumed.stderr).toBe(0);
  await expectSame('whole', 'lost');
});

test('a run that was begun on one device goes on on two; where that is killed, its processes end too', async () => {
  await alexnet(folder.path, `${tiny} --max-steps 8 --out on`);
  const resume = 'train --resume --threads 1 --json --max-steps 20 --out on';
  let pids: number[] = [];
  const killed = await alexnet(folder.path, `${resume} --devices process:${engine}:1,${engine}:1`, {
    watch: ({ stdout, stderr }, child) => {
      if (!stdout.includes('"step":10') || child.killed) return;
      pids = pidsOf(stderr);
      child.kill('SIGKILL');
    },
  });
  expect(killed.code).toBeNull();
  expect(pids).toHaveLength(1);
  for (let i = 0; i < 50 && pids.some(isAlive); i++) await delay(100);
  expect(pids.some(isAlive)).toBe(false);
  const resumed = await alexnet(folder.path, `${resume} --devices 2`);
  expect(resumed.code, resumed.stderr).toBe(0);
  await expectSame('whole', 'on');
});

test('what cannot be cut, or is no device, is refused before anything is begun', async () => {
  const refusals: [args: string, message: RegExp][] = [
    ['--devices 2 --preset oneGpu', /--devices 2 needs a net of two towers; preset 'oneGpu' has 1/],
    ['--devices 2 --towers 1', /needs a net of two towers; preset 'original2012' has 1/],
    ['--devices 2 --micro-batch 2', /leave out --micro-batch/],
    ['--devices 3', /It must be 1, 2, or two devices with a comma between\./],
    ['--devices tpu,cpu', /'tpu' is no device/],
  ];
  for (const [args, message] of refusals) {
    const refused = await alexnet(folder.path, `train ${args} --out ${join(folder.path, 'never')}`);
    expect(refused.code, refused.stderr).toBe(2);
    expect(refused.stderr).toMatch(message);
  }
});
