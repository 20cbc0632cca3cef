import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { Uint8ArrayReader, Uint8ArrayWriter, ZipWriter } from '@zip.js/zip.js';
import fc from 'fast-check';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { importWeights } from '../index.js';
import { files, fixture, logitsOfFixture } from './fixtures.test-data.js';
import { writeSafetensors } from './safetensors/safetensors.js';

beforeAll(() => tf.setBackend('cpu'));
afterEach(() => expect(tf.memory().numTensors).toBe(0));

const MEGABYTE = 2 ** 20;

/**
 * The error of a file that must not load: one line that names the file, at little cost of time and memory.
 */
async function refusal(
  bytes: Uint8Array,
  options: Parameters<typeof importWeights>[1] = {},
): Promise<string> {
  const before = process.memoryUsage().arrayBuffers;
  const startedAt = performance.now();
  const outcome = await importWeights(bytes, { preset: 'torchvision', ...options, name: 'bad.bin' }).then(
    ({ model }) => {
      model.dispose();
      return new Error('it was read');
    },
    (error: Error) => error,
  );
  expect(performance.now() - startedAt).toBeLessThan(5_000);
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(32 * MEGABYTE);
  expect(outcome.message).toMatch(/^bad\.bin: .+\.$/s);
  expect(outcome.message.length).toBeLessThan(400);
  return outcome.message;
}

describe.each([...files, ['first-format.pth', {}] as (typeof files)[0]])('%s', (name, options) => {
  const whole = fixture(name);
  // a .caffemodel that is cut off after its last weights has only lost the loss layer
  const needed = name.endsWith('.caffemodel') ? whole.length - 40 : whole.length;

  test('is refused when it is cut off anywhere', async () => {
    const cuts = Array.from({ length: needed }, (_, i) => i).filter(
      (at) => at < 300 || needed - at < 300 || at % 61 === 0,
    );
    for (const at of cuts) await refusal(whole.subarray(0, at), options);
  });

  test('with a flipped bit gives an error that names the file, or a model, and nothing else', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 1), fc.nat(7), async (at, bit) => {
        const flipped = whole.slice();
        flipped[at] = (flipped[at] as number) ^ (1 << bit);
        const outcome = await importWeights(flipped, { name, ...options }).catch((error: Error) => error);
        if (outcome instanceof Error) expect(outcome.message.startsWith(`${name}: `)).toBe(true);
        else outcome.model.dispose();
        expect(tf.memory().numTensors).toBe(0);
      }),
      { seed: 1, numRuns: 80 },
    );
  });

  test('followed by other bytes or by itself is refused, or reads as the same model', async () => {
    const { model } = await importWeights(whole, { name, ...options });
    const expected = logitsOfFixture(model, name);
    model.dispose();
    for (const tail of [new Uint8Array(7).fill(0xee), whole]) {
      const longer = new Uint8Array([...whole, ...tail]);
      const outcome = await importWeights(longer, { name, ...options }).catch((error: Error) => error);
      if (outcome instanceof Error) continue;
      expect(logitsOfFixture(outcome.model, name)).toEqual(expected);
      outcome.model.dispose();
    }
  });
});

test.each(['', 'PK', '{"modelTopology": {}}', '<!doctype html>', '\x7fELF', 'PK\x03\x04', '\x80\x02', '\n'])(
  'the text %j is not a weight file',
  async (text) => {
    expect(await refusal(new TextEncoder().encode(text))).not.toBe('');
  },
);

test('arbitrary bytes after the beginning of a format are refused', async () => {
  const beginnings = [[0x50, 0x4b, 3, 4], [0x80, 2], [0x0a], [0xa2, 0x06], [9, 0, 0, 0, 0, 0, 0, 0, 0x7b]];
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...beginnings),
      fc.uint8Array({ maxLength: 200 }),
      async (head, rest) => {
        await refusal(new Uint8Array([...head, ...rest]));
      },
    ),
    { seed: 2, numRuns: 300 },
  );
});

