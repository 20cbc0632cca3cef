import { requireOneOf } from '@alexnet/validate';
import type { BlockStep, ConvBlock, Net } from './net.js';
import { refuse } from './refuse.js';

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

/** Changes a net as the overrides say; what is not given stays. */
export function applySwitches(net: Net, overrides: AlexNetOverrides): Net {
  const { imageSize, activation, lrn, overlap, dropout, towers } = overrides;
  let changed = net;
  if (imageSize !== undefined) changed = { ...changed, imageSize };
  if (activation !== undefined) changed = withActivation(changed, activation);
  if (lrn !== undefined) changed = withoutLrn(changed, lrn);
  if (overlap !== undefined) changed = withoutOverlap(changed, overlap);
  if (dropout !== undefined) changed = withDropout(changed, dropout);
  if (towers !== undefined) changed = withTowers(changed, towers);
  return changed;
}

/** Sec. 3.1. */
function withActivation(net: Net, activation: Net['activation']): Net {
  requireOneOf('activation', activation, ['relu', 'tanh'], 'alexnet');
  return { ...net, activation };
}

/** Sec. 3.3 and layers/layers-148.cfg of the original program: none of the normalizations. */
function withoutLrn(net: Net, lrn: false): Net {
  if (lrn !== false) refuse('lrn', 'false or left out', lrn);
  const isKept = (step: BlockStep): boolean => step !== 'lrn' && step !== 'sameMap';
  const convs = net.convs.map((conv) => ({ ...conv, steps: conv.steps.filter(isKept) }));
  return { ...net, convs, lrn: null, sameMap: null };
}

/**
 * Sec. 3.4 and layers/layers-147.cfg of the original program: squares of 2, cut ones at the border too; where a map is
 * padded before it is pooled, behind the first layer, it is padded by one less: 55 -> 28 -> 26 -> 13 -> 11 -> 6.
 */
function withoutOverlap(net: Net, overlap: false): Net {
  if (overlap !== false) refuse('overlap', 'false or left out', overlap);
  const convs = net.convs.map((conv, i): ConvBlock => {
    const { padding, steps } = conv;
    const isLess = i > 0 && steps.includes('pool') && padding !== 'overhang' && padding > 0;
    return isLess ? { ...conv, padding: padding - 1 } : conv;
  });
  return { ...net, convs, pool: { poolSize: 2, strides: 2, padding: 'same' } };
}

/** Sec. 4.2. A rate keeps mode and place, the paper's where the net had none. */
function withDropout(net: Net, dropout: false | number): Net {
  if (dropout === false) return { ...net, dropout: null };
  if (typeof dropout !== 'number' || !(dropout >= 0 && dropout < 1)) {
    refuse('dropout', 'false or a rate in [0, 1)', dropout);
  }
  return { ...net, dropout: { mode: 'paper', placement: 'outputs', ...net.dropout, rate: dropout } };
}

/** Sec. 3.2, note 2: the one-GPU net has half the kernels, but as many in the last convolution. */
function withTowers(net: Net, towers: 1 | 2): Net {
  if (towers !== 1 && towers !== 2) refuse('towers', '1 or 2', towers);
  if (towers === net.towers) return net;
  if (net.convs.some(({ groups }) => groups > 1)) {
    refuse('towers', '1 where convolutions have groups, which stand for towers', towers);
  }
  const convs = net.convs.map((conv, i) => {
    const isLast = i === net.convs.length - 1;
    return { ...conv, filters: isLast ? conv.filters : (conv.filters * towers) / net.towers };
  });
  return { ...net, towers, convs };
}
