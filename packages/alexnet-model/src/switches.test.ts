import { describe, expect, test } from 'vitest';
import { type Net, type PresetName, presets } from './index.js';
import { resolveNet } from './overrides.js';

const switched = (preset: PresetName | Net, overrides: Parameters<typeof resolveNet>[1]): Net =>
  resolveNet(preset, overrides).net;

describe('each ablation of the paper is one option', () => {
  // the preset is what the original's own file of that control net says
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

  test('towers: 1 is the net of layers-145-half.cfg, and towers: 2 the way back', () => {
    expect(switched('original2012', { towers: 1 })).toEqual(presets.oneGpu.net);
    expect(switched('oneGpu', { towers: 2 })).toEqual(presets.original2012.net);
    expect(switched('oneGpu', { towers: 1 })).toEqual(presets.oneGpu.net);
  });

  test("activation: 'tanh' changes no other field", () => {
    expect(switched('paper', { activation: 'tanh' })).toEqual({ ...presets.paper.net, activation: 'tanh' });
  });

  test('dropout takes false or a rate', () => {
    expect(switched('paper', { dropout: false }).dropout).toBeNull();
    expect(switched('torchvision', { dropout: 0.2 }).dropout).toEqual({
      rate: 0.2,
      mode: 'inverted',
      placement: 'inputs',
    });
    const none = switched('paper', { dropout: false });
    expect(switched(none, { dropout: 0.5 }).dropout).toEqual(presets.paper.net.dropout);
  });

  test('options that are not given leave the preset as it is', () => {
    for (const name of Object.keys(presets) as PresetName[]) {
      expect(switched(name, {})).toBe(presets[name].net);
    }
  });
});
