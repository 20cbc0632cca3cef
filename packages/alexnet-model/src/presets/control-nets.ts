import { withoutNormalizations } from '../ablations.js';
import type { ConvBlock } from '../net.js';
import { type CitedTree, cite, type Source } from './cited.js';
import type { CitedPreset } from './preset.js';
import { original2012 } from './preset-original2012.js';
import { paper } from './preset-paper.js';

// The control nets vary original2012, whose program gave the paper's numbers. They are trained in the same
// way, so only the net differs. The author dropped their learning rates by hand some epochs earlier or later
// (see the notes in layer-params-147.cfg and layer-params-148.cfg).

type CitedConv = CitedTree<ConvBlock>;

const half = 'original layers/layers-145-half.cfg; paper sec. 3.2, note 2';

export const oneGpu: CitedPreset = {
  ...original2012,
  description: 'The one-GPU control net: no towers, and about as many parameters.',
  source: 'sec. 3.2, note 2; layers/layers-145-half.cfg',
  net: {
    ...original2012.net,
    towers: [1, half],
    convs: original2012.net.convs.map(
      (conv, i): CitedConv => ({
        ...conv,
        filters: [[48, 128, 192, 192, 256][i] as number, half],
        readsAllTowers: [conv.readsAllTowers[0], `${half}: the only tower`],
      }),
    ),
  },
};

const sixth = 'original layers/layers-146-*.cfg; paper sec. 6';

export const paperConv6: CitedPreset = {
  ...paper,
  description: 'A sixth convolution over the last pooling layer, as in the pre-trained nets.',
  source: 'sec. 6; layers/layers-146-*.cfg',
  net: {
    ...paper.net,
    convs: [
      ...paper.net.convs,
      cite<ConvBlock>(sixth, {
        filters: 256,
        kernelSize: 3,
        strides: 1,
        padding: 1,
        readsAllTowers: true,
        groups: 1,
        std: 0.03,
        bias: 1,
        steps: ['activation'],
      }),
    ],
  },
};

const apart: Source = 'original layers/layers-147.cfg';

export const nonOverlapping: CitedPreset = {
  ...original2012,
  description: 'The control net of sec. 3.4: pooling squares of 2 with a stride of 2.',
  source: 'sec. 3.4; layers/layers-147.cfg',
  net: {
    ...original2012.net,
    pool: {
      poolSize: [2, `${apart}; paper sec. 3.4`],
      strides: [2, `${apart}; paper sec. 3.4`],
      padding: ['same', `${apart}: 55 -> 28, 26 -> 13, 11 -> 6`],
    },
    convs: original2012.net.convs.map((conv, i): CitedConv => {
      if (i === 1) return { ...conv, padding: [1, apart] };
      return i === 4 ? { ...conv, padding: [0, apart] } : conv;
    }),
  },
};

const without: Source = 'original layers/layers-148.cfg; paper sec. 3.3';

export const noLrn: CitedPreset = {
  ...original2012,
  description: 'The control net of sec. 3.3: none of the three response normalizations.',
  source: 'sec. 3.3; layers/layers-148.cfg',
  net: {
    ...original2012.net,
    convs: original2012.net.convs.map(
      (conv): CitedConv => ({ ...conv, steps: [withoutNormalizations(conv.steps[0]), without] }),
    ),
    lrn: [null, without],
    sameMap: [null, without],
  },
};
