import * as tfl from '@tensorflow/tfjs-layers';
import type { Initialization } from './net.js';

type Initializer = ReturnType<typeof tfl.initializers.zeros>;

/** The initializers of a layer; a tower's own. */
export interface LayerInitializers {
  kernelInitializer: Initializer;
  biasInitializer: Initializer;
}

/** Which layer of a net, and which of its towers: each draws from a seed of its own. */
export interface LayerPlace {
  /** Counted through convolutions and dense layers. */
  layer: number;
  tower: number;
  /** How many inputs a unit has. */
  fanIn: number;
}

/**
 * How the weights of a layer begin: N(0, std) and a constant bias (sec. 5), or both uniform in +-1/sqrt(fan in), which is
 * what PyTorch's layers do.
 */
export function initializersOf(
  { std, bias }: Initialization,
  { layer, tower, fanIn }: LayerPlace,
  seed: number,
): LayerInitializers {
  const own = 1 + ((seed * 1000 + layer * 10 + tower) >>> 0); // tfjs takes a seed of 0 for none
  const bound = 1 / Math.sqrt(fanIn);
  const uniform = (from: number): Initializer =>
    tfl.initializers.randomUniform({ minval: -bound, maxval: bound, seed: from });
  return {
    kernelInitializer:
      std === 'fanIn' ? uniform(own) : tfl.initializers.randomNormal({ mean: 0, stddev: std, seed: own }),
    biasInitializer: bias === 'fanIn' ? uniform(own + 5) : tfl.initializers.constant({ value: bias }),
  };
}
