import type { Preset } from './preset.js';
import { original2012 } from './preset-original2012.js';
import { paper } from './preset-paper.js';
import { caffe, oneWeirdTrick, torchvision } from './presets-of-others.js';
import { withConvs, withNet } from './with-net.js';

/** Names of {@link presets}. */
export type PresetName =
  | 'paper'
  | 'original2012'
  | 'oneGpu'
  | 'paperConv6'
  | 'nonOverlapping'
  | 'noLrn'
  | 'oneWeirdTrick'
  | 'caffe'
  | 'torchvision';

const withoutNorms = (step: string): boolean => step !== 'lrn' && step !== 'sameMap';

/**
 * AlexNet as printed (`paper`), as run (`original2012`), the paper's other nets, and what others made of it.
 * The control nets of the ablations are variants of `original2012`, since its program gave the paper's numbers.
 */
export const presets: Readonly<Record<PresetName, Preset>> = {
  paper,
  original2012,
  oneGpu: withConvs(original2012, {
    description: 'The one-GPU control net: no towers, about as many parameters.',
    source: 'sec. 3.2, note 2; layers/layers-145-half.cfg',
    net: { towers: 1 },
    convs: (conv, i) => ({ ...conv, filters: [48, 128, 192, 192, 256][i] as number }),
  }),
  paperConv6: withNet(paper, {
    description: 'A sixth convolution over the last pooling layer, as in the pre-trained nets.',
    source: 'sec. 6; layers/layers-146-*.cfg',
    net: {
      convs: [
        ...paper.net.convs,
        {
          filters: 256,
          kernelSize: 3,
          strides: 1,
          padding: 1,
          readsAllTowers: true,
          groups: 1,
          std: 0.03,
          bias: 1,
          steps: ['activation'],
        },
      ],
    },
  }),
  nonOverlapping: withConvs(original2012, {
    description: 'The control net of sec. 3.4: pooling squares of 2 that lie 2 apart.',
    source: 'sec. 3.4; layers/layers-147.cfg',
    net: { pool: { poolSize: 2, strides: 2, padding: 'same' } },
    convs: (conv, i) => ({ ...conv, padding: i === 1 ? 1 : i === 4 ? 0 : conv.padding }),
  }),
  noLrn: withConvs(original2012, {
    description: 'The control net of sec. 3.3: none of the three response normalizations.',
    source: 'sec. 3.3; layers/layers-148.cfg',
    net: {},
    convs: (conv) => ({ ...conv, steps: conv.steps.filter(withoutNorms) }),
  }),
  oneWeirdTrick,
  caffe,
  torchvision,
};
