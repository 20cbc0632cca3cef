import { existsSync } from 'node:fs';
import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { expect, test } from 'vitest';
import { clouds, makeModel, useFolder } from '../clouds.test-data.js';
import {
  type Batch,
  fileSystem,
  hasCheckpoint,
  loadCheckpoint,
  type PerVariable,
  plateauSchedule,
  SgdMomentum,
  saveCheckpoint,
  type TrainEvent,
  type TrainOptions,
  train,
} from '../index.js';

const folder = useFolder();

async function collect(model: tfl.LayersModel, options: TrainOptions): Promise<TrainEvent[]> {
  const events: TrainEvent[] = [];
  for await (const event of train(model, clouds, options)) events.push(event);
  return events;
}
const losses = (events: TrainEvent[]): number[] => events.flatMap((e) => (e.type === 'step' ? [e.loss] : []));

test('training tells three clouds apart, reports every step and epoch, and leaks nothing', async () => {
  const model = makeModel();
  const before = tf.memory().numTensors;
  const events = await collect(model, { epochs: 12 });
  expect(tf.memory().numTensors).toBe(before);
  expect(events.filter((e) => e.type === 'step')).toHaveLength(60);
  const [last, end] = events.slice(-2);
  expect(end).toEqual({ type: 'end', reason: 'epochs', epoch: 12, step: 60 });
  expect(last).toMatchObject({ type: 'epochEnd', epoch: 11, step: 60, images: 160, learningRate: 0.01 });
  expect(last?.type === 'epochEnd' && last.trainTop1Error).toBeLessThan(0.1);
  const errors = events.flatMap((e) => (e.type === 'step' && e.epoch === 11 ? [e.top1Error] : []));
  expect(last?.type === 'epochEnd' && last.trainTop1Error).toBeCloseTo(
    errors.reduce((sum, error) => sum + error) / errors.length, // batches of equal size
    9,
  );
  expect(losses(events)[0]).toBeGreaterThan(0.9);
  const waits = events.flatMap((e) => (e.type === 'step' && e.epoch === 11 ? [e.waitSeconds] : []));
  expect(last?.type === 'epochEnd' && last.waitSeconds).toBeCloseTo(
    waits.reduce((sum, wait) => sum + wait),
    9,
  );
  expect(Math.min(...waits)).toBeGreaterThan(0);
  model.dispose();
});

test('the loss of a step is the mean cross-entropy of its batch before the update', async () => {
  const [loss] = losses(await collect(makeModel(), { epochs: 1 }));
  const model = makeModel();
  const first = await clouds(0)[Symbol.asyncIterator]().next();
  const { xs, ys } = first.value as Batch;
  const expected = tf.tidy(() => {
    const p = model.apply(xs, { training: true }) as tf.Tensor;
    return tf.neg(tf.mean(tf.sum(tf.mul(tf.log(p), ys), 1))).dataSync()[0] as number;
  });
  expect(loss).toBeCloseTo(expected, 5);
  tf.dispose([xs, ys]);
});

test('the same seed gives the same losses twice', async () => {
  const [a, b] = [await collect(makeModel(), { epochs: 3 }), await collect(makeModel(), { epochs: 3 })];
  expect(losses(a)).toEqual(losses(b));
});

test('a run resumed from its checkpoint has the losses and learning rates of an uninterrupted run', async () => {
  const validations = [0.5, 0.5, 0.4, 0.4, 0.4, 0.4];
  const schedule = plateauSchedule({ learningRate: 0.02, patience: 1 });
  const validate = async (epoch: number) => ({ top1Error: validations[epoch] as number, top5Error: 0 });
  const whole = await collect(makeModel(), { epochs: 6, schedule, validate });

  const directory = join(folder.path, 'resume');
  const [model, optimizer] = [makeModel(), new SgdMomentum()];
  for await (const event of train(model, clouds, { epochs: 6, schedule, validate, optimizer })) {
    if (event.type !== 'epochEnd' || event.epoch < 2) continue;
    const { step, validationErrors } = event;
    await saveCheckpoint(directory, model, optimizer, {
      epoch: 3,
      step,
      validationErrors,
      settings: { width: 1 },
    });
    break; // killed
  }
  const [again, fresh] = [makeModel(), new SgdMomentum()];
  const resume = await loadCheckpoint(directory, again, fresh);
  expect(resume.settings).toEqual({ width: 1 });
  const rest = await collect(again, { epochs: 6, schedule, validate, optimizer: fresh, resume });
  expect(losses(rest)).toEqual(losses(whole).slice(15));
  const rates = (events: TrainEvent[]) =>
    events.flatMap((e) => (e.type === 'epochEnd' ? [e.learningRate] : []));
  expect(rates(rest)).toEqual(rates(whole).slice(3));
  expect(rates(whole)[5]).toBeLessThan(0.001);
  expect(await readdir(folder.path)).toEqual(['resume']);
});

