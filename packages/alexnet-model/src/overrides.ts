import { requireKnownOptions, requireWhole } from '@alexnet/validate';
import { checkNet } from './check-net.js';
import type { Net } from './net.js';
import { type PresetName, presetOf } from './presets/presets.js';
import { refuse } from './refuse.js';
import { scaleNet } from './scale-net.js';
import { applySwitches } from './switches.js';

/** What may be changed of a preset's network; each ablation of the paper is one of these options. */
export interface AlexNetOverrides {
  /** Units of the softmax. Default 1000. */
  classes?: number;
  /** Side of the input in pixels. Default the preset's, 224. */
  imageSize?: number;
  /** Factor on the kernels and units of every layer; see {@link scaleNet}. Default 1. */
  width?: number;
  /** Default the preset's, 'relu' (sec. 3.1). */
  activation?: 'relu' | 'tanh';
  /** `false` leaves out every response normalization (sec. 3.3). */
  lrn?: false;
  /** `false` pools squares of 2 that lie 2 apart (sec. 3.4). */
  overlap?: false;
  /** `false` leaves out dropout (sec. 4.2), a number is its rate. */
  dropout?: false | number;
  /** 1: the one-GPU control net, with half the kernels in every convolution but the last (sec. 3.2); 2: the reverse. */
  towers?: 1 | 2;
  /** The initial weights and the dropout masks follow from it. Default 0. */
  seed?: number;
}

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