describe('a .safetensors', () => {
  test.each([
    ['a pickle', 0x80],
    ['a zip', 0x4b50],
    ['a .caffemodel', 0x10a],
  ])('whose length begins with the bytes of %s is still read', async (_, low) => {
    const bytes = fixture('paper.safetensors');
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    const length = Number(view.getBigUint64(0, true));
    const padded = length + ((low - length + 0x20000) % (low > 0xff ? 0x10000 : 0x100));
    const wide = new Uint8Array(bytes.length + padded - length).fill(0x20);
    wide.set(bytes.subarray(0, 8 + length));
    wide.set(bytes.subarray(8 + length), 8 + padded);
    new DataView(wide.buffer).setBigUint64(0, BigInt(padded), true);
    expect(wide[0]).toBe(low & 0xff);
    const { model, format } = await importWeights(wide, { preset: 'paper' });
    expect(format).toBe('safetensors');
    model.dispose();
  });

  const file = (header: object | string, values: number, length?: bigint): Uint8Array => {
    const json = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header));
    const bytes = new Uint8Array(8 + json.length + values);
    new DataView(bytes.buffer).setBigUint64(0, length ?? BigInt(json.length), true);
    bytes.set(json, 8);
    return bytes;
  };
  const entry = (dtype: string, shape: unknown, offsets: unknown): object => ({
    'conv1.weight': { dtype, shape, data_offsets: offsets },
  });

  test.each([
    ['a header longer than the file', file('{}', 0, 3n), '3 bytes should follow byte 8'],
    ['a header beyond the limit', file('{}', 0, 2n ** 40n), '1099511627776'],
    ['a header longer than any number can count', file('{}', 0, 2n ** 64n - 1n), '18446744073709551615'],
    ['a header that is not JSON', file('{"a":', 0), 'its header is not JSON'],
    ['a list', file('{"a":[1]}', 0), "the type of 'a' must be one of F32"],
    ['a huge shape', file(entry('F32', [2 ** 20, 2 ** 20, 2 ** 20], [0, 4]), 4), "'conv1.weight' has the shape"],
    ['a shape larger than the file', file(entry('F32', [2 ** 20, 2 ** 20], [0, 4]), 4), 'takes 4398046511104 bytes'],
    ['a negative side', file(entry('F32', [-1], [0, 4]), 4), 'has the shape [-1]'],
    ['a side that is a text', file(entry('F32', ['1'], [0, 4]), 4), 'has the shape [1]'],
    ['offsets past the end', file(entry('F32', [2], [0, 8]), 4), 'offsets are 0 .. 8 of 4'],
    ['offsets that run backwards', file(entry('F32', [1], [4, 0]), 4), 'offsets are 4 .. 0'],
    ['negative offsets', file(entry('F32', [1], [-4, 0]), 4), 'offsets are -4 .. 0'],
    ['another type', file(entry('I64', [1], [0, 8]), 8), 'must be one of F32, F64, F16, BF16, got I64'],
    ['a type of the prototype', file(entry('toString', [1], [0, 8]), 8), 'got toString'],
    ['values that nothing describes', file(entry('F32', [1], [0, 4]), 8), 'describes 4 bytes of values, but 8 follow'],
    ['metadata that is a text', file({ __metadata__: 'x' }, 0), '__metadata__'],
    ['a name that is neither a weight nor a bias', file({ a: { dtype: 'F32', shape: [1], data_offsets: [0, 4] } }, 4), "'a' is neither a weight nor a bias"],
    ['half a layer', file(entry('F32', [1], [0, 4]), 4), "'conv1' lacks its bias"],
  ])('with %s is refused', async (_, bytes, message) => {
    expect(await refusal(bytes)).toContain(message);
  }); // biome-ignore format: a table

  test('whose tensors share the same bytes is refused', async () => {
    const names = Array.from({ length: 1000 }, (_, i) => `l${i}.weight`);
    const all = names.map((name) => [name, { dtype: 'F32', shape: [1000], data_offsets: [0, 4000] }]);
    expect(await refusal(file(Object.fromEntries(all), 4000))).toContain('describes 4000000 bytes');
  });

  test.each([
    ['{', 'not JSON'],
    ['{"net":null}', 'net must be an object'],
    ['{"net":{"imageSize":"224"}}', 'net.imageSize must be a number'],
    ['[]', 'net must be an object'],
  ])('whose description is %s is refused', async (description, message) => {
    const tensors = ['c.weight', 'c.bias'].map((name) => ({ name, shape: [1], values: new Float32Array(1) }));
    expect(await refusal(writeSafetensors(tensors, { alexnet: description }))).toContain(message);
  });

  test('has its float16, bfloat16 and float64 values read exactly', async () => {
    const { readSafetensors } = await import('./safetensors/safetensors.js');
    const bytes = file(
      {
        h: { dtype: 'F16', shape: [5], data_offsets: [0, 10] },
        b: { dtype: 'BF16', shape: [2], data_offsets: [10, 14] },
        d: { dtype: 'F64', shape: [1], data_offsets: [14, 22] },
      },
      22,
    );
    const view = new DataView(bytes.buffer, bytes.length - 22);
    [0x3c00, 0xc000, 0x0001, 0x7c00, 0x7bff].forEach((bits, i) => {
      view.setUint16(2 * i, bits, true);
    });
    [0x3fc0, 0xff80].forEach((bits, i) => {
      view.setUint16(10 + 2 * i, bits, true);
    });
    view.setFloat64(14, 0.1, true);
    const values = await Promise.all(
      Array.from(readSafetensors(bytes).tensors.values(), (tensor) => tensor().values()),
    );
    expect(values.map((v) => [...v])).toEqual([
      [1, -2, 2 ** -24, Number.POSITIVE_INFINITY, 65504],
      [1.5, Number.NEGATIVE_INFINITY],
      [Math.fround(0.1)],
    ]);
  });
});