test('a layer with its own learning rate moves at that rate, and the other layers as without it', async () => {
  const optimizer = new SgdMomentum({ learningRate: 0.02, momentum: 0, weightDecay: 0 });
  const model = makeModel();
  const weightsOf = (layer: string) => model.getLayer(layer).getWeights().map((weight) => Array.from(weight.dataSync())); // biome-ignore format: one line
  const hidden: number[][][] = [];
  const began: TrainEvent[] = [];
  const schedule = (epoch: number) => ({ default: 0.02, layers: epoch < 2 ? {} : { hidden: 0 } });
  for await (const event of train(model, clouds, { epochs: 4, optimizer, schedule })) {
    if (event.type === 'epochBegin') began.push(event);
    if (event.type === 'epochEnd') hidden.push(weightsOf('hidden'));
  }
  expect(began.map((e) => e.type === 'epochBegin' && e.layerLearningRates)).toEqual([undefined, undefined, { hidden: 0 }, { hidden: 0 }]); // biome-ignore format: one line
  expect(hidden[1]).not.toEqual(hidden[0]);
  expect(hidden[3]).toEqual(hidden[1]);

  const plain = await collect(makeModel(), { epochs: 2, optimizer: new SgdMomentum({ learningRate: 0.02 }) });
  const own = await collect(makeModel(), {
    epochs: 2,
    optimizer: new SgdMomentum({ learningRate: 0.5 }),
    schedule: () => ({ default: 0.5, layers: { hidden: 0.02, out: 0.02 } }),
  });
  expect(losses(own)).toEqual(losses(plain));
});

test('biases have their own learning rate, and a layer takes precedence over it', async () => {
  const model = makeModel();
  const optimizer = new SgdMomentum({ momentum: 0, weightDecay: 0 });
  const layers = (epoch: number) => (epoch < 2 ? {} : { hidden: 0 });
  const schedule = (epoch: number) => ({ default: 0, biases: 0.5, layers: layers(epoch) });
  const options = { epochs: 3, optimizer, schedule };
  const weights: number[][][] = [];
  for await (const event of train(model, clouds, options)) {
    const isEnd = event.type === 'epochBegin' || event.type === 'epochEnd';
    if (isEnd) weights.push(model.getWeights().map((weight) => Array.from(weight.dataSync())));
  }
  const [begin, , , first, , last] = weights as [number[][], ...number[][][]];
  const moved = (from: number[][] = [], to: number[][] = []): boolean[] =>
    from.map((values, i) => JSON.stringify(values) !== JSON.stringify(to[i]));
  expect(moved(begin, first)).toEqual([false, true, false, true]); // kernel, bias of hidden; of out
  expect(moved(first, last)).toEqual([false, false, false, true]);
});

test('a learning rate for an unknown layer, or that is not a number >= 0, is refused by its path', async () => {
  const given = (learningRate: object) =>
    collect(makeModel(), { schedule: () => learningRate as PerVariable });
  await expect(given({ default: 0.01, layers: { conv1: 0 } })).rejects.toThrow(
    "learningRate.layers must name layers of the model that have weights (schedule), got 'conv1'.",
  );
  await expect(given({ default: 0.01, layers: { out: Number.NaN } })).rejects.toThrow(
    'learningRate.layers.out must be a finite number >= 0 (schedule), got NaN.',
  );
  await expect(given({ default: 0.01, biases: -1 })).rejects.toThrow(
    'learningRate.biases must be a finite number >= 0 (schedule), got -1.',
  );
  await expect(given({ biases: 0.01 })).rejects.toThrow(
    'learningRate.default must be a finite number >= 0 (schedule), got undefined.',
  );
  const optimizer = new SgdMomentum({ weightDecay: { default: 0, layers: { conv1: 0 } } });
  await expect(collect(makeModel(), { optimizer })).rejects.toThrow(
    "weightDecay.layers must name layers of the model that have weights (train), got 'conv1'.",
  );
});

