import { afterAll, beforeAll, expect, test } from 'vitest';
import { type BuiltPackage, buildPackage } from '../src/testing/child-process.js';
import { describeWithLibrary } from '../src/testing/describe-onednn.js';

/** 10,000 in `npm run test:backend`; the default only shows that the program works. */
const steps = Number(process.env.ALEXNET_LEAK_STEPS ?? 400);

/** Training steps with random batch, image size and channels; prints the memory held, in MB. */
const program = `
  import * as tf from '@tensorflow/tfjs-core';
  import '@tensorflow/tfjs-layers';
  import { registerOneDnnBackend } from './index.js';
  tf.enableProdMode();
  registerOneDnnBackend();
  await tf.setBackend('onednn');
  let state = 1;
  const draw = (from, to) => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return from + ((state >>> 8) % (to - from + 1));
  };
  function step() {
    const [batch, side, channels, filters] = [draw(1, 4), draw(8, 24), draw(1, 16), draw(1, 24)];
    const x = tf.ones([batch, side, side, channels]);
    const w = tf.variable(tf.fill([3, 3, channels, filters], 0.01));
    const { value, grads } = tf.variableGrads(() => {
      const y = tf.localResponseNormalization(tf.relu(tf.conv2d(x, w, 1, 'same')), 2, 1, 0.1, 0.75);
      const rows = tf.reshape(tf.concat([tf.maxPool(y, 3, 2, 'same'), tf.avgPool(y, 3, 2, 'same')], 3), [batch, -1]);
      return tf.sum(tf.square(tf.matMul(rows, rows, false, true)));
    });
    w.assign(tf.sub(w, tf.mul(grads[w.name], 1e-6)));
    if (!Number.isFinite(value.dataSync()[0])) throw new Error('the loss is not finite');
    w.dispose();
  }
  const seen = [];
  const steps = Number(process.env.STEPS);
  for (let i = 1; i <= steps; i++) {
    tf.tidy(step);
    if (i % (steps / 4) === 0) {
      const { numTensors, poolLiveBytes, poolBytes, plans } = tf.memory();
      seen.push({ rss: process.memoryUsage().rss / 1e6, numTensors, poolLiveBytes, poolBytes: poolBytes / 1e6, plans });
    }
  }
  console.log(JSON.stringify(seen));`;

interface Seen {
  rss: number;
  numTensors: number;
  poolLiveBytes: number;
  poolBytes: number;
  plans: number;
}

describeWithLibrary('training steps of ever new shapes', () => {
  let built: BuiltPackage;
  beforeAll(async () => {
    built = await buildPackage();
  });
  afterAll(() => built.remove());

  test(`leak nothing in ${steps} steps`, { timeout: 1_200_000 }, async () => {
    const { code, stdout, stderr } = await built.run(program, { STEPS: String(steps) });
    expect(stderr).toBe('');
    expect(code).toBe(0);
    const seen = JSON.parse(stdout) as Seen[];
    console.log(seen.map((s) => `${s.rss.toFixed(0)} MB RSS, ${s.plans} plans`).join('; '));
    const [, half, , last] = seen as [Seen, Seen, Seen, Seen];
    expect(last.numTensors).toBe(0);
    expect(last.plans).toBeLessThanOrEqual(1024);
    expect(last.poolLiveBytes).toBeLessThan(1e6); // the zero in each relu's kernel plan
    expect(last.poolBytes).toBeLessThan(512);
    expect(last.rss - half.rss).toBeLessThan(steps < 5000 ? 300 : 60); // in few steps oneDNN's own cache is still filling
  });
});
