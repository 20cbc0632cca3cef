import { describe, expect, test } from 'vitest';
import '@tensorflow/tfjs-backend-cpu';
import { type Ablations, ablations, alexnet, type Net, type PresetName, presets } from './index.js';
import { resolveNet } from './resolve-net.js';

const switched = (preset: PresetName | Net, overrides: Parameters<typeof resolveNet>[1]): Net =>
  resolveNet(preset, overrides).net;

describe('each ablation of the paper is one option', () => {
  // these presets follow the original program's own files for the control nets
  test('lrn: false is the net of layers-148.cfg', () => {
    expect(switched('original2012', { lrn: false })).toEqual(presets.noLrn.net);
    expect(switched('paper', { lrn: false })).toEqual({
      ...presets.paper.net,
      lrn: null,
      convs: presets.paper.net.convs.map((conv) => ({
        ...conv,
        steps: conv.steps.filter((step) => step !== 'lrn'),
      })),
    });
  });

  test('overlap: false is the net of layers-147.cfg', () => {
    expect(switched('original2012', { overlap: false })).toEqual(presets.nonOverlapping.net);
  });

  test('towers: 1 is the net of layers-145-half.cfg, and towers: 2 is the reverse', () => {
    expect(switched('original2012', { towers: 1 })).toEqual(presets.oneGpu.net);
    expect(switched('oneGpu', { towers: 2 })).toEqual(presets.original2012.net);
    expect(switched('oneGpu', { towers: 1 })).toEqual(presets.oneGpu.net);
  });

  test("activation: 'tanh' changes no other field", () => {
    expect(switched('paper', { activation: 'tanh' })).toEqual({ ...presets.paper.net, activation: 'tanh' });
  });

  test('dropout accepts false or a rate', () => {
    expect(switched('paper', { dropout: false }).dropout).toBeNull();
    expect(switched('torchvision', { dropout: 0.2 }).dropout).toEqual({
      rate: 0.2,
      mode: 'inverted',
      placement: 'inputs',
    });
    const none = switched('paper', { dropout: false });
    expect(switched(none, { dropout: 0.5 }).dropout).toEqual(presets.paper.net.dropout);
  });

  test('without options the preset stays as it is', () => {
    for (const name of Object.keys(presets) as PresetName[]) {
      expect(switched(name, {})).toBe(presets[name].net);
    }
  });
});

/** A value of every entry that changes the network of `paper`; a new entry without one does not compile. */
const samples: Required<Ablations> = {
  imageSize: 96,
  activation: 'tanh',
  lrn: false,
  overlap: false,
  dropout: false,
  towers: 1,
};

describe.each(Object.keys(ablations) as (keyof Ablations)[])('the entry %s of the table', (name) => {
  const small = { width: 1 / 16, imageSize: 64, classes: 2 };
  const netOf = (overrides: Ablations): Net => {
    const model = alexnet('paper', { ...small, ...overrides });
    const { alexnet: description } = model.getUserDefinedMetadata() as { alexnet: { net: Net } };
    model.dispose();
    return description.net;
  };

  test('is an override that builds another network', () => {
    const changed = netOf({ [name]: samples[name] });
    expect(changed).not.toEqual(netOf({}));
    if (ablations[name].kind !== 'off') expect(changed[name as keyof Net]).toBe(samples[name]);
  });

  test('is refused by its name when the value is wrong', () => {
    expect(() => alexnet('paper', { ...small, [name]: 'nonsense' })).toThrow(
      new RegExp(`^${name} must be .* \\(alexnet\\), got 'nonsense'\\.$`),
    );
  });

  test('cites a section of the paper', () => {
    expect(ablations[name].section).toMatch(/^sec\. \d\.\d$/);
  });
});
