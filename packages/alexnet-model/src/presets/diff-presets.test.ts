import { describe, expect, test } from 'vitest';
import { diffPresets, type PresetName, presets } from '../index.js';

const between = (a: PresetName, b: PresetName): Record<string, unknown> =>
  Object.fromEntries(
    diffPresets(a, b).map(({ path, a: left, b: right }) => [path, [left?.value, right?.value]]),
  );

describe('diffPresets', () => {
  test('names every field in which what was run differs from what was printed', () => {
    expect(between('paper', 'original2012')).toEqual({
      'net.convs[0].steps': [
        ['activation', 'lrn', 'pool'],
        ['lrn', 'pool', 'activation'],
      ],
      'net.convs[1].steps': [
        ['activation', 'lrn', 'pool'],
        ['activation', 'lrn', 'sameMap', 'pool'],
      ],
      'net.convs[2].std': [0.01, 0.03],
      'net.convs[3].std': [0.01, 0.03],
      'net.convs[4].std': [0.01, 0.03],
      'net.lrn.alpha': [1e-4, 2e-5],
      'net.sameMap.size': [null, 5],
      'net.sameMap.bias': [null, 1],
      'net.sameMap.alpha': [null, 4e-5],
      'net.sameMap.beta': [null, 0.75],
      'training.epochs': [90, 91],
      'training.biasLearningRateMultiplier': [1, 2],
      'training.biasWeightDecay': [true, false],
      'training.schedule.kind': ['plateau', 'step'],
      'training.schedule.drops': [3, undefined],
      'training.schedule.epochs': [undefined, [25, 51, 79]],
      'training.schedule.conv1[0].epoch': [undefined, 67],
      'training.schedule.conv1[0].learningRate': [undefined, 1e-5],
      'training.schedule.conv1[1].epoch': [undefined, 72],
      'training.schedule.conv1[1].learningRate': [undefined, 0],
      'training.schedule.biases.factor': [undefined, 1],
      'training.schedule.biases.epochs': [undefined, []],
      'training.schedule.colorNoiseEnd': [undefined, 67],
      'augmentation.crops': ['perImage', 'perChunk32'],
      'augmentation.mean': ['aligned', 'center'],
      'augmentation.pca.sigma': [0.1 / 255, 0.1],
      'augmentation.pca.scale': ['eigenvalue', 'sqrt'],
      'augmentation.pca.inputScale': [1, 1 / 1.1],
    });
  });

  test('gives both sources, and the source of a missing group', () => {
    const differences = diffPresets('paper', 'original2012');
    expect(differences.find(({ path }) => path === 'net.convs[2].std')).toEqual({
      path: 'net.convs[2].std',
      a: { value: 0.01, source: 'paper sec. 5' },
      b: { value: 0.03, source: 'original layers/layers-145.cfg: initW' },
    });
    expect(differences.find(({ path }) => path === 'net.sameMap.size')?.a).toEqual({
      value: null,
      source: 'paper sec. 3.3: names no others',
    });
  });

  test('in reverse gives the same fields with the sides swapped, and none against the preset itself', () => {
    for (const other of Object.keys(presets) as PresetName[]) {
      const there = diffPresets('original2012', other);
      const back = diffPresets(other, 'original2012').map(({ path, a, b }) => ({ path, a: b, b: a }));
      expect(new Set(back)).toEqual(new Set(there));
      expect(diffPresets(other, presets[other])).toEqual([]);
    }
  });

  test('each control net differs from the run net in what it controls for', () => {
    const fields = (name: PresetName): string[] => Object.keys(between('original2012', name));
    expect(fields('oneGpu')).toEqual(['net.towers', ...[0, 1, 2, 3].map((i) => `net.convs[${i}].filters`)]);
    expect(fields('noLrn')).toEqual(
      expect.arrayContaining(['net.convs[0].steps', 'net.convs[1].steps', 'net.lrn.alpha']),
    );
    expect(between('original2012', 'nonOverlapping')).toEqual({
      'net.convs[1].padding': [2, 1],
      'net.convs[4].padding': [1, 0],
      'net.pool.poolSize': [3, 2],
      'net.pool.padding': ['valid', 'same'],
    });
    expect(Object.keys(between('paper', 'paperConv6')).every((path) => path.startsWith('net.convs[5]'))).toBe(
      true,
    );
  });

  test('refuses a name that is not a preset', () => {
    expect(() => diffPresets('paper', {} as never)).toThrow(
      'preset must be a name or one of presets (diffPresets), got an object with no keys.',
    );
    expect(() => diffPresets('paper', 'alexnet' as 'paper')).toThrow(
      /^preset must be one of paper, original2012, .* \(diffPresets\), got 'alexnet'\.$/,
    );
  });
});
