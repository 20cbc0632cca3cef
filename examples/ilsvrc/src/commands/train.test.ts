import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { drawJpeg } from '@alexnet/embedded-ilsvrc';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { RunEvent } from '../run/run-event.js';
import { RunFolder } from '../run/run-folder.js';
import { alexnet, command, type Ended, temporaryFolder } from '../testing/alexnet.js';
import { inProcess } from '../testing/in-process.js';
import type { EventLine } from '../train/event-lines.js';

vi.setConfig({ testTimeout: 240_000 }); // on wasm, where there is no oneDNN

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => {
  folder = await temporaryFolder();
});
afterAll(() => folder.remove());

/** An epoch has 12 steps. */
const tiny =
  'train --train-per-class 6 --val-per-class 1 --width 0.0625 --batch-size 5 --image-size 64 --threads 1 --json';
const resume = 'train --resume --threads 1 --json --out';
const linesOf = ({ stdout }: Ended): EventLine[] =>
  stdout.trim().split('\n').map((line) => JSON.parse(line)); // biome-ignore format: one line
const eventsOf = (run: string): Promise<RunEvent[]> => new RunFolder(join(folder.path, run)).events();
/** The steps and epochs of a run, without times. */
const timeless = async (run: string): Promise<object[]> =>
  (await eventsOf(run))
    .filter(({ type }) => type === 'step' || type === 'epochEnd')
    .map((event) => ({ ...event, seconds: 0, waitSeconds: 0 }));
let whole: EventLine[];

