import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fixture, WNIDS } from '../generate-ilsvrc.test-data.js';
import { type MatValue, readMat5 } from './mat5.js';

const read = (name: string): Map<string, MatValue> => readMat5(readFileSync(fixture(name)), { name });

describe.each(['meta.mat', 'meta-plain.mat'])('the synsets of %s', (name) => {
  test('have the fields and values of the devkit', () => {
    const synsets = read(name).get('synsets');
    if (synsets?.kind !== 'structs') throw new Error('no structures');
    expect(synsets.dims).toEqual([6, 1]);
    expect([...(synsets.elements[0]?.keys() ?? [])]).toEqual([
      'ILSVRC2012_ID',
      'WNID',
      'words',
      'gloss',
      'num_children',
      'children',
      'wordnet_height',
      'num_train_images',
    ]);
    expect(synsets.elements.slice(0, 4).map((synset) => synset.get('WNID'))).toEqual(
      WNIDS.map((wnid) => ({ kind: 'text', dims: [1, 9], rows: [wnid] })),
    );
    expect(synsets.elements[5]?.get('children')).toEqual({
      kind: 'numbers',
      dims: [1, 3],
      data: Float64Array.of(5, 2, 4),
    });
    expect(synsets.elements[1]?.get('words')).toMatchObject({ rows: ['tench, Tinca tinca'] });
  });
});

test('reads numbers of every width, flags, text, rows of text and cells', () => {
  const values = read('values.mat');
  const numbers = (name: string): number[] => {
    const value = values.get(name);
    return value?.kind === 'numbers' ? [...value.data] : [];
  };
  expect(values.get('matrix')).toEqual({
    kind: 'numbers',
    dims: [2, 3],
    data: Float64Array.of(1.5, 4, -2, 5, 3, 6.25), // columns first
  });
  expect(numbers('bytes')).toEqual([0, 127, 255]);
  expect(numbers('shorts')).toEqual([-32768, 32767]);
  expect(numbers('longs')).toEqual([-(2 ** 40), 2 ** 40]);
  expect(numbers('singles')).toEqual([0.5, -0.25]);
  expect(numbers('flags')).toEqual([1, 0]);
  expect(values.get('empty')).toEqual({ kind: 'numbers', dims: [0, 0], data: new Float64Array(0) });
  expect(values.get('rows')).toEqual({ kind: 'text', dims: [2, 3], rows: ['abc', 'xyz'] });
  expect(values.get('unicode')).toMatchObject({ kind: 'text', rows: ['Größe 図'] });
  expect(values.get('cells')).toMatchObject({
    kind: 'cells',
    dims: [1, 3],
    elements: [{ rows: ['one'] }, { data: Float64Array.of(2) }, { dims: [0, 0] }],
  });
});

test('refuses unsupported files and names them', () => {
  expect(() => read('complex.mat')).toThrow(
    'complex.mat cannot be read as a MATLAB 5 file (it holds complex numbers); fetch it again.',
  );
  expect(() => readMat5(Buffer.from('no such thing'), { name: 'a.mat' })).toThrow('a.mat cannot be read');
  const hdf5 = Buffer.alloc(600);
  hdf5.writeUInt16LE(0x0200, 124);
  hdf5.write('IM', 126);
  expect(() => readMat5(hdf5)).toThrow('its version is 2.0, not 1.0');
});

test('inflates no more than is allowed', () => {
  expect(() => readMat5(readFileSync(fixture('meta.mat')), { maxBytes: 1000 })).toThrow(
    'meta.mat cannot be read',
  );
});

describe.each(['meta.mat', 'meta-plain.mat', 'values.mat'])('%s', (name) => {
  const bytes = readFileSync(fixture(name));

  test('cut anywhere, it is an error of one line or a whole number of variables', () => {
    const whole = readMat5(bytes);
    for (let length = 0; length < bytes.length; length++) {
      try {
        for (const [variable, value] of readMat5(bytes.subarray(0, length), { name })) {
          expect(value).toEqual(whole.get(variable));
        }
      } catch (error) {
        expect((error as Error).message).toMatch(
          /^[\w.-]+ cannot be read as a MATLAB 5 file \([^\n]*\); fetch it again\.$/,
        );
      }
    }
  });

  test('with any four bytes changed, it is read or is an error of one line', () => {
    fc.assert(
      fc.property(fc.integer({ min: 128, max: bytes.length - 4 }), fc.integer(), (at, word) => {
        const changed = Buffer.from(bytes);
        changed.writeInt32LE(word | 0, at);
        try {
          readMat5(changed, { name });
        } catch (error) {
          expect((error as Error).message).toMatch(/^[\w.-]+ cannot be read [^\n]*\.$/);
        }
      }),
      { numRuns: 400 },
    );
  });
});
