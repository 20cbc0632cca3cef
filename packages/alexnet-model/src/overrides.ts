import { requireKnownOptions, requireWhole } from '@alexnet/validate';
import { checkNet } from './check-net.js';
import type { Net } from './net.js';
import { type PresetName, presetOf } from './presets/presets.js';
import { refuse } from './refuse.js';
import { scaleNet } from './scale-net.js';
import { type AlexNetOverrides, applySwitches } from './switches.js';

/** A net to build, and what is no part of a net. */
export interface ResolvedNet {
  net: Net;
  classes: number;
  seed: number;
}

const names = [
  'classes',
  'imageSize',
  'width',
  'activation',
  'lrn',
  'overlap',
  'dropout',
  'towers',
  'seed',
] satisfies (keyof AlexNetOverrides)[];

/** Applies overrides to a preset's net or to one of the caller's. @throws RangeError if one is out of range, TypeError if misspelt. */
export function resolveNet(preset: PresetName | Net, overrides: AlexNetOverrides): ResolvedNet {
  requireKnownOptions(overrides, names, 'alexnet');
  const { classes = 1000, width = 1, seed = 0, imageSize } = overrides;
  requireWhole('classes', classes, 2, 'alexnet');
  if (imageSize !== undefined) requireWhole('imageSize', imageSize, 1, 'alexnet');
  if (!Number.isSafeInteger(seed)) refuse('seed', 'a whole number', seed);
  return { net: scaleNet(applySwitches(netOf(preset, 'alexnet'), overrides), width), classes, seed };
}

/** The net of a preset, or the caller's own, checked. @throws RangeError, naming who asks, if there is no such preset. */
export function netOf(preset: PresetName | Net, of: string): Net {
  if (typeof preset !== 'object' || preset === null) return presetOf(preset, of).net;
  checkNet(preset);
  return preset;
}
