import { unwrappedName } from './pytorch/unwrapped-name.js';
import { refuseTensor } from './refuse-tensor.js';
import type { WeightLayer, WeightTensor } from './weight-tensor.js';

/**
 * Pairs `<layer>.weight` or `<layer>/kernel` with `<layer>.bias`. Convolutions come first and then dense
 * layers, each in the order of the numbers in their names (`features.3` before `features.10`, `conv2` before
 * `conv3`).
 *
 * @throws RangeError naming a tensor that is neither a weight nor a bias, whose other half is missing, or that is a
 *   normalization's.
 */
export function pairTensors(tensors: readonly WeightTensor[]): WeightLayer[] {
  const halves = new Map<string, Partial<Record<'weight' | 'bias', WeightTensor>>>();
  for (const tensor of tensors) {
    const [, layer, half] = /^(.+)[./](weight|kernel|bias)$/s.exec(tensor.name) ?? [];
    if (layer === undefined) refuseTensor(tensor.name);
    const kind = half === 'bias' ? 'bias' : 'weight';
    const pair = halves.get(layer) ?? {};
    if (pair[kind]) throw new RangeError(`'${layer}' has more than one ${kind}`);
    pair[kind] = tensor;
    halves.set(layer, pair);
  }
  const layers = [...halves].map(([name, { weight, bias }]): WeightLayer => {
    if (!weight || !bias) throw new RangeError(`'${name}' lacks its ${weight ? 'bias' : 'weight'}`);
    if (weight.shape.length === 1) {
      throw new RangeError(
        `'${name}' has a weight with one axis, as a normalization has, and the net does not have it`,
      );
    }
    return { name, weight, bias };
  });
  const natural = new Intl.Collator('en', { numeric: true });
  const rank = ({ weight }: WeightLayer): number => weight.shape.length;
  return layers.sort(
    (a, b) => rank(b) - rank(a) || natural.compare(unwrappedName(a.name), unwrappedName(b.name)),
  );
}
