import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { importWeights } from '../../index.js';
import { dictionary, edited, renamed, text } from './edited-pickle.test-data.js';

beforeAll(() => tf.setBackend('cpu'));
afterEach(() => expect(tf.memory().numTensors).toBe(0));

/** The weights of conv4 as text, which the files below have in two versions. */
const conv4Of = async (file: Uint8Array, key?: string): Promise<string> => {
  const { model } = await importWeights(file, key === undefined ? {} : { key });
  const values = model.getLayer('conv4').getWeights()[0]?.dataSync();
  model.dispose();
  return String(values);
};
let expected: string;
beforeAll(async () => {
  expected = await conv4Of(edited((pickle) => pickle));
});

/** The same net with two layers of one shape exchanged, so that their weights differ. */
const other = renamed((name) =>
  name.replace(/^features\.(6|8)\./, (_, layer) => `features.${layer === '6' ? 8 : 6}.`),
);
/** A net that has a layer less. */
const smaller = renamed((name) => name.replace('classifier.6', 'teacher.6'));
const body = (pickle: string): string => pickle.slice(2);
const saved = (build: (net: string, average: string, less: string) => string): Uint8Array =>
  edited((pickle) => `\x80\x02${build(body(pickle), body(other(pickle)), body(smaller(pickle)))}`);
const only = (key: string): Uint8Array =>
  saved((net) => dictionary({ epoch: 'K\x05', [key]: net, best: 'N' }));
const failure = (file: Uint8Array, key?: string): Promise<string> =>
  conv4Of(file, key).then(
    () => 'it was read',
    (error: Error) => error.message,
  );

test.each([
  'state_dict', 'model_state_dict', 'model', 'net', 'network', 'generator', 'ema', 'state_dict_ema', 'weights',
])("the only state dict of a checkpoint is read, whatever its key ('%s') is", async (key) => {
  expect(await conv4Of(only(key))).toBe(expected);
}); // biome-ignore format: a list

test.each([
  ['two dictionaries deep', saved((net) => dictionary({ nets: dictionary({ student: net }) }))],
  ['in a tuple', saved((net) => `K\x05${net}\x86`)],
  ['in a list in a dictionary', saved((net) => dictionary({ models: `](${net}e` }))],
])('a state dict %s is read', async (_, file) => {
  expect(await conv4Of(file)).toBe(expected);
});

describe('of several state dicts', () => {
  test.each([
    ['model', saved((net, average) => dictionary({ ema: average, model: net }))],
    ['model', saved((net, average) => dictionary({ net: average, model: net }))],
    ['state_dict', saved((net, average) => dictionary({ state_dict_ema: average, state_dict: net }))],
    ['weights', saved((net, average) => dictionary({ model_ema: average, weights: net }))],
    ['state_dict', saved((net, average) => dictionary({ best: dictionary({ state_dict: average }), state_dict: net }))],
    ['generator', saved((net, _, less) => dictionary({ discriminator: less, generator: net }))],
    ['generator', saved((net, _, less) => dictionary({ model: less, generator: net }))],
  ])("'%s' is chosen, and the choice is reported", async (key, file) => {
    const { model, stateDict } = await importWeights(file);
    model.dispose();
    expect(stateDict).toEqual({ key, others: [expect.any(String)] });
    expect(await conv4Of(file)).toBe(expected);
  }); // biome-ignore format: a table

  test('key chooses another', async () => {
    const file = saved((net, average) => dictionary({ state_dict: average, state_dict_ema: net }));
    expect(await conv4Of(file, 'state_dict_ema')).toBe(expected);
    expect(await conv4Of(file)).not.toBe(expected);
    const nested = saved((net, average) => dictionary({ model: average, nets: dictionary({ best: net }) }));
    expect(await conv4Of(nested, 'nets.best')).toBe(expected);
  });

  test('two that nothing ranks are listed, and so are all where key names none', async () => {
    const file = saved((net, average) => dictionary({ first: net, second: average }));
    expect(await failure(file)).toBe(
      "weights: it has more than one state dict that fits ('first', 'second'); set key to one of them.",
    );
    expect(await failure(file, 'third')).toBe("weights: key must be one of 'first', 'second', got 'third'.");
    expect(await conv4Of(file, 'first')).toBe(expected);
  });

  test('none that fits gives the error of the most usual one', async () => {
    const file = saved((_, __, less) => dictionary({ ema: less, model: less }));
    expect(await failure(file)).toBe('weights: it does not say which net its weights belong to; set preset.');
  });
});

test('key chooses one of two nets in one state dict by the beginning of their names', async () => {
  const two = edited((pickle) => {
    const net = (prefix: string): string => body(renamed((name) => `${prefix}.${name}`)(pickle));
    // an OrderedDict that is filled twice
    const [first, second] = [net('first'), net('second')];
    const items = second.slice(second.indexOf('('));
    return `\x80\x02${dictionary({ state_dict: `${first}${items}` })}`;
  });
  for (const key of ['second', 'state_dict.second']) {
    const { model, leftOut } = await importWeights(two, { key });
    model.dispose();
    expect(leftOut).toHaveLength(16);
    expect(leftOut?.every((name) => name.startsWith('first.'))).toBe(true);
    expect(await conv4Of(two, key)).toBe(expected);
  }
  expect(await failure(two, 'third')).toBe("weights: key must be one of 'state_dict', got 'third'.");
});

test('key is refused where there is nothing to choose', async () => {
  expect(
    await failure(
      edited((pickle) => pickle),
      'model',
    ),
  ).toBe("weights: key must be left out, since it is itself a state dict, got 'model'.");
  expect(await failure(only('net'), 'model')).toBe("weights: key must be one of 'net', got 'model'.");
  const artifacts = { weightSpecs: [], weightData: new ArrayBuffer(0) };
  expect(await failure(artifacts as unknown as Uint8Array, 'model')).toContain(
    "key is for checkpoints of PyTorch, got 'model' for the format tfjs",
  );
});

test.each([
  ['deeper than two dictionaries', saved((net) => dictionary({ a: dictionary({ b: dictionary({ c: net }) }) }))],
  ['in the state of an optimizer', saved((net) => dictionary({ optim: dictionary({ param_groups: ']', state: net }) }))],
  ['of numbers', saved(() => dictionary({ model: dictionary({ a: 'K\x05' }) }))],
])('a dictionary %s is not a state dict', async (_, file) => {
  expect(await failure(file)).toContain('it does not hold a state dict; in Python, torch.save(');
}); // biome-ignore format: a table

test('a dictionary that contains itself, thousands of times, is searched once', async () => {
  const selves = Array.from(
    { length: 3000 },
    (_, i) => `J${'\0\0'.replace(/\0\0/, String.fromCharCode(i & 255, i >> 8))}\0\0h\x63`,
  );
  const file = saved((net) => `}q\x63(${selves.join('')}${text('net')}${net}u`);
  expect(await conv4Of(file)).toBe(expected);
});