describe('a .pth', () => {
  const ascii = (text: string): number[] => [...new TextEncoder().encode(text)];
  const global = (module: string, name: string): number[] => [0x63, ...ascii(`${module}\n${name}\n`)];
  const text = (value: string): number[] => [0x8c, value.length, ...ascii(value)];
  const int = (value: number): number[] => [0x4a, ...new Uint8Array(Int32Array.of(value).buffer)];
  const tuple = (...items: number[][]): number[] => [0x28, ...items.flat(), 0x74];
  const storage = (length: number[], type = 'FloatStorage'): number[] => [
    ...tuple(text('storage'), global('torch', type), text('0'), text('cpu'), length),
    0x51,
  ];
  const tensor = (of: number[], offset: number, shape: number[], strides: number[]): number[] => [
    ...global('torch._utils', '_rebuild_tensor_v2'),
    ...tuple(of, int(offset), tuple(...shape.map(int)), tuple(...strides.map(int)), [0x89], [0x7d]),
    0x52,
  ];
  const stateDict = (value: number[]): number[] => [0x7d, ...text('conv1.weight'), ...value, 0x73];

  /** A zip as torch.save writes it, around a pickle of this test. */
  const zip = async (
    pickle: number[],
    { level = 0, data = new Uint8Array(16) }: { level?: number; data?: Uint8Array } = {},
  ): Promise<Uint8Array> => {
    const writer = new ZipWriter(new Uint8ArrayWriter(), { level, useWebWorkers: false });
    await writer.add('archive/data.pkl', new Uint8ArrayReader(Uint8Array.from([0x80, 2, ...pickle, 0x2e])));
    await writer.add('archive/data/0', new Uint8ArrayReader(data));
    return writer.close();
  };

  test.each([
    ['calls os.system', [...global('os', 'system'), ...tuple(text('true')), 0x52], 'names os.system, which is not allowed'],
    ['names eval', global('builtins', 'eval'), 'names builtins.eval, which is not allowed'],
    ['names a class of torch', global('torch.nn.modules.conv', 'Conv2d'), 'names torch.nn.modules.conv.Conv2d'],
    ['names one by STACK_GLOBAL', [...text('posix'), ...text('system'), 0x93], 'names posix.system'],
    ['names one across lines', [...global('torch FloatStorage', 'x')], 'not allowed'],
    ['calls a storage class', [...global('torch', 'FloatStorage'), ...tuple(), 0x52], 'calls torch.FloatStorage'],
    ['calls a text', [...text('x'), ...tuple(), 0x52], 'calls something that is not a function'],
    ['calls os.system by INST', [0x28, 0x69, ...ascii('os\nsystem\n')], 'names os.system, which is not allowed'],
    ['calls os.system by OBJ', [0x28, ...global('os', 'system'), ...text('true'), 0x6f], 'names os.system, which is not allowed'],
    ['calls os.system by NEWOBJ', [...global('os', 'system'), ...tuple(text('true')), 0x81], 'names os.system, which is not allowed'],
    ['calls os.system by NEWOBJ_EX', [...global('os', 'system'), ...tuple(text('true')), 0x7d, 0x92], 'names os.system, which is not allowed'],
    ['has os.system for a tensor', stateDict([...global('os', 'system'), ...tuple(text('true')), 0x52]), "'conv1.weight' of its state dict is not a tensor"],
    ['has OBJ of nothing', [0x28, 0x6f], 'calls something that is not a function'],
    ['has NEWOBJ of nothing', [0x81], 'takes a value from an empty stack'],
    ['has NEWOBJ_EX of nothing', [0x92], 'takes a value from an empty stack'],
    ['has EXT1', [0x82, 1], 'opcode 0x82'],
    ['has the text form of PERSID', [0x50, ...ascii('0\n')], 'opcode 0x50'],
    ['is a protocol 0 text', [0x56, ...ascii('x\n')], 'does not hold a state dict; in Python, torch.save(model.state_dict()'],
    ['has a number of 65536 bytes', [0x8b, 0, 0, 1, 0], 'a whole number of its pickle has 65536 bytes'],
    ['has a number of 2000 digits', [0x4c, ...ascii(`${'9'.repeat(2000)}L\n`)], 'a whole number of its pickle is written'],
    ['has a text of 2^63 bytes', [0x8d, 0, 0, 0, 0, 0, 0, 0, 0x80], 'should follow'],
    ['has a dictionary of no pairs', [...global('collections', 'OrderedDict'), ...tuple([0x28, ...int(1), 0x6c]), 0x52], 'is not made of pairs'],
    ['sets the state of a list', [0x5d, 0x7d, 0x62], 'sets the state of something that has none'],
    ['appends to a number', [0x4b, 1, 0x4b, 2, 0x61], 'appends to something that is not a list'],
    ['sets an item of a list', [0x5d, 0x4b, 1, 0x4b, 2, 0x73], 'something that is not a dictionary'],
    ['sets half an item', [0x7d, 0x28, 0x4b, 1, 0x75], 'something that is not a dictionary'],
    ['takes from an empty stack', [0x85], 'takes a value from an empty stack'],
    ['takes below a mark', [0x4b, 1, 0x28, 0x85], 'takes a value from an empty stack'],
    ['recalls a value that it never stored', [0x68, 7], 'recalls value 7'],
    ['has a text of 4 GB', [0x58, 255, 255, 255, 255], '4294967295 bytes should follow'],
    ['has a text that is not UTF-8', [0x8c, 1, 0xff], 'not UTF-8'],
    ['has a line without end', [0x63, ...ascii('os')], 'does not end'],
    ['does not hold a state dict', [0x4b, 1], 'it does not hold a state dict'],
    ['holds something that is not a tensor', stateDict([0x4b, 1]), "'conv1.weight' of its state dict is not a tensor"],
    ['has a persistent id that is not a storage', stateDict([...tuple(text('file'), text('/etc/passwd')), 0x51]), 'is not a storage'],
    ['stretches a value over a tensor', stateDict(tensor(storage(int(4)), 0, [4000, 4000], [0, 0])), 'reaches past storage 0, which has 4 values'],
    ['reaches past a storage', stateDict(tensor(storage(int(4)), 1, [4], [1])), 'reaches past storage 0'],
    ['reaches before a storage', stateDict(tensor(storage(int(4)), -1, [4], [1])), 'not described the way PyTorch does'],
    ['has negative strides', stateDict(tensor(storage(int(4)), 3, [4], [-1])), 'not described the way PyTorch does'],
    ['has a side of 0', stateDict(tensor(storage(int(4)), 0, [0, 4], [4, 1])), 'has the shape'],
    ['makes a tensor of a text', stateDict(tensor(text('x'), 0, [1], [1])), 'not described the way PyTorch does'],
  ])('whose pickle %s is refused', async (_, pickle, message) => {
    expect(await refusal(await zip(pickle))).toContain(message);
  }); // biome-ignore format: a table

  test('that exaggerates the size of a storage is refused when the storage is read', async () => {
    const layers = ['features.0', 'features.3', 'features.6', 'features.8', 'features.10', 'classifier.1', 'classifier.4', 'classifier.6']; // biome-ignore format: one line
    const shapes = [[4, 3, 11, 11], [8, 4, 5, 5], [8, 8, 3, 3], [8, 8, 3, 3], [4, 8, 3, 3], [12, 144], [12, 12], [6, 12]]; // biome-ignore format: one line
    const strides = (shape: number[]): number[] =>
      shape.map((_, i) => shape.slice(i + 1).reduce((a, b) => a * b, 1));
    const items = layers.flatMap((name, i) => {
      const shape = shapes[i] as number[];
      const bias = [shape[0] as number];
      return [
        [...text(`${name}.weight`), ...tensor(storage(int(2 ** 30)), 0, shape, strides(shape))],
        [...text(`${name}.bias`), ...tensor(storage(int(2 ** 30)), 0, bias, [1])],
      ];
    });
    const pickle = [0x7d, 0x28, ...items.flat(), 0x75];
    expect(await refusal(await zip(pickle))).toContain(
      'archive/data/0 should have 4294967296 bytes, but has 16',
    );
  });

  test('whose nested lists double at each level costs no more than its length', async () => {
    const doubling = Array.from({ length: 200 }, (_, i) => [0x71, i, 0x68, i, 0x86]).flat();
    expect(await refusal(await zip([0x29, ...doubling]))).toContain('it does not hold a state dict');
  });

  test('that makes thousands of dictionaries of one long list costs no more than its length', async () => {
    const pairs = Array.from({ length: 4000 }, (_, i) => [...int(i), ...int(i), 0x86]).flat();
    const list = [0x28, ...pairs, 0x6c, 0x71, 0];
    const again = [...global('collections', 'OrderedDict'), 0x68, 0, 0x85, 0x52];
    const pickle = [...list, ...Array.from({ length: 4000 }, () => again).flat()];
    // every memory is counted here, as dictionaries are not array buffers
    const before = process.memoryUsage().heapUsed;
    await refusal(await zip(pickle));
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(128 * MEGABYTE);
  });

  test('with compressed entries is refused before they grow', async () => {
    const bomb = await zip(stateDict(tensor(storage(int(2 ** 24)), 0, [16], [1])), {
      level: 9,
      data: new Uint8Array(64 * MEGABYTE),
    });
    expect(bomb.length).toBeLessThan(MEGABYTE);
    expect(await refusal(bomb)).toContain('archive/data.pkl is compressed');
  });

  test('with too many entries, two pickles or none is refused', async () => {
    const many = async (names: string[]): Promise<Uint8Array> => {
      const writer = new ZipWriter(new Uint8ArrayWriter(), { level: 0, useWebWorkers: false });
      for (const name of names) await writer.add(name, new Uint8ArrayReader(Uint8Array.of(0x80, 2, 0x2e)));
      return writer.close();
    };
    expect(await refusal(await many(['a/b/data.pkl', 'version']))).toContain('0 entries named */data.pkl');
    expect(await refusal(await many(['a/data.pkl', 'b/data.pkl']))).toContain('2 entries named */data.pkl');
    const names = Array.from({ length: 1001 }, (_, i) => `a/data/${i}`);
    expect(await refusal(await many(names))).toContain('more than 1000 entries');
  });

  test('whose stored bytes were changed is refused, since the zip has their checksum', async () => {
    const whole = fixture('torchvision.pth');
    const weights = new TextDecoder('latin1').decode(whole).indexOf('torchvision/data/0');
    const changed = whole.slice();
    changed[weights + 300] = (changed[weights + 300] as number) ^ 1;
    expect(await refusal(changed)).toContain('torchvision/data/0 is damaged');
  });
});

