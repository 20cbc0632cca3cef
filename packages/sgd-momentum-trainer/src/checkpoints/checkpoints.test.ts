import { createHash } from 'node:crypto';
import { cp, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { randomStream } from '@alexnet/random';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { beforeEach, expect, test } from 'vitest';
import { clouds, cloudsFrom, makeModel, STEPS, useFolder } from '../clouds.test-data.js';
import {
  Checkpoints,
  compareCheckpoints,
  DivergedError,
  loadCheckpoint,
  plateauSchedule,
  SgdMomentum,
  saveCheckpoint,
  type TrainEvent,
  type TrainOptions,
  train,
} from '../index.js';

const folder = useFolder();
let directory: string;
let tests = 0;
beforeEach(() => {
  directory = join(folder.path, String(tests++));
});

const epochs = 4;
const validations = [0.5, 0.5, 0.4, 0.4];
/** Settings with learning rates that drop, which adds to the state that a run depends on. */
const settings = (): TrainOptions => ({
  epochs,
  schedule: plateauSchedule({ learningRate: 0.02, patience: 1 }),
  validate: async (epoch) => ({ top1Error: validations[epoch] as number, top5Error: 0 }),
});

interface Run {
  events: TrainEvent[];
  model: tfl.LayersModel;
  error?: Error;
}

/** Trains a new model, or one that resumes from a checkpoint, until the run ends or throws. */
async function run(
  options: TrainOptions,
  from?: string,
  batches: typeof cloudsFrom = cloudsFrom,
): Promise<Run> {
  const [model, optimizer] = [makeModel(), new SgdMomentum()];
  const resume = from === undefined ? undefined : await loadCheckpoint(from, model, optimizer);
  const events: TrainEvent[] = [];
  try {
    const all = { ...settings(), optimizer, ...options, ...(resume && { resume }) };
    for await (const event of train(model, batches, all)) events.push(event);
  } catch (error) {
    return { events, model, error: error as Error };
  }
  return { events, model };
}

const weightsOf = (model: tfl.LayersModel): number[][] =>
  model.getWeights().map((weight) => Array.from(weight.dataSync()));
const of = <T extends TrainEvent['type']>(events: TrainEvent[], type: T): (TrainEvent & { type: T })[] =>
  events.filter((event): event is TrainEvent & { type: T } => event.type === type);
/** Events without the values that depend on the clock. */
const timeless = (events: TrainEvent[]): object[] =>
  [...of(events, 'step'), ...of(events, 'epochEnd')].map((event) => ({
    ...event,
    seconds: 0,
    waitSeconds: 0,
  }));

test('a run resumed after any of its steps is bit-identical in weights, losses and sums', async () => {
  const whole = await run({ checkpoints: { directory, everySteps: 1, keep: 1000 } });
  const checkpoints = await new Checkpoints(directory).list();
  expect(checkpoints.map(({ step }) => step)).toEqual(
    Array.from({ length: epochs * STEPS }, (_, i) => i + 1),
  );
  for (const { path, step } of checkpoints) {
    const batches = step % 2 === 0 ? cloudsFrom : clouds; // with and without `startBatch`
    const rest = await run({}, path, batches);
    expect(weightsOf(rest.model)).toEqual(weightsOf(whole.model));
    const behind = timeless(whole.events).length - timeless(rest.events).length;
    expect(of(rest.events, 'step')).toHaveLength(epochs * STEPS - step);
    const [expected, found] = [timeless(whole.events), timeless(rest.events)];
    expect(expected).toEqual(expect.arrayContaining(found));
    expect(behind).toBe(step + Math.floor(step / STEPS));
    const inside = step % STEPS > 0 ? step % STEPS : undefined;
    expect(of(rest.events, 'epochBegin')[0]?.resumedAt).toBe(inside);
  }
});

test('each checkpoint is reported once it is on the disk, with the checksum of its weights; the last ones are kept', async () => {
  const { events } = await run({
    checkpoints: { directory, everySteps: 2, keep: 2, settings: { width: 1 } },
  });
  const told = of(events, 'checkpoint');
  // after steps 2, 4, ..., and at the end of every epoch of 5 steps
  expect(told.map(({ step, epoch, batch }) => [step, epoch, batch])).toEqual([
    [2, 0, 2], [4, 0, 4], [5, 1, 0], [6, 1, 1], [8, 1, 3], [10, 1, 5], [10, 2, 0],
    [12, 2, 2], [14, 2, 4], [15, 3, 0], [16, 3, 1], [18, 3, 3], [20, 3, 5], [20, 4, 0],
  ]); // biome-ignore format: rows
  expect(await readdir(directory)).toEqual(['step-00000018', 'step-00000020']);
  const last = told.at(-1);
  const weights = await readFile(join(directory, 'step-00000020', 'weights.bin'));
  expect(last?.weightsSha256).toBe(createHash('sha256').update(weights).digest('hex'));
  expect(last?.path).toBe(`${directory}/step-00000020`);
  expect(last?.stallSeconds).toBeGreaterThan(0);
  const files = await Promise.all((await readdir(last?.path ?? '')).map((name) => readFile(join(last?.path ?? '', name)))); // biome-ignore format: one line
  expect(last?.bytes).toBe(files.reduce((sum, { length }) => sum + length, 0));
  expect((await loadCheckpoint(last?.path ?? '', makeModel())).settings).toEqual({ width: 1 });
  expect(events.at(-1)).toMatchObject({ type: 'end', reason: 'epochs' });
});

test('maxSteps ends a run within an epoch or at its end, and the run can be resumed', async () => {
  const whole = await run({});
  let from: string | undefined;
  for (const maxSteps of [3, 5, 12]) {
    const part = await run({ maxSteps, checkpoints: { directory } }, from);
    const epoch = Math.floor(maxSteps / STEPS);
    expect(part.events.at(-1)).toEqual({ type: 'end', reason: 'maxSteps', epoch, step: maxSteps });
    from = of(part.events, 'checkpoint').at(-1)?.path;
    expect(from).toContain(`step-${String(maxSteps).padStart(8, '0')}`);
  }
  const nothing = await run({ maxSteps: 12, checkpoints: { directory } }, from);
  expect(nothing.events.map(({ type }) => type)).toEqual(['checkpoint', 'end']);
  const rest = await run({}, from);
  expect(weightsOf(rest.model)).toEqual(weightsOf(whole.model));
  expect(rest.events.at(-1)).toMatchObject({ reason: 'epochs' });
  const all = await run({ maxSteps: epochs * STEPS });
  expect(all.events.at(-1)).toMatchObject({ type: 'end', reason: 'epochs' });
});

test('a stopped run takes a checkpoint, and resumes from it like an uninterrupted run', async () => {
  const whole = await run({});
  for (const stopAfter of [1, 7, 10]) {
    const controller = new AbortController();
    const watched = (epoch: number, startBatch: number) => {
      if (epoch * STEPS + startBatch >= stopAfter) controller.abort(new Error('enough'));
      return stopping(cloudsFrom(epoch, startBatch), () => stopAfter - epoch * STEPS, controller);
    };
    const { signal } = controller;
    const stopped = await run(
      { signal, checkpoints: { directory: join(directory, String(stopAfter)) } },
      undefined,
      watched,
    );
    expect(stopped.error?.message).toBe('enough');
    const [last] = of(stopped.events, 'checkpoint').slice(-1);
    expect(last?.step).toBe(stopAfter);
    expect(stopped.events.at(-1)).toBe(last);
    expect(weightsOf((await run({}, last?.path)).model)).toEqual(weightsOf(whole.model));
  }
});

/** Batches that abort while the n-th is being waited for. */
function stopping(batches: ReturnType<typeof clouds>, n: () => number, controller: AbortController) {
  async function* give() {
    let given = 0;
    for await (const batch of batches) {
      if (given++ === n()) {
        tf.dispose([batch.xs, batch.ys]);
        controller.abort(new Error('enough'));
        throw controller.signal.reason;
      }
      yield batch;
    }
  }
  return Object.assign(give(), { size: STEPS });
}

test('the newest whole checkpoint is loaded; one damaged in any byte of any file is skipped and named', async () => {
  await run({ checkpoints: { directory, keep: 3 } });
  const newest = join(directory, 'step-00000020');
  const stream = randomStream(4);
  for (const name of await readdir(newest)) {
    const bytes = await readFile(join(newest, name));
    for (const cut of [
      bytes.subarray(0, -1),
      bytes.subarray(0, 0),
      flipped(bytes, stream.integer(bytes.length)),
    ]) {
      await writeFile(join(newest, name), cut);
      const model = makeModel();
      const loaded = await new Checkpoints(directory).load(model, new SgdMomentum());
      expect(loaded).toMatchObject({ path: `${directory}/step-00000015`, epoch: 3, step: 15 });
      expect(await new Checkpoints(directory).newest()).toEqual(loaded);
      expect(loaded?.damaged).toHaveLength(1);
      expect(loaded?.damaged[0]).toContain(`${newest}: the checkpoint is damaged (${name} `);
    }
    await rm(join(newest, name));
    expect((await new Checkpoints(directory).load(makeModel()))?.damaged[0]).toContain(
      `${name} cannot be read`,
    );
    await writeFile(join(newest, name), bytes);
  }
  expect((await new Checkpoints(directory).load(makeModel()))?.damaged).toEqual([]);
  for (const { path } of await new Checkpoints(directory).list())
    await writeFile(join(path, 'weights.bin'), '');
  await expect(new Checkpoints(directory).load(makeModel())).rejects.toThrow(
    /step-00000020.*damaged.*step-00000010/,
  );
  expect(await new Checkpoints(join(directory, 'none')).load(makeModel())).toBeUndefined();
});

function flipped(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[at] = (copy[at] as number) ^ 1;
  return copy;
}

test('the leftovers of a killed process are found or removed', async () => {
  await run({ checkpoints: { directory, keep: 2 } });
  const [older, newest] = ['step-00000015', 'step-00000020'].map((name) => join(directory, name)) as [
    string,
    string,
  ];
  await rename(newest, `${newest}.previous`); // as if killed between two renames
  await cp(older, join(directory, 'step-00000019.partial'), { recursive: true }); // as if killed while it wrote
  const { path, step } = (await new Checkpoints(directory).load(makeModel())) ?? {};
  expect([path, step]).toEqual([`${directory}/step-00000020`, 20]);
  await run(
    {
      maxSteps: 21,
      epochs: 5,
      validate: async () => ({ top1Error: 0, top5Error: 0 }),
      checkpoints: { directory, keep: 2 },
    },
    newest,
  );
  expect(await readdir(directory)).toEqual(['step-00000020.previous', 'step-00000021']);
});

test('another number of classes or another net is refused with the difference', async () => {
  await run({ checkpoints: { directory } });
  const checkpoints = new Checkpoints(directory);
  await expect(checkpoints.load(makeModel({ classes: 4 }))).rejects.toThrow(
    `${directory}/step-00000020: not a checkpoint of this model (it has 3 classes, the model 4).`,
  );
  await expect(checkpoints.load(makeModel({ hidden: 8 }))).rejects.toThrow(
    "('hidden/kernel' is [2, 16] there, [2, 8] in the model; 'hidden/bias' is [16] there, [8] in the model; 'out/kernel' is [16, 3] there, [8, 3] in the model).",
  );
});

test('a net with the same weights that computes something else is refused with the layer', async () => {
  const path = join(directory, 'one');
  const dense = (config: object) => tfl.layers.dense({ name: 'd', units: 2, inputShape: [2], ...config });
  const make = (...layers: tfl.layers.Layer[]) => tfl.sequential({ layers });
  await saveCheckpoint(path, make(dense({})), new SgdMomentum(), { epoch: 0, step: 0, validationErrors: [] });
  await loadCheckpoint(path, make(dense({ kernelInitializer: 'zeros', trainable: false }))); // the same net
  const load = (...layers: tfl.layers.Layer[]) => loadCheckpoint(path, make(...layers));
  const refused = `${path}: not a checkpoint of this model`;
  await expect(load(dense({ activation: 'relu' }))).rejects.toThrow(
    `${refused} (activation of layer 'd' is "linear" there, "relu" in the model).`,
  );
  await expect(load(dense({}), tfl.layers.softmax())).rejects.toThrow(
    `${refused} (layer 2 is absent there, a Softmax in the model).`,
  );
  const [x, y] = [tfl.input({ shape: [2] }), tfl.input({ shape: [2] })];
  const [d, e] = [dense({ inputShape: undefined }), tfl.layers.dense({ name: 'e', units: 2 })];
  const model = (crossed: boolean) => {
    const [a, b] = [d.apply(x), e.apply(y)] as [tfl.SymbolicTensor, tfl.SymbolicTensor];
    const joined = tfl.layers.concatenate().apply(crossed ? [b, a] : [a, b]) as tfl.SymbolicTensor;
    return tfl.model({ inputs: [x, y], outputs: joined });
  };
  await saveCheckpoint(path, model(false), new SgdMomentum(), { epoch: 0, step: 0, validationErrors: [] });
  await loadCheckpoint(path, model(false));
  await expect(loadCheckpoint(path, model(true))).rejects.toThrow(
    /name of layer '[de]' is [de] there, [de] in the model/,
  );
});

test('a loss of NaN changes nothing, and the error names the last checkpoint', async () => {
  const whole = await run({ maxSteps: 7 });
  const broken = (epoch: number, startBatch: number) => {
    async function* give() {
      let index = startBatch;
      for await (const batch of cloudsFrom(epoch, startBatch)) {
        if (epoch === 1 && index++ === 2)
          tf.tidy(() => {
            const bad = tf.keep(tf.mul(batch.xs, Number.NaN));
            batch.xs.dispose();
            batch.xs = bad;
          });
        yield batch;
      }
    }
    return Object.assign(give(), { size: STEPS });
  };
  const { error, model } = await run({ checkpoints: { directory } }, undefined, broken);
  expect(error).toBeInstanceOf(DivergedError);
  expect(error?.message).toMatch(
    /^the loss became NaN in step 7 \(train\) at learning rate 0.02; the first values that are not finite are the activations of layer 'hidden_input\S*'/,
  );
  expect(error?.message).toContain(`The last checkpoint is ${directory}/step-00000005.`);
  expect(weightsOf(model)).toEqual(weightsOf(whole.model));
});

test('a loss far above that of guessing ends the run, and so does one above lossLimit', async () => {
  const { error } = await run({ schedule: () => 300 });
  expect(error?.message).toMatch(/^the loss became (NaN|\d+\.?\d*(e\+\d+)?) in step [1-9]/);
  const limited = await run({ lossLimit: 0.5 });
  expect(limited.error?.message).toMatch(
    /the loss became [01]\.\d+ in step 0 .* beyond the limit of 0.5; no weight has moved yet\./,
  );
  const fast = await run({ schedule: () => ({ default: 300, layers: { hidden: 1e-6 } }), lossLimit: 1.5 });
  expect(fast.error?.message).toMatch(/; the weights of layer 'out' move fastest, by \S+ of their size/);
});

test('weights that are not finite are named by their layer, whatever follows it', async () => {
  const [model, optimizer] = [makeModel(), new SgdMomentum()];
  const bias = model.getLayer('out').getWeights()[1] as tf.Tensor;
  tf.tidy(() => model.getLayer('out').setWeights([tf.fill([16, 3], Number.POSITIVE_INFINITY), bias]));
  const before = tf.memory().numTensors;
  const training = async (): Promise<void> => {
    for await (const _ of train(model, cloudsFrom, { optimizer }));
  };
  await expect(training()).rejects.toThrow(
    "; the first values that are not finite are the weights of layer 'out'.",
  );
  expect(tf.memory().numTensors).toBe(before);
});

test('weights that are not finite are not saved, and the previous checkpoint stays', async () => {
  const [model, optimizer, path] = [makeModel(), new SgdMomentum(), join(directory, 'one')];
  await saveCheckpoint(path, model, optimizer, { epoch: 0, step: 1, validationErrors: [] });
  const before = await readFile(join(path, 'checkpoint.json'), 'utf8');
  const weights = model.getLayer('out').getWeights();
  for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
    tf.tidy(() => model.getLayer('out').setWeights([tf.fill([16, 3], bad), weights[1] as tf.Tensor]));
    await expect(
      saveCheckpoint(path, model, optimizer, { epoch: 0, step: 2, validationErrors: [] }),
    ).rejects.toThrow(`${path}: the checkpoint could not be written (weight 'out/kernel' is not finite).`);
  }
  expect(await readFile(join(path, 'checkpoint.json'), 'utf8')).toBe(before);
});