describe('train --json', () => {
  test('prints every step, epoch and checkpoint, and the end with the checksum of the weights', async () => {
    const ended = await alexnet(folder.path, `${tiny} --epochs 2 --checkpoint-steps 5 --keep 9 --out whole`);
    expect(ended.code, ended.stderr).toBe(0);
    whole = linesOf(ended);
    const count = (event: string): number => whole.filter((line) => line.event === event).length;
    expect([count('step'), count('epoch'), count('end')]).toEqual([24, 2, 1]);
    const checkpoints = whole.filter((line) => line.event === 'checkpoint').map(({ step }) => step);
    expect(checkpoints).toEqual([5, 10, 12, 15, 20, 24]);
    for (const line of whole) {
      expect(line).toMatchObject({
        step: expect.any(Number),
        epoch: expect.any(Number),
        loss: expect.any(Number),
      });
    }
    const [end] = whole.slice(-1);
    expect(end).toMatchObject({ event: 'end', step: 24, epoch: 2, reason: 'epochs' });
    const weights = await readFile(join(folder.path, 'whole/checkpoints/step-00000024/weights.bin'));
    expect(end?.weightsSha256).toBe(createHash('sha256').update(weights).digest('hex'));
    expect(ended.stderr).not.toMatch(/█|images\/s.*left/); // no live line without a terminal
  });

  test('--max-steps stops early in good order; --resume continues inside an epoch, bit-identically', async () => {
    const part = await inProcess(folder.path, `${tiny} --epochs 2 --max-steps 7 --out part`);
    expect(part.code, part.stderr).toBe(0);
    expect(linesOf(part).at(-1)).toMatchObject({ event: 'end', step: 7, epoch: 0, reason: 'maxSteps' });
    expect(part.stderr).toContain('ended after step 7, as requested');
    const rest = await alexnet(folder.path, `${resume} part`);
    expect(rest.code, rest.stderr).toBe(0);
    expect(rest.stderr).toContain('resumed at epoch 1, batch 8 (step 7)');
    expect(linesOf(rest)[0]).toMatchObject({ event: 'step', step: 7 });
    expect(linesOf(rest).at(-1)?.weightsSha256).toBe(whole.at(-1)?.weightsSha256);
    expect(await timeless('part')).toEqual(await timeless('whole'));
    const resumed = (await eventsOf('part')).find(({ type }) => type === 'resume');
    expect(resumed).toMatchObject({ epoch: 0, batch: 7, step: 7, versions: { node: process.version } });
  });

  test('a finished run that is resumed ends at once, with the same weights', async () => {
    const again = await inProcess(folder.path, `${resume} part`);
    expect(again.code, again.stderr).toBe(0);
    expect(linesOf(again).map(({ event }) => event)).toEqual(['checkpoint', 'end']);
    expect(linesOf(again).at(-1)?.weightsSha256).toBe(whole.at(-1)?.weightsSha256);
  });

  test('Ctrl-C saves a checkpoint between two steps and says how to resume', async () => {
    const stopped = await alexnet(folder.path, `${tiny} --epochs 2 --out stopped`, {
      interruptAt: /"step":3,/,
    });
    expect(stopped.code).toBe(1);
    const [last] = linesOf(stopped).slice(-1);
    expect(last).toMatchObject({ event: 'checkpoint', epoch: 0 });
    expect(last?.step).toBeLessThan(12);
    const [kept, why] = stopped.stderr.trim().split('\n').slice(-2);
    expect(kept).toBe(`  saved: ${last?.path}; resume with --resume --out stopped`);
    expect(why).toBe('alexnet: stopped by SIGINT.');
    const rest = await alexnet(folder.path, `${resume} stopped`);
    expect(linesOf(rest)[0]).toMatchObject({ event: 'step', step: last?.step });
    expect(linesOf(rest).at(-1)?.weightsSha256).toBe(whole.at(-1)?.weightsSha256);
  });

  test('a run stopped before its first step resumes from scratch', async () => {
    const stopped = await alexnet(folder.path, `${tiny} --epochs 2 --out early`, {
      interruptAt: /Training\n/,
    });
    expect(stopped.code).toBe(1);
    const rest = await inProcess(folder.path, `${resume} early`);
    expect(rest.code, rest.stderr).toBe(0);
    expect(await timeless('early')).toEqual(await timeless('whole'));
  });

  test('a closed stdout or terminal ends a run with a checkpoint too', async () => {
    const { bin, engine } = command;
    const run = (rest: string) => spawnSync('sh', ['-c', `"${process.execPath}" "${bin}" ${tiny} ${engine} ${rest}`], { cwd: folder.path, encoding: 'utf8' }); // biome-ignore format: one line
    const closed = run('--epochs 90 --out closed | head -n 1');
    expect(closed.stdout.trim().split('\n')).toHaveLength(1);
    expect(closed.stderr).toMatch(
      /\n {2}saved: .*\nalexnet: stopped because stdout is closed \(write EPIPE\)\.\n$/,
    );
    const gone = await alexnet(folder.path, `${tiny} --epochs 90 --out gone`, {
      interruptAt: /"step":3,/,
      interruptWith: 'SIGHUP',
    });
    expect(gone.stderr).toMatch(/\nalexnet: stopped by SIGHUP\.\n$/);
    for (const name of ['closed', 'gone']) {
      expect((await eventsOf(name)).at(-1), name).toMatchObject({ type: 'checkpoint' });
    }
  });

  test('a damaged checkpoint is skipped and reported', async () => {
    const run = join(folder.path, 'damaged');
    await cp(join(folder.path, 'whole'), run, { recursive: true });
    await writeFile(join(run, 'checkpoints/step-00000024/weights.bin'), 'short');
    const measured = await inProcess(folder.path, 'evaluate --run damaged --views 1 --json');
    const exported = await inProcess(folder.path, 'export --run damaged --format tfjs --out exported');
    for (const { code, stderr } of [measured, exported]) {
      expect(code, stderr).toBe(0);
      expect(stderr).toMatch(/step-00000024: the checkpoint is damaged .* The previous checkpoint is used\./);
      expect(stderr).toMatch(/step-00000020: step 20\n/);
    }
    expect(await readFile(join(folder.path, 'exported/weights.bin'))).toEqual(
      await readFile(join(run, 'checkpoints/step-00000020/weights.bin')),
    );
    const rest = await inProcess(folder.path, `${resume} damaged`);
    expect(rest.code, rest.stderr).toBe(0);
    expect(rest.stderr).toMatch(
      /step-00000024: the checkpoint is damaged \(weights.bin .*\)\. The previous checkpoint is used\./,
    );
    expect(rest.stderr).toContain('resumed at epoch 2, batch 9 (step 20)');
    expect(linesOf(rest).at(-1)?.weightsSha256).toBe(whole.at(-1)?.weightsSha256);
    expect(await timeless('damaged')).toEqual(await timeless('whole'));
  });

  test('without --json it prints the last checkpoint and its checksum', async () => {
    const { stdout } = await inProcess(folder.path, 'train --resume --threads 1 --out part');
    expect(stdout).toBe(
      `${join(folder.path, 'part/checkpoints/step-00000024')}  sha256 ${whole.at(-1)?.weightsSha256}\n`,
    );
  });
});