describe('a .caffemodel', () => {
  const varint = (value: bigint): number[] =>
    value < 128n ? [Number(value)] : [Number(value & 127n) | 128, ...varint(value >> 7n)];
  const field = (number: number, content: number[] | string): number[] => {
    const bytes = typeof content === 'string' ? [...new TextEncoder().encode(content)] : content;
    return [...varint(BigInt((number << 3) | 2)), ...varint(BigInt(bytes.length)), ...bytes];
  };
  const blob = (dims: bigint[], values: number): number[] => [
    ...field(7, field(1, dims.flatMap(varint))),
    ...field(5, new Array(values * 4).fill(0)),
  ];
  const layer = (type: string, ...blobs: number[][]): number[] =>
    field(100, [...field(1, 'l'), ...field(2, type), ...blobs.flatMap((b) => field(7, b))]);
  const weights = [blob([1n, 1n, 1n, 1n], 1), blob([1n], 1)].flatMap((b) => field(7, b));
  const padded = field(100, [
    ...field(1, 'l'),
    ...field(2, 'Convolution'),
    ...weights,
    ...field(106, [9 << 3, 1]),
  ]);

  test.each([
    ['a blob of 2^60 values', layer('Convolution', blob([2n ** 30n, 2n ** 30n], 1), blob([1n], 1)), 'has the shape'],
    ['a blob larger than its values', layer('Convolution', blob([1000n, 1000n], 1), blob([1n], 1)), 'should have 1000000 values, but has 1'],
    ['a negative side', layer('Convolution', blob([2n ** 64n - 1n], 1), blob([1n], 1)), 'has the shape [-1]'],
    ['a length past the end', [...varint(802n), ...varint(2n ** 31n), 1, 2], 'invalid length encoding'],
    ['a text that is not UTF-8', field(100, field(1, [0xff])), 'not UTF-8'],
    ['one blob', layer('Convolution', blob([1n], 1)), "'l' should have a weight and a bias, but has 1 blobs"],
    ['padding by height', padded, "'l' has a pad_h of 1"],
    ['a layer that no AlexNet has', layer('BatchNorm'), "layer 'l' is of type 'BatchNorm', which no AlexNet has"],
    ['normalization before any convolution', layer('LRN'), "'l' does not follow a convolution"],
    ['no layer', field(1, 'AlexNet'), 'it has 0 convolutions and 0 dense layers'],
    ['groups nested 100,000 deep', [...field(1, 'x'), ...new Array(100_000).fill(0x1b)], 'max depth exceeded'],
  ])('with %s is refused', async (_, bytes, message) => {
    expect(await refusal(Uint8Array.from([...field(1, 'net'), ...bytes]))).toContain(message);
  }); // biome-ignore format: a table
});

