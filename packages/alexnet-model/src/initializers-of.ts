import * as tfl from '@tensorflow/tfjs-layers';
import type { Initialization, Net } from './net.js';

type Initializer = ReturnType<typeof tfl.initializers.zeros>;
interface LayerInitializers {
  kernelInitializer: Initializer;
  biasInitializer: Initializer;
}

/** The initializers of every layer, each with a seed of its own. `fanIn`: how many values one unit or kernel reads. */
export function initializersOf(
  net: Net,
  seed: number,
): {
  conv(index: number, tower: number, fanIn: number): LayerInitializers;
  dense(index: number, tower: number, fanIn: number): LayerInitializers;
  output(fanIn: number): LayerInitializers;
} {
  const make = (
    layer: Initialization | undefined,
    number: number,
    tower: number,
    fanIn: number,
  ): LayerInitializers => {
    const { std, bias } = layer ?? net.output;
    const own = 1 + ((seed * 1000 + number * 10 + tower) >>> 0); // tfjs takes a seed of 0 for none
    return net.initialization === 'torch' ? torchDefault(fanIn, own) : normal(std, bias, own);
  };
  const hidden = net.convs.length;
  return {
    conv: (index, tower, fanIn) => make(net.convs[index], index, tower, fanIn),
    dense: (index, tower, fanIn) => make(net.dense[index], hidden + index, tower, fanIn),
    output: (fanIn) => make(net.output, hidden + net.dense.length, 0, fanIn),
  };
}

function normal(stddev: number, bias: number, seed: number): LayerInitializers {
  return {
    kernelInitializer: tfl.initializers.randomNormal({ mean: 0, stddev, seed }),
    biasInitializer: tfl.initializers.constant({ value: bias }),
  };
}

/** PyTorch's default draws weights and biases from U(+-1/sqrt(fan in)). */
function torchDefault(fanIn: number, seed: number): LayerInitializers {
  const bound = 1 / Math.sqrt(fanIn);
  const uniform = (own: number): Initializer =>
    tfl.initializers.randomUniform({ minval: -bound, maxval: bound, seed: own });
  return { kernelInitializer: uniform(seed), biasInitializer: uniform(seed + 5) }; // seeds are ten apart a layer
}