test('a resumed run reports what may change the last bits', async () => {
  const rest = await inProcess(folder.path, 'train --resume --threads 2 --out part');
  expect(rest.code, rest.stderr).toBe(0);
  const { threads } = ((await eventsOf('part'))[0] as RunEvent & { type: 'runBegin' }).versions;
  const { versions } = (await eventsOf('part')).filter((event) => event.type === 'resume').at(-1) ?? {};
  if (versions?.threads === threads)
    expect(rest.stderr).not.toContain('may differ'); // a backend without threads
  else {
    expect(rest.stderr).toContain(`threads changed from ${threads} to 2\n`);
    expect(rest.stderr).toContain('results may differ in the last bits from an uninterrupted run');
  }
});

test('a run resumed with data of other classes is refused with the difference', async () => {
  const data = join(folder.path, 'other-data');
  const classesOf = async (count: number): Promise<void> => {
    for (let label = 0; label < count; label++) {
      for (const split of ['train', 'val']) {
        await mkdir(join(data, split, `class-${label}`), { recursive: true });
        for (let n = 0; n < 5; n++) {
          await writeFile(
            join(data, split, `class-${label}`, `${n}.jpg`),
            await drawJpeg(1, 'train', label, n),
          );
        }
      }
    }
  };
  await classesOf(2);
  const args = `train --data ${data} --width 0.0625 --image-size 64 --batch-size 10 --out classes`;
  const two = await inProcess(folder.path, `${args} --max-steps 1`);
  expect(two.code, two.stderr).toBe(0);
  await classesOf(3);
  const three = await inProcess(folder.path, 'train --resume --out classes');
  expect(three.code).toBe(1);
  expect(three.stderr).toMatch(
    /alexnet: .*other-data has changed since the run started: the source has 3 classes, not 2, so the run cannot be resumed; .*\n$/,
  );
  for (const name of await readdir(join(folder.path, 'data')))
    if (name.startsWith('other-data')) await rm(join(folder.path, 'data', name), { recursive: true });
  const unprepared = await inProcess(folder.path, 'train --resume --out classes');
  expect(unprepared.code).toBe(1);
  expect(unprepared.stderr).toMatch(
    /alexnet: .*step-00000001: not a checkpoint of this model \(it has 2 classes, the model 3\)\.\n$/,
  );
});

test('a loss out of bounds ends a run with the step and the last checkpoint', async () => {
  const { code, stderr } = await inProcess(
    folder.path,
    `${tiny} --learning-rate 1000 --checkpoint-steps 1 --out exploded`,
  );
  expect(code).toBe(1);
  expect(stderr).toMatch(
    /\nalexnet: the loss became \S+ in step [1-9] \(train\) at learning rate 1000.*The last checkpoint is .*step-0000000\d\.\n$/,
  );
});

