import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { partition } from '@alexnet/alexnet-model';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { alexnet, command, type Ended, temporaryFolder } from '../testing/alexnet.js';
import { inProcess } from '../testing/in-process.js';
import type { EventLine } from '../train/event-lines.js';

vi.setConfig({ testTimeout: 240_000 }); // on wasm, where there is no oneDNN

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => {
  folder = await temporaryFolder();
  const whole = await alexnet(folder.path, `${tiny} --devices 1 --max-steps 20 --out whole`);
  expect(whole.code, whole.stderr).toBe(0);
});
afterAll(() => folder.remove());

/** An epoch has 12 steps. With one thread, sums have the same order however the network is split. */
const tiny =
  'train --train-per-class 12 --val-per-class 1 --width 0.0625 --batch-size 10 --image-size 64 --threads 1 --json';
const engine = command.engine.replace('--backend ', '');
const linesOf = ({ stdout }: Ended): EventLine[] =>
  stdout.trim().split('\n').map((line) => JSON.parse(line)); // biome-ignore format: one line
/** Whether two runs have the same weights and velocities. */
async function expectSame(run: string, other: string): Promise<void> {
  const compared = await inProcess(folder.path, `compare ${run} ${other} --json`);
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

test('20 steps on two devices are bit-identical to one device, and report what was exchanged', async () => {
  const split = await alexnet(
    folder.path,
    `${tiny} --devices 2 --max-steps 20 --out split --trace split.json`,
  );
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
  const sent = ((expected[0] as number) / 1e6).toFixed(2);
  expect(split.stderr.match(new RegExp(`the cut sends ${sent} MB`, 'g'))).toHaveLength(2);
  const trace = JSON.parse(await readFile(join(folder.path, 'split.json'), 'utf8')) as {
    name: string;
    tid: number;
  }[];
  const updates = trace.filter(({ name }) => name === 'update');
  expect(updates).toHaveLength(2 * 20);
});

test('a memory limit that is too small for the whole network is enough for half of it', async () => {
  const limited = `${tiny} --max-steps 3 --memory-limit 1.75MB`;
  const whole = await alexnet(folder.path, `${limited} --out refused`);
  expect(whole.code).toBe(1);
  expect(whole.stderr).toMatch(
    /Out of memory \(\w+\): \d+ bytes were asked for; .* 1750000 allowed \(memoryLimit\)/,
  );
  const split = await alexnet(folder.path, `${limited} --devices 2 --out halves`);
  expect(split.code, split.stderr).toBe(0);
  const compared = await inProcess(folder.path, 'compare whole halves'); // after 20 steps and 3
  expect(compared.stderr).toMatch(
    /^ {2}devices: one and \w+ \(.*, 1 thread\) and \w+ \(.*, 1 thread\)\n {2}these may sum/,
  );
  const less = await alexnet(folder.path, `${limited.replace('1.75', '0.9')} --devices 2 --out less`);
  expect(less.stderr).toMatch(/tower [AB] \(\w+ on a thread\): Out of memory .* 900000 allowed/);
  expect(less.code).toBe(1);
});

test('a device on another machine', async () => {
  const env = { ALEXNET_DEVICE_TOKEN: 'a token of this test' };
  let address = '';
  let isTrained: (trained: Promise<Ended>) => void;
  const trained = new Promise<Ended>((resolve) => {
    isTrained = resolve;
  });
  const served = alexnet(folder.path, `device --port 0 --threads 1 ${command.engine}`, {
    env,
    watch: ({ stdout }, child) => {
      if (address || !stdout.includes('\n')) return;
      address = /tcp:\S+/.exec(stdout)?.[0] ?? '';
      const run = alexnet(folder.path, `${tiny} --max-steps 20 --devices ${engine}:1,${address} --out far`, {
        env,
      });
      isTrained(run.finally(() => child.kill('SIGINT')));
    },
  });
  const far = await trained;
  expect(far.code, far.stderr).toBe(0);
  expect((await served).code).toBe(0);
  expect((await served).stderr).toMatch(
    /a run of 127\.0\.0\.1 began, process \d+\n.*the run of 127\.0\.0\.1 ended/s,
  );
  await expectSame('whole', 'far');
});

test('a killed device ends the run with its name; the last checkpoint resumes on one device', async () => {
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
  expect(lost.stderr).toMatch(/saved: .*step-000000\d\d; resume with --resume/);
  expect(pidsOf(lost.stderr)).toHaveLength(2);
  expect(pidsOf(lost.stderr).some(isAlive)).toBe(false);
  const resumed = await inProcess(folder.path, 'train --resume --threads 1 --json --max-steps 20 --out lost');
  expect(resumed.code, resumed.stderr).toBe(0);
  await expectSame('whole', 'lost');
});

test('a run that was started on one device resumes on two; if it is killed, its processes end too', async () => {
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

test('networks that cannot be split and invalid devices are refused before anything is started', async () => {
  const refusals: [args: string, message: RegExp][] = [
    ['--devices 2 --preset oneGpu', /--devices 2 requires a network of two towers; preset 'oneGpu' has 1/],
    ['--devices 2 --micro-batch 2', /leave out --micro-batch/],
    ['--devices 3', /It must be 1, 2, or two devices separated by a comma\./],
    ['--devices cpu,tcp://host:1', /requires its token in ALEXNET_DEVICE_TOKEN/],
    ['--devices 2 --adapter 1', /name two GPUs with --devices, such as --devices webgpu:0,webgpu:1\./],
    ['--trace t.json', /--trace records two devices; add --devices 2\./],
    ['--devices 2 --trace split.json', /split\.json already exists; choose another --trace\./],
  ];
  for (const [args, message] of refusals) {
    const refused = await inProcess(folder.path, `train ${args} --out never`);
    expect(refused.code, refused.stderr).toBe(2);
    expect(refused.stderr).toMatch(message);
    expect(existsSync(join(folder.path, 'never'))).toBe(false);
  }
});
