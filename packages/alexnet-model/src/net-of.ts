import type { Net } from './net.js';
import { type PresetName, presets } from './presets.js';

/** The net of a preset, by name; a net is given back. @throws RangeError, naming who asks, for an unknown name. */
export function netOf(preset: PresetName | Net, of: string): Net {
  if (typeof preset !== 'string') return preset;
  if (!Object.hasOwn(presets, preset)) {
    throw new RangeError(
      `preset must be one of ${Object.keys(presets).join(', ')} (${of}), got '${preset}'.`,
    );
  }
  return presets[preset].net;
}
