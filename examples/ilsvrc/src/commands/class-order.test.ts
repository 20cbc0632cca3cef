import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { alexnet, exportWeights, importWeights } from '@alexnet/alexnet-model';
import { classesOf, classPermutation } from '@alexnet/alexnet-model/classes';
import { embeddedClasses, writeEmbeddedIlsvrc } from '@alexnet/embedded-ilsvrc';
import { openIlsvrc, openPrepared, type PreparedData, prepare } from '@alexnet/imagenet-reader';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { EvaluationResult } from '../evaluate/evaluation-result.js';
import { npyHeader } from '../predictions/npy.js';
import { type Ended, temporaryFolder } from '../testing/alexnet.js';
import { inProcess } from '../testing/in-process.js';
import { sortedCopy } from '../testing/sorted-copy.js';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
const at = (name: string): string => join(folder.path, name);
const run = (args: string): Promise<Ended> => inProcess(folder.path, args);
const evaluated = async (args: string): Promise<{ results: EvaluationResult[]; said: string }> => {
  const { code, stdout, stderr } = await run(`evaluate --json ${args}`);
  expect(code, stderr).toBe(0);
  return { results: JSON.parse(stdout), said: stderr };
};
const IMAGE_SIZE = 64;
const devkit = embeddedClasses.map(({ wnid }) => wnid);
/** The class that every image is taken for: it has other labels in the two orders. */
const decided = { wnid: 'n90000932', words: 'striped vase' };

/** Weights whose last biases decide for one class. They count the classes by sorted WordNet ID. */
async function writeDecided(): Promise<void> {
  const model = alexnet('noLrn', { width: 1 / 32, imageSize: IMAGE_SIZE, classes: 10, seed: 1 });
  const biases = [...devkit].sort().map((id) => (id === decided.wnid ? 100 : 0));
  const head = model.getLayer('fc8');
  tf.tidy(() => head.setWeights([head.getWeights()[0] as tf.Tensor, tf.tensor1d(biases)]));
  const options = { format: 'safetensors', preprocessing: { mean: [1, 2, 3], std: [1, 1, 1] } } as const;
  await writeFile(at('unlisted.safetensors'), await exportWeights(model, options));
  await writeFile(at('decided.safetensors'), await exportWeights(model, { ...options, classes: 'sorted' }));
  model.dispose();
}

beforeAll(async () => {
  folder = await temporaryFolder();
  await tf.setBackend('cpu');
  await writeEmbeddedIlsvrc(at('devkit'), { trainPerClass: 1, valPerClass: 1 });
  await sortedCopy(at('devkit'), at('sorted'));
  for (const name of ['devkit', 'sorted']) {
    const source = await openIlsvrc(at(name));
    await prepare(source, at(`${name}-prepared`), { size: IMAGE_SIZE, workers: 0 });
    await source.close();
  }
  await writeDecided();
});
afterAll(() => folder.remove());

test('weights in the sorted order name the same class on data in either order', async () => {
  const evaluate = '--backend cpu --views 1 --weights decided.safetensors';
  const onDevkit = await evaluated(`${evaluate} --data devkit-prepared --predictions devkit.npy`);
  const onSorted = await evaluated(`${evaluate} --data sorted-prepared --predictions sorted.jsonl`);
  const predicted = ({ results }: typeof onDevkit): unknown[] =>
    results[0]?.confusions.map((pair) => [pair.predicted, pair.predictedWords]) ?? [];
  for (const { results } of [onDevkit, onSorted]) {
    expect(results).toMatchObject([{ model: 'decided.safetensors', top1Error: 0.9, images: 10 }]);
  }
  expect(predicted(onDevkit)).toEqual(Array(9).fill([devkit.indexOf(decided.wnid), decided.words]));
  const label = [...devkit].sort().indexOf(decided.wnid);
  expect(predicted(onSorted)).toEqual(Array(9).fill([label, decided.wnid]));
  expect(onDevkit.said).toContain(
    '  decided.safetensors: its classes are in another order than those of devkit-prepared; its outputs are put into that order\n',
  );
  expect(onSorted.said).not.toContain('another order');
});

test('saved predictions keep their classes, and get the order of the data or of the first file', async () => {
  expect(JSON.parse(await readFile(at('devkit-classes.json'), 'utf8'))).toEqual(devkit);
  const { results, said } = await evaluated('--from devkit.npy --data sorted-prepared');
  expect(results[0]?.confusions.map(({ predictedWords }) => predictedWords)).toEqual(
    Array(9).fill(decided.wnid),
  );
  expect(said).toContain('devkit.npy: its classes are in another order than those of sorted-prepared;');
  const again = await evaluated('--from devkit.npy --predictions again.npy');
  expect(again.said).not.toContain('order');
  expect(await readFile(at('again-classes.json'))).toEqual(await readFile(at('devkit-classes.json')));
  const without = at('without');
  await mkdir(without);
  for (const name of ['devkit.npy', 'devkit-labels.npy']) {
    await writeFile(join(without, name), await readFile(at(name)));
  }
  const unlisted = await evaluated('--from without/devkit.npy --data devkit-prepared');
  expect(unlisted.said).toContain(
    'only the number of classes can be compared: without/devkit-classes.json is missing',
  );
  for (const [classes, message] of [
    ['["a"', 'this is not JSON'],
    ['["a"]', 'there are 1 classes, but the predictions have 10'],
    [JSON.stringify(devkit.map(() => 'a')), 'a class is listed twice'],
    [
      JSON.stringify(devkit.map((id) => `${id}x`)),
      'without/devkit.npy was predicted for other classes than devkit-prepared has: class 0 is n90000417, which it does not have.',
    ],
  ] as const) {
    // biome-ignore format: a table
    await writeFile(join(without, 'devkit-classes.json'), classes);
    const { code, stderr } = await run('evaluate --from without/devkit.npy --data devkit-prepared');
    expect([code, stderr]).toEqual([1, expect.stringContaining(message)]);
  }
});

