import { requireKnownOptions, requireWhole } from '@alexnet/validate';
import { type AlexNetOverrides, ablations, applyAblations } from './ablations.js';
import { checkNet } from './check-net.js';
import { mapSides } from './map-sides.js';
import type { Net } from './net.js';
import type { NetworkOptions } from './network.js';
import { type PresetName, presetOf } from './presets/presets.js';
import { refuseNet } from './refuse-net.js';
import { scaleNet } from './scale-net.js';

const names = ['classes', ...Object.keys(ablations), 'width', 'seed'];

/**
 * Applies overrides to a preset's network description, or to the caller's own. The result can be built as it
 * is: its fields are checked and its image is large enough.
 *
 * @throws RangeError if an override or a field is out of range, TypeError if an override is misspelt.
 */
export function resolveNet(preset: PresetName | Net, overrides: AlexNetOverrides): NetworkOptions {
  requireKnownOptions(overrides, names, 'alexnet');
  const { classes = 1000, width = 1, seed = 0 } = overrides;
  requireWhole('classes', classes, 2, 'alexnet');
  if (!Number.isSafeInteger(seed)) refuseNet('seed', 'a whole number', seed);
  const given = netOf(preset, 'alexnet');
  const net = scaleNet(applyAblations(given, overrides), width);
  if (net !== given) checkNet(net);
  mapSides(net); // refuses an image too small
  return { net, classes, seed };
}

/**
 * The checked net of a preset, or the caller's own.
 *
 * @throws RangeError, naming the caller, if it is neither.
 */
export function netOf(preset: PresetName | Net, caller: string): Net {
  if (typeof preset !== 'object' || preset === null) return presetOf(preset, caller).net;
  checkNet(preset);
  return preset;
}
