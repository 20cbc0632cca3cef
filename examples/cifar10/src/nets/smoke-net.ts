import type { CifarLayer, CifarNet } from './cifar-net.js';

/** A net an eighth as wide that is trained for two epochs: it shows that an experiment runs, and nothing else. */
export function smokeNet(net: CifarNet): CifarNet {
  const layers = net.layers.map((layer): CifarLayer => {
    if (layer.type === 'dense') return { ...layer, units: Math.max(8, Math.ceil(layer.units / 8)) };
    return 'filters' in layer
      ? { ...layer, filters: Math.max(8, 2 * Math.round(layer.filters / 16)) }
      : layer;
  });
  return { ...net, layers, training: { ...net.training, drops: [1], epochs: 2 } };
}
