import { spawn } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';

// The built package in its own process, as a user runs it. It is killed with kill -9, not asked to stop.
const built = new URL('../../dist/index.js', import.meta.url).href;
const program = `
  import * as tf from '@tensorflow/tfjs-core';
  import * as tfl from '@tensorflow/tfjs-layers';
  import '@tensorflow/tfjs-backend-cpu';
  import { Checkpoints, SgdMomentum, train } from ${JSON.stringify(built)};
  tf.enableProdMode();
  const directory = process.argv[1];
  const kernelInitializer = tfl.initializers.randomNormal({ seed: 1 });
  const layers = [tfl.layers.dense({ name: 'out', units: 3, inputShape: [2], kernelInitializer }), tfl.layers.softmax()];
  const [model, optimizer] = [tfl.sequential({ layers }), new SgdMomentum()];
  const resume = await new Checkpoints(directory).load(model, optimizer);
  if (resume?.damaged.length) throw new Error(resume.damaged.join());
  async function* batches(epoch, startBatch) {
    for (let i = startBatch; i < 3; i++) {
      const xs = tf.randomNormal([8, 2], 0, 1, 'float32', 3 * epoch + i + 1);
      yield { xs, ys: tf.tidy(() => tf.cast(tf.oneHot(tf.argMax(xs, 1), 3), 'float32')) };
    }
  }
  const options = { epochs: 2, optimizer, resume, checkpoints: { directory, everySteps: 2, keep: 2 } };
  for await (const event of train(model, (epoch, startBatch) => batches(epoch, startBatch), options)) {
    if (event.type === 'checkpoint' && event.step === 6) console.log(event.weightsSha256);
  }
`;
const killAtCall = fileURLToPath(new URL('../../../testing/src/kill-at-call.js', import.meta.url));

/** How many kills are spread over all changes of files; each is followed by runs that resume. */
const KILLS = Number(process.env.ALEXNET_KILLS ?? 3);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'alexnet-survive-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function trainElsewhere(
  directory: string,
  atCall?: number,
): Promise<{ signal: string | null; stdout: string; stderr: string }> {
  const hook = atCall === undefined ? [] : ['--import', killAtCall];
  const child = spawn(process.execPath, [...hook, '--input-type=module', '-e', program, directory], {
    env: { ...process.env, KILL_AT_CALL: String(atCall ?? '') },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const texts = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].on('data', (text) => {
      texts[name] += text;
    });
  }
  return new Promise((resolve) => child.on('close', (_, signal) => resolve({ ...texts, signal })));
}

test('a run killed before any change of a file, twice, resumes and ends with the same weights (ALEXNET_KILLS)', async () => {
  const whole = await trainElsewhere(join(folder, 'whole'));
  expect(whole.stdout, whole.stderr).toMatch(/^([0-9a-f]{64}\n)+$/);
  const expected = whole.stdout.split('\n').at(-2);
  const step = Math.max(1, Math.round(100 / KILLS));
  let killed = 0;
  for (let call = 0; ; call += step) {
    const directory = join(folder, String(call));
    const first = await trainElsewhere(directory, call);
    if (first.signal === 'SIGKILL') {
      killed++;
      await trainElsewhere(directory, call); // killed once more after it resumed, or finished
    }
    const last = await trainElsewhere(directory);
    expect(last.stdout.split('\n').at(-2), last.stderr).toBe(expected);
    expect(await readdir(directory)).toEqual(await readdir(join(folder, 'whole')));
    if (first.signal === null) break;
  }
  expect(killed).toBeGreaterThanOrEqual(Math.min(KILLS, 3) - 1);
}, 300_000);
