import * as tfl from '@tensorflow/tfjs-layers';
import type { Initialization, Net } from './net.js';

type Initializer = ReturnType<typeof tfl.initializers.zeros>;
interface LayerInitializers {
  kernelInitializer: Initializer;
  biasInitializer: Initializer;
}

/** The initializers of every layer, each with a seed of its own. */
export function initializersOf(
  net: Net,
  seed: number,
): {
  conv(index: number, tower: number): LayerInitializers;
  dense(index: number, tower: number): LayerInitializers;
  output(): LayerInitializers;
} {
  const make = (layer: Initialization | undefined, number: number, tower: number): LayerInitializers => {
    const { std, bias } = layer ?? net.output;
    const own = 1 + ((seed * 1000 + number * 10 + tower) >>> 0); // tfjs takes a seed of 0 for none
    return net.initialization === 'torch' ? torchDefault(own) : normal(std, bias, own);
  };
  const hidden = net.convs.length;
  return {
    conv: (index, tower) => make(net.convs[index], index, tower),
    dense: (index, tower) => make(net.dense[index], hidden + index, tower),
    output: () => make(net.output, hidden + net.dense.length, 0),
  };
}

function normal(stddev: number, bias: number, seed: number): LayerInitializers {
  return {
    kernelInitializer: tfl.initializers.randomNormal({ mean: 0, stddev, seed }),
    biasInitializer: tfl.initializers.constant({ value: bias }),
  };
}

/** PyTorch's default draws weights from U(+-1/sqrt(fan in)): a variance of 1 / (3 fan in). Biases begin at 0 here. */
function torchDefault(seed: number): LayerInitializers {
  return {
    kernelInitializer: tfl.initializers.varianceScaling({
      scale: 1 / 3,
      mode: 'fanIn',
      distribution: 'uniform',
      seed,
    }),
    biasInitializer: tfl.initializers.zeros(),
  };
}