test('a full disk ends a run and keeps the last checkpoint, from which it resumes (needs the right to mount)', async (context) => {
  const disk = join(folder.path, 'disk');
  await mkdir(disk);
  const mount = (...args: string[]) => spawnSync('mount', [...args, disk]);
  if (mount('-t', 'tmpfs', '-o', 'size=2m', 'tmpfs').status !== 0) {
    return context.skip('mounting a small tmpfs is not permitted here');
  }
  try {
    const args = `${tiny} --epochs 2 --checkpoint-steps 5 --out ${join(disk, 'run')}`; // .7 MB each, and a mean image of .8
    const full = await inProcess(folder.path, args);
    expect(full.code).toBe(1);
    expect(full.stderr).toMatch(
      /\nalexnet: .*step-00000010: the checkpoint could not be written \(ENOSPC: .*\n$/,
    );
    expect(full.stderr).toMatch(/saved: .*step-00000005; resume with --resume/);
    expect(await readdir(join(disk, 'run/checkpoints'))).toEqual(['step-00000005']);
    expect(mount('-o', 'remount,size=30m').status).toBe(0);
    const rest = await inProcess(folder.path, `${resume} ${join(disk, 'run')}`);
    expect(rest.stderr).toContain('resumed at epoch 1, batch 6 (step 5)');
    expect(linesOf(rest).at(-1)?.weightsSha256).toBe(whole.at(-1)?.weightsSha256);
  } finally {
    spawnSync('umount', [disk]);
  }
});

test('a run of an older version is refused', async () => {
  await mkdir(join(folder.path, 'part/checkpoint'));
  const { code, stderr } = await inProcess(folder.path, 'train --resume --out part');
  expect([code, stderr]).toEqual([2, `alexnet: ${join(folder.path, 'part')} was started by an older version of alexnet; this version cannot use it.\n`]); // biome-ignore format: one line
});

describe('compare', () => {
  test('two runs with the same settings are bit-identical', async () => {
    const { code, stdout } = await inProcess(folder.path, 'compare whole stopped --json --tolerance 1e-9');
    expect(code).toBe(0);
    const { largest, variables } = JSON.parse(stdout);
    expect(largest).toBe(0);
    expect(variables).toContainEqual({
      ...{ name: 'fc8/bias', kind: 'velocity', shape: [10] },
      ...{ relative: 0, elementwise: 0, different: 0 },
    });
  });

  test('two checkpoints of a run differ, and exceeding a tolerance is an error', async () => {
    const args = 'compare whole/checkpoints/step-00000005 whole';
    const { code, stdout, stderr } = await inProcess(folder.path, `${args} --tolerance 0.00001`);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^alexnet: .* differ by \S+, more than 0.00001\.\n$/);
    expect(stdout).toMatch(/^variable +shape +relative +elementwise +elements that differ\n/);
    expect(stdout).toMatch(/\nvelocity of fc8\/bias +\[10\] +\d\.\d\de.* 10 of 10\n$/);
  });

  test('a missing checkpoint is one line', async () => {
    const { code, stderr } = await inProcess(folder.path, 'compare whole nowhere');
    expect([code, stderr]).toEqual([2, `alexnet: ${join(folder.path, 'nowhere')} has no checkpoint yet.\n`]);
  });
});

test('in a terminal, a live line shows the batch, the speed and the remaining time (needs `script`)', (context) => {
  const { bin, engine } = command;
  const args = `${tiny.replace(' --json', '')} --epochs 3 --out watched ${engine}`;
  const line = `stty cols 130; "${process.execPath}" "${bin}" ${args}`;
  const watched = spawnSync('script', ['-qec', line, '/dev/null'], { cwd: folder.path, encoding: 'utf8' });
  if (watched.error) return context.skip('there is no `script` to emulate a terminal');
  expect(watched.status, watched.stdout).toBe(0);
  expect(watched.stdout).toMatch(
    /train [█░]+ \d+% {2}epoch 2\/3 {2}loss \d\.\d{3} {2}error \d+\/\d+% {2}starved \d+% {2}\d+ images\/s {2}.+ \/ .+ left/,
  );
});