describe('the artifacts of a LayersModel', () => {
  const artifacts = (over: Partial<tf.io.ModelArtifacts>): tf.io.ModelArtifacts => ({
    weightSpecs: [{ name: 'conv1/kernel', shape: [1, 1, 1, 1], dtype: 'float32' }],
    weightData: new ArrayBuffer(4),
    ...over,
  });
  test.each([
    ['no weights', {}, 'it has no weights'],
    ['too few bytes', artifacts({ weightData: new ArrayBuffer(3) }), 'should have 4 bytes, but have 3'],
    ['too many bytes', artifacts({ weightData: [new ArrayBuffer(4), new ArrayBuffer(1)] }), 'should have 4 bytes, but have 5'],
    ['a huge shape', artifacts({ weightSpecs: [{ name: 'a/kernel', shape: [2 ** 52, 4], dtype: 'float32' }] }), 'has the shape'],
    ['another type', artifacts({ weightSpecs: [{ name: 'a/kernel', shape: [1], dtype: 'int32' }] }), "'a/kernel' is not float32"],
    ['a description of nothing', artifacts({ userDefinedMetadata: { alexnet: 3 } }), 'lacks its bias'],
  ])('with %s are refused', async (_, file, message) => {
    expect(await refusal(file as Uint8Array)).toContain(message);
  }); // biome-ignore format: a table
});
