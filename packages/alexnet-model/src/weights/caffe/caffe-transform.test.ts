import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { type ImportedWeights, importWeights } from '../../index.js';
import { fixture } from '../fixtures.test-data.js';

beforeAll(() => tf.setBackend('cpu'));
afterEach(() => expect(tf.memory().numTensors).toBe(0));

/** Protobuf, written by hand; every number and length is below 2^14. */
const varint = (value: number): number[] => (value < 128 ? [value] : [(value % 128) + 128, value >> 7]);
const integer = (number: number, value: number): number[] => [...varint(number * 8), ...varint(value)];
const float = (number: number, value: number): number[] => [
  ...varint(number * 8 + 5),
  ...new Uint8Array(Float32Array.of(value).buffer),
];
const bytes = (number: number, content: readonly number[]): number[] => [
  ...varint(number * 8 + 2),
  ...varint(content.length),
  ...content,
];
const text = (number: number, value: string): number[] => bytes(number, [...Buffer.from(value)]);

/** NetStateRule: phase 1, which is 0 for TRAIN and 1 for TEST. */
const [train, test_] = [integer(1, 0), integer(1, 1)];
/** LayerParameter: name 1, type 2; in NetParameter it is field 100. */
const layer = (...fields: number[][]): number[] =>
  bytes(100, [...text(1, 'in'), ...text(2, 'Data'), ...fields.flat()]);
/** V1LayerParameter: name 4, type 5 (enum); in NetParameter it is field 2. */
const v1Layer = (type: number, ...fields: number[][]): number[] =>
  bytes(2, [...text(4, 'in'), ...integer(5, type), ...fields.flat()]);
const means = (blue: number): number[] => [blue, blue + 1, blue + 2].flatMap((value) => float(5, value));

type Said = Pick<ImportedWeights, 'preprocessing' | 'assumedMean' | 'assumedStd'>;

/** What is read from a file with further layers that read images, in the order given. */
async function read(file: string, ...layers: number[][]): Promise<Said> {
  const { model, preprocessing, assumedMean, assumedStd } = await importWeights(
    Uint8Array.from([...layers.flat(), ...fixture(file)]),
  );
  model.dispose();
  return {
    ...(preprocessing && { preprocessing }),
    ...(assumedMean && { assumedMean }),
    ...(assumedStd && { assumedStd }),
  };
}

const [trained, tested] = [bytes(100, [...float(1, 0.5), ...means(50)]), bytes(100, means(60))];

test.each<[name: string, layers: number[][]]>([
  ['include TEST, then TRAIN', [layer(bytes(8, test_), tested), layer(bytes(8, train), trained)]],
  ['include TRAIN, then TEST', [layer(bytes(8, train), trained), layer(bytes(8, test_), tested)]],
  ['exclude TRAIN, then exclude TEST', [layer(bytes(9, train), tested), layer(bytes(9, test_), trained)]],
  ['the field phase, TEST first', [layer(integer(10, 1), tested), layer(integer(10, 0), trained)]],
  ['V1: include TEST, then TRAIN', [
    v1Layer(5, bytes(32, test_), bytes(36, means(60))),
    v1Layer(12, bytes(32, train), bytes(36, means(50))),
  ]],
  ['mean values that are packed', [layer(bytes(8, test_), bytes(100, bytes(5, [...new Uint8Array(Float32Array.of(60, 61, 62).buffer)])))]],
])('the transform of the phase TEST is used: %s', async (_, layers) => {
  const said = await read('bvlc.caffemodel', ...layers); // its own layer has the means 104, 117, 123 and no phase
  expect(said).toEqual({ preprocessing: { mean: [62, 61, 60], std: [1, 1, 1] } });
}); // biome-ignore format: a table

test('a transform of the phase TRAIN alone is used only if no other is there', async () => {
  const said = await read('bvlc.caffemodel', layer(bytes(8, train), trained));
  expect(said).toEqual({ preprocessing: { mean: [123, 117, 104], std: [1, 1, 1] } });
});

test.each([
  ['data_param', 5, 11],
  ['image_data_param', 12, 15],
  ['window_data_param', 24, 20],
])('scale, mean_file and crop_size in %s of an older layer are read', async (_, type, number) => {
  const parameter = [...float(2, 0.017), ...text(3, 'old.binaryproto'), ...integer(5, 227), ...integer(6, 1)];
  const said = await read(
    'caffenet-v1.caffemodel',
    v1Layer(type, bytes(32, test_), bytes(number, parameter)),
  );
  expect(said).toEqual({
    preprocessing: { mean: [122.679, 116.669, 104.007], std: [1 / 0.017, 1 / 0.017, 1 / 0.017] },
    assumedMean: "its mean file 'old.binaryproto' is not part of it",
  });
});

test('a file whose layers say nothing about images has an assumed mean and scale', async () => {
  const file = fixture('caffenet-v1.caffemodel');
  const name = Buffer.from(file).indexOf('data'); // the first layer: name 4, type 5, transform_param 36
  const renamed = file.slice();
  const at = Buffer.from(renamed).indexOf(Buffer.from(varint(36 * 8 + 2)), name);
  renamed.set(varint(200 * 8 + 2), at);
  const { model, ...imported } = await importWeights(renamed);
  model.dispose();
  expect(imported).toMatchObject({
    preprocessing: { std: [1, 1, 1] },
    assumedMean: 'it has no mean values',
    assumedStd: 'no layer of it says how images are scaled',
    assumedChannelOrder: 'BGR',
  });
});