test('a folder that cannot be written ends the run with its name; leftovers in its place are replaced', async () => {
  await mkdir(directory);
  await writeFile(join(directory, 'step-00000005.partial'), ''); // removed
  await writeFile(join(directory, 'step-00000010'), 'a file, not a checkpoint');
  const { error, events } = await run({ checkpoints: { directory } });
  expect(of(events, 'checkpoint')[0]?.step).toBe(5);
  expect(error).toBeUndefined(); // a file of that name is replaced
  await rm(directory, { recursive: true });
  await writeFile(directory, 'a file');
  const refused = await run({ checkpoints: { directory } });
  expect(refused.error?.message).toMatch(
    /step-00000005: the checkpoint could not be written \((EEXIST|ENOTDIR)/,
  );
});

test('options out of range are refused', async () => {
  for (const [options, message] of [
    [{ keep: 0 }, 'keep must be a whole number >= 1 (Checkpoints), got 0.'],
    [{ everySteps: 1.5 }, 'everySteps must be a whole number >= 1 (train), got 1.5.'],
    [{ everySeconds: 0 }, 'everySeconds must be a number > 0 (train), got 0.'],
  ] as const) {
    await expect(run({ checkpoints: { directory, ...options } })).resolves.toMatchObject({
      error: { message },
    });
  }
  const { error } = await run({ maxSteps: 0 });
  expect(error?.message).toBe('maxSteps must be a whole number >= 1 (train), got 0.');
});

test('everySeconds takes a checkpoint when this time has passed', async () => {
  const { events } = await run({ checkpoints: { directory, everySeconds: 1e-9 } });
  expect(of(events, 'checkpoint').length).toBeGreaterThan(epochs + 5);
});

test('two checkpoints are compared variable by variable', async () => {
  await run({ checkpoints: { directory, keep: 9 } });
  const [a, b] = [`${directory}/step-00000005`, `${directory}/step-00000020`];
  const same = await compareCheckpoints(a, a);
  expect(same.map(({ name, kind }) => `${kind} ${name}`)).toEqual(
    ['weight', 'velocity'].flatMap((kind) =>
      ['hidden/kernel', 'hidden/bias', 'out/kernel', 'out/bias'].map((name) => `${kind} ${name}`),
    ),
  );
  expect(same.every((one) => one.relative === 0 && one.elementwise === 0 && one.different === 0)).toBe(true);
  const [x, y] = [makeModel(), makeModel()];
  await loadCheckpoint(a, x);
  await loadCheckpoint(b, y);
  const [first, second] = [weightsOf(x)[0] ?? [], weightsOf(y)[0] ?? []];
  const gaps = first.map((value, i) => Math.abs(value - (second[i] as number)));
  const [kernel] = await compareCheckpoints(a, b);
  expect(kernel).toMatchObject({ name: 'hidden/kernel', shape: [2, 16] });
  expect(kernel?.relative).toBe(Math.max(...gaps) / Math.max(...[...first, ...second].map(Math.abs)));
  expect(kernel?.elementwise).toBe(
    Math.max(
      ...gaps.map((gap, i) => gap / Math.max(Math.abs(first[i] as number), Math.abs(second[i] as number))),
    ),
  );
  expect(kernel?.different).toBe(gaps.filter((gap) => gap > 0).length);
  const other = join(directory, 'other');
  await saveCheckpoint(other, makeModel({ hidden: 8 }), new SgdMomentum(), {
    epoch: 0,
    step: 0,
    validationErrors: [],
  });
  await expect(compareCheckpoints(a, other)).rejects.toThrow(
    "both checkpoints must have the same variables (compareCheckpoints), got weight 'hidden/kernel' of shape [2, 16] in the first and of shape [2, 8] in the second.",
  );
});

test('a velocity that is NaN or infinite is infinitely far from every other', async () => {
  const state = { epoch: 0, step: 0, validationErrors: [] };
  const model = makeModel();
  const paths: string[] = [];
  for (const value of [1, Number.NaN, Number.POSITIVE_INFINITY]) {
    const optimizer = new SgdMomentum();
    const bias = model.getLayer('out').weights[1]?.read() as tf.Variable;
    tf.tidy(() => optimizer.setVelocity(bias.name, tf.fill(bias.shape, value)));
    paths.push(join(directory, String(value)));
    await saveCheckpoint(paths.at(-1) as string, model, optimizer, state);
  }
  const [one, nothing, beyond] = paths as [string, string, string];
  const ofBias = async (a: string, b: string) => (await compareCheckpoints(a, b)).at(-1);
  const apart = {
    kind: 'velocity',
    relative: Number.POSITIVE_INFINITY,
    elementwise: Number.POSITIVE_INFINITY,
  };
  expect(await ofBias(one, nothing)).toMatchObject({ ...apart, different: 3 });
  expect(await ofBias(beyond, one)).toMatchObject({ ...apart, different: 3 });
  expect(await ofBias(nothing, beyond)).toMatchObject({ ...apart, different: 3 });
  expect(await ofBias(nothing, nothing)).toMatchObject({ relative: 0, elementwise: 0, different: 0 });
});