test('an unknown option is refused by name, as are those of earlier versions', async () => {
  for (const name of ['biasSchedule', 'layerSchedules', 'epoch']) {
    await expect(collect(makeModel(), { [name]: {} })).rejects.toThrow(
      `options must be among epochs, maxSteps, optimizer, stepper, schedule, microBatchSize, prefetch, lossLimit, validate, checkpoints, resume, signal (train), got '${name}'.`,
    );
  }
});

test('layers inside a model that is used as a layer have their own learning rates too', async () => {
  const inner = tfl.sequential({
    name: 'inner',
    layers: [tfl.layers.dense({ name: 'nested', units: 4, inputShape: [2] })],
  });
  const layers = [inner, tfl.layers.dense({ name: 'top', units: 3 }), tfl.layers.softmax()];
  const model = tfl.sequential({ layers });
  const values = () => model.getWeights().map((weight) => Array.from(weight.dataSync()));
  const before = values();
  await collect(model, { epochs: 1, schedule: () => ({ default: 0.1, layers: { nested: 0 } }) });
  expect(values().slice(0, 2)).toEqual(before.slice(0, 2));
  expect(values()[2]).not.toEqual(before[2]);
  await expect(collect(model, { schedule: () => ({ default: 0.1, layers: { inner: 0 } }) })).rejects.toThrow(
    "learningRate.layers must name layers of the model that have weights (schedule), got 'inner'.",
  );
});

test('a checkpoint is a model that loadLayersModel reads', async () => {
  const model = makeModel();
  const directory = join(folder.path, 'readable');
  await saveCheckpoint(directory, model, new SgdMomentum(), { epoch: 0, step: 0, validationErrors: [] });
  const loaded = await tfl.loadLayersModel(fileSystem(directory));
  const x = tf.tensor2d([[1, 2]]);
  expect((loaded.predict(x) as tf.Tensor).dataSync()).toEqual((model.predict(x) as tf.Tensor).dataSync());
});

test('a model with its weights in several files, as the converter of tfjs writes them, is loaded', async () => {
  const model = makeModel();
  const directory = join(folder.path, 'shards');
  await model.save(fileSystem(directory));
  const [path, json] = [join(directory, 'model.json'), await readFile(join(directory, 'model.json'), 'utf8')];
  const bytes = await readFile(join(directory, 'weights.bin'));
  await rm(join(directory, 'weights.bin'));
  await writeFile(join(directory, 'group1-shard1of2.bin'), bytes.subarray(0, 10)); // inside a weight
  await writeFile(join(directory, 'group1-shard2of2.bin'), bytes.subarray(10));
  await writeFile(path, json.replace('"weights.bin"', '"group1-shard1of2.bin","group1-shard2of2.bin"'));
  const loaded = await tfl.loadLayersModel(fileSystem(directory));
  const values = (of: tfl.LayersModel): unknown => of.getWeights().map((weight) => weight.dataSync());
  expect(values(loaded)).toEqual(values(model));

  for (const [manifest, message] of [
    ['{}', 'weightsManifest must be a list (fileSystem), got {}.'],
    ['[{"paths":["w.bin"]}]', 'weightsManifest must hold {paths, weights} (fileSystem), got {"paths":["w.bin"]}.'],
    ['[{"paths":["/dev/zero"],"weights":[]}]', 'name files of the folder (fileSystem), got "/dev/zero".'],
    ['[{"paths":[".."],"weights":[]}]', 'name files of the folder (fileSystem), got "..".'],
  ] as const) {
    await writeFile(path, `{"weightsManifest":${manifest}}`);
    await expect(tfl.loadLayersModel(fileSystem(directory))).rejects.toThrow(message);
  } // biome-ignore format: a table
});

