import { isAuxiliary, isCounter } from './extra-tensors.js';
import { pairTensors } from './pair-tensors.js';
import type { WeightFile } from './weight-file.js';
import type { NamedTensors, WeightTensor } from './weight-tensor.js';

/** One way to read the tensors of a file. @throws RangeError if they are not those of a net. */
export type Reading = () => WeightFile;

/**
 * The ways to read tensors with PyTorch's names, the first choice first: all of them, and then without the
 * modules that training has beside a net. Counters are left out in any case.
 */
export function readingsOf(tensors: NamedTensors): Reading[] {
  const names = [...tensors.keys()];
  const needed = names.filter((name) => !isCounter(name));
  const ofNet = needed.filter((name) => !isAuxiliary(name));
  const choices = ofNet.length > 0 && ofNet.length < needed.length ? [needed, ofNet] : [needed];
  return choices.map((kept) => () => {
    const isKept = new Set(kept);
    const leftOut = names.filter((name) => !isKept.has(name));
    const weights = kept.map((name) => (tensors.get(name) as () => WeightTensor)());
    return {
      layers: pairTensors(weights),
      layout: 'OIHW',
      channelOrder: 'RGB',
      ...(leftOut.length > 0 && { leftOut }),
    };
  });
}

/** The first reading that fits a net. @throws the error of the last one if none does. */
export function firstFitting(
  readings: readonly Reading[],
  requireFit: (file: WeightFile) => void,
): WeightFile {
  let last: unknown;
  for (const read of readings) {
    try {
      const file = read();
      requireFit(file);
      return file;
    } catch (error) {
      last = error;
    }
  }
  throw last;
}
