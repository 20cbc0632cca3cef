import { type Experiment, pairedExperiment, type Side } from '@alexnet/campaign';
import type { CifarLayer, CifarNet } from '../nets/cifar-net.js';
import { presets } from '../nets/presets.js';
import { smokeNet } from '../nets/smoke-net.js';

/**
 * The net of the comparisons: 80sec, the quickest of the author's, on crops of 24 x 24 pixels as his best nets read them.
 */
const base: CifarNet = { ...presets['80sec'].net, imageSize: 24 };

/** What the comparisons have in common, runs of the net itself among them. */
const comparison = { folder: 'comparisons', seeds: 5, views: 10, smokeNet } as const;
const unchanged = (label: string): Side<CifarNet> => ({ name: 'base', label, net: base });

/** The net with some layers replaced; a layer becomes any number of layers. */
function changed(
  net: CifarNet,
  change: (layer: CifarLayer, index: number) => readonly CifarLayer[],
): CifarNet {
  return { ...net, layers: net.layers.flatMap((layer, i) => change(layer, i)) };
}

/** Adds a layer after each of the first two poolings, as in 18pct. */
function normalized(normalization: CifarLayer): CifarNet {
  let pools = 0;
  return changed(base, (layer) => (layer.type === 'pool' && pools++ < 2 ? [layer, normalization] : [layer]));
}

/** Sec. 3.3. */
export const lrn: Experiment<CifarNet> = pairedExperiment({
  ...comparison,
  name: 'lrn',
  title: 'Section 3.3: response normalization on CIFAR-10',
  claim:
    "sec. 3.3: 'a four-layer CNN achieved a 13% test error rate without normalization and 11% with normalization'",
  sides: [
    unchanged('no normalization'),
    {
      name: 'lrn-across',
      label: 'across maps',
      net: normalized({ type: 'lrn', size: 9, alpha: 0.001 / 9, beta: 0.75 }), // of layers-conv-local-11pct.cfg
    },
    {
      name: 'lrn-inside',
      label: 'inside maps',
      net: normalized({ type: 'sameMap', size: 3, alpha: 0.00005 / 9, beta: 0.75 }), // of layers-18pct.cfg
    },
  ],
});

/** Sec. 3.4. */
export const pooling: Experiment<CifarNet> = pairedExperiment({
  ...comparison,
  name: 'pooling',
  title: 'Section 3.4: overlapping pooling on CIFAR-10',
  claim: 'sec. 3.4: z = 3, s = 2 instead of z = s = 2 lowers the error by .4 points (top-1, ILSVRC)',
  sides: [
    { name: 'pool-2', label: 'z = 2, s = 2', net: changed(base, (layer) => [layer.type === 'pool' ? { ...layer, poolSize: 2 } : layer]) }, // biome-ignore format: a table
    unchanged('z = 3, s = 2'),
  ],
});

/** The net with a hidden dense layer of 512 units, which has room to overfit, and dropout on its output or none. */
function withHidden(dropout: number | undefined, training: CifarNet['training'] = base.training): CifarNet {
  const net = changed(base, (layer) => {
    if (layer.type !== 'dense' || layer.name !== 'fc64') return [layer];
    return [{ ...layer, name: 'fc512', units: 512, std: 0.04, ...(dropout !== undefined && { dropout }) }];
  });
  return { ...net, training };
}

/** Sec. 4.2. */
export const dropout: Experiment<CifarNet> = pairedExperiment({
  ...comparison,
  name: 'dropout',
  title: 'Section 4.2: dropout on CIFAR-10',
  claim:
    "sec. 4.2: without dropout 'our network exhibits substantial overfitting'; it 'roughly doubles the number of iterations required to converge'",
  sides: [
    { name: 'hidden', label: 'no dropout', net: withHidden(undefined) },
    { name: 'hidden-dropout', label: 'dropout .5', net: withHidden(0.5) },
    {
      name: 'hidden-dropout-twice',
      label: 'dropout .5, twice the epochs',
      net: withHidden(0.5, { ...base.training, drops: [16], epochs: 22 }),
    },
  ],
});

const widths = (filters: readonly [number, number, number], groups: number): CifarNet =>
  changed(base, (layer) => {
    const at = ['conv1', 'conv2', 'conv3'].indexOf('name' in layer ? layer.name : '');
    if (layer.type !== 'conv' || at === -1) return [layer];
    return [{ ...layer, filters: filters[at] as number, ...(at === 1 && groups > 1 && { groups }) }];
  });

/** Sec. 3.2. */
export const towers: Experiment<CifarNet> = pairedExperiment({
  ...comparison,
  name: 'towers',
  title: 'Section 3.2: two towers on CIFAR-10',
  claim:
    'sec. 3.2: two towers lower the error by 1.7 points (top-1, ILSVRC) against one of about as many parameters',
  sides: [
    // 105,890 and 106,294 weights and biases; conv2 of a tower reads its own tower only, as conv2 of the paper
    { name: 'one-tower', label: 'one tower', net: widths([32, 32, 56], 1) },
    { name: 'two-towers', label: 'two towers', net: widths([40, 44, 48], 2) },
  ],
});

/** Sec. 4.1. */
export const augmentation: Experiment<CifarNet> = pairedExperiment({
  ...comparison,
  name: 'augmentation',
  title: 'Section 4.1: crops and mirror images on CIFAR-10',
  claim: "sec. 4.1: without translations and reflections 'our network suffers from substantial overfitting'",
  sides: [
    { name: 'center', label: 'the center only', net: { ...base, crops: 'center' } },
    unchanged('crops and mirror images'),
  ],
});

/** The author's own nets, as their files say, each with its own test. */
export const authorsNets: readonly Experiment<CifarNet>[] = Object.entries(presets).map(([name, preset]) =>
  pairedExperiment({
    name,
    title: `cuda-convnet's ${name}: ${preset.description}`,
    claim: `its author: ${(100 * preset.author.testError).toFixed(0)}% test error in ${preset.author.time} (GTX 580)`,
    seeds: 3,
    smokeNet,
    views: preset.net.imageSize === 24 ? 10 : 1,
    sides: [{ name, label: name, net: preset.net }],
  }),
);