test('weights are restored to their layers, whichever layers are frozen', async () => {
  const dense = (name: string) => tfl.layers.dense({ name, units: 2, useBias: false, inputShape: [2] });
  const make = () => tfl.sequential({ layers: [dense('a'), dense('b')] });
  const [model, again] = [make(), make()];
  model.setWeights([tf.fill([2, 2], 1), tf.fill([2, 2], 2)]);
  model.getLayer('a').trainable = false;
  const directory = join(folder.path, 'frozen');
  await saveCheckpoint(directory, model, new SgdMomentum(), { epoch: 0, step: 0, validationErrors: [] });
  await loadCheckpoint(directory, again);
  expect(['a', 'b'].map((name) => again.getLayer(name).getWeights()[0]?.dataSync()[0])).toEqual([1, 2]);
});

test('if saving is killed between its two renames, the previous checkpoint is found', async () => {
  const directory = join(folder.path, 'killed');
  const model = makeModel();
  const save = (epoch: number) =>
    saveCheckpoint(directory, model, new SgdMomentum(), { epoch, step: 0, validationErrors: [] });
  await save(1);
  await rename(directory, `${directory}.previous`);
  expect(await hasCheckpoint(directory)).toBe(true);
  expect((await loadCheckpoint(directory, makeModel())).epoch).toBe(1);
  await save(2);
  expect((await loadCheckpoint(directory, makeModel())).epoch).toBe(2);
  expect(existsSync(`${directory}.previous`)).toBe(false);
});

test('a checkpoint that cannot be written leaves the previous one whole and no partial files', async () => {
  const directory = join(folder.path, 'kept');
  const model = makeModel();
  const state = { epoch: 1, step: 5, validationErrors: [] };
  await saveCheckpoint(directory, model, new SgdMomentum(), state);
  const unwritable = { ...state, epoch: 2, settings: { width: 1n } }; // JSON has no such numbers
  await expect(saveCheckpoint(directory, model, new SgdMomentum(), unwritable)).rejects.toThrow(
    `${directory}: the checkpoint could not be written (Do not know how to serialize a BigInt).`,
  );
  expect((await loadCheckpoint(directory, makeModel())).epoch).toBe(1);
  expect(existsSync(`${directory}.partial`)).toBe(false);
});

test('a missing or damaged checkpoint, or one of another model, is refused with its folder', async () => {
  const missing = join(folder.path, 'missing');
  await expect(loadCheckpoint(missing, makeModel())).rejects.toThrow(`${missing}: there is no checkpoint.`);
  expect(await hasCheckpoint(missing)).toBe(false);
  const other = join(folder.path, 'other');
  const small = tfl.sequential({ layers: [tfl.layers.dense({ units: 2, inputShape: [2] })] });
  await saveCheckpoint(other, small, new SgdMomentum(), { epoch: 0, step: 0, validationErrors: [] });
  await expect(loadCheckpoint(other, makeModel())).rejects.toThrow(
    `${other}: not a checkpoint of this model ('hidden/kernel' is not there, [2, 16] in the model; 'hidden/bias' is not there, [16] in the model; 'out/kernel' is not there, [16, 3] in the model; and 3 more).`,
  );
  await writeFile(join(other, 'weights.bin'), 'short');
  await expect(loadCheckpoint(other, small)).rejects.toThrow(other);
});

test('an aborted signal ends the run between two steps with its reason', async () => {
  const controller = new AbortController();
  const before = tf.memory().numTensors;
  const model = makeModel();
  const mine = tf.memory().numTensors - before;
  let steps = 0;
  const run = async (): Promise<void> => {
    for await (const event of train(model, clouds, { signal: controller.signal }))
      if (event.type === 'step' && ++steps === 3) controller.abort(new Error('stopped by the user'));
  };
  await expect(run()).rejects.toThrow('stopped by the user');
  expect(steps).toBe(3);
  expect(tf.memory().numTensors - before).toBe(mine);
});

test('a loss that is not finite, a model without softmax and an empty epoch are errors', async () => {
  await expect(collect(makeModel(), { optimizer: new SgdMomentum({ learningRate: 1e30 }) })).rejects.toThrow(
    /the loss became (NaN|Infinity) in step \d+ \(train\) at learning rate 1e\+30/,
  );
  const linear = tfl.sequential({ layers: [tfl.layers.dense({ units: 3, inputShape: [2] })] });
  await expect(collect(linear, {})).rejects.toThrow('model must have one output, that of a softmax layer');
  async function* none(): AsyncGenerator<Batch> {}
  const run = async (): Promise<void> => {
    for await (const _ of train(makeModel(), none));
  };
  await expect(run()).rejects.toThrow('got none in epoch 0');
});