test('weights that do not list their classes, and other classes, are said or refused', async () => {
  const evaluate = '--backend cpu --views 1 --data devkit-prepared --weights';
  const { said } = await evaluated(`${evaluate} unlisted.safetensors`);
  expect(said).toContain('only the number of classes can be compared: it does not list its classes');
  const imported = await run('import unlisted.safetensors --out listed --class-order devkit --backend cpu');
  expect(imported.stdout).toContain('  classes: n90000417, n90000124, n90000932, ...\n');
  const listed = await evaluated(`${evaluate} listed`);
  expect(listed.said).not.toMatch(/order|compared/);
  const other = await importWeights(await readFile(at('decided.safetensors')));
  await writeFile(
    at('other.safetensors'),
    await exportWeights(other.model, {
      format: 'safetensors',
      classes: devkit.map((id) => id.replace('n900', 'n800')),
    }),
  );
  other.model.dispose();
  for (const [args, code, message] of [
    [
      `${evaluate} other.safetensors`,
      1,
      'other.safetensors was trained on other classes than devkit-prepared has: class 0 is n90000417, which it does not have.',
    ],
    ['--weights decided.safetensors', 2, '--weights requires --data.'],
    ['--weights a --run b --data c', 2, 'choose what to evaluate with either --run or --weights, not both.'],
  ] as const) {
    // biome-ignore format: a table
    const ended = await run(`evaluate ${args}`);
    expect([ended.code, ended.stderr]).toEqual([code, expect.stringContaining(message)]);
  }
});

test('import says that 1000 classes of another program are assumed to be sorted, unless the order is given', async () => {
  const model = alexnet('torchvision', { width: 1 / 32, imageSize: IMAGE_SIZE, seed: 1 });
  const bytes = Buffer.from(await exportWeights(model, { format: 'safetensors' }));
  model.dispose();
  bytes.write('"another"', bytes.indexOf('"alexnet"')); // the key of our description
  await writeFile(at('foreign.safetensors'), bytes);
  const said = 'its classes are assumed to be sorted by WordNet ID, as in published ImageNet weights, since';
  const command = `import foreign.safetensors --image-size ${IMAGE_SIZE} --backend cpu`;
  const assumed = await run(`${command} --out assumed`);
  expect([assumed.code, assumed.stderr]).toEqual([0, expect.stringContaining(said)]);
  expect(assumed.stdout).toContain('  classes: sorted by WordNet ID\n');
  const given = await run(`${command} --out given --class-order sorted`);
  expect([given.code, given.stderr]).toEqual([0, expect.not.stringContaining(said)]);
});

test('a submission that counts 1000 sorted WordNet IDs is said not to have ILSVRC2012_IDs', async () => {
  const ids = Array.from({ length: 1000 }, (_, i) => `n${10_000_000 + i}`);
  const header = npyHeader('<f4', [1, 1000]);
  await writeFile(
    at('big.npy'),
    Buffer.concat([header, Buffer.from(new Float32Array(1000).fill(0.001).buffer)]),
  );
  await writeFile(at('big-labels.npy'), Buffer.concat([npyHeader('<i4', [1]), Buffer.alloc(4)]));
  await writeFile(at('big-classes.json'), JSON.stringify(ids));
  const sorted = await evaluated('--from big.npy --submission sorted.txt');
  expect(sorted.said).toContain(
    "sorted.txt: its IDs count the sorted WordNet IDs from 1, as the data does; ILSVRC's server",
  );
  await writeFile(at('big-classes.json'), JSON.stringify([...ids].reverse()));
  const { said } = await evaluated('--from big.npy --submission reversed.txt');
  expect(said).not.toContain('ILSVRC');
});

test('the line of docs/weights.md permutes the outputs of an imported net', async () => {
  const docs = await readFile(fileURLToPath(new URL('../../../../docs/weights.md', import.meta.url)), 'utf8');
  const [, order = ''] = /^const order = (classPermutation\(.*\));$/m.exec(docs) ?? [];
  const [, outputs = ''] = /^const outputs = (tf\.gather\(.*\));/m.exec(docs) ?? [];
  const names = ['tf', 'classPermutation', 'model', 'classes', 'data', 'xs'];
  const line = new Function(...names, `const order = ${order};\nreturn ${outputs};`);
  const { model, classes } = await importWeights(await readFile(at('decided.safetensors')));
  expect(classesOf(model)).toBe('sorted');
  const outputsFor = async (data: PreparedData): Promise<(string | undefined)[]> => {
    const chosen = tf.tidy(() => {
      const xs = tf.zeros([2, IMAGE_SIZE, IMAGE_SIZE, 3]);
      return tf.argMax(line(tf, classPermutation, model, classes, data, xs) as tf.Tensor, -1).dataSync();
    });
    await data.close();
    return [...chosen].map((label) => data.classes[label]?.wnid);
  };
  for (const name of ['devkit', 'sorted']) {
    const data = await openPrepared(at(`${name}-prepared`));
    expect(await outputsFor(data)).toEqual([decided.wnid, decided.wnid]);
  }
  model.dispose();
});
