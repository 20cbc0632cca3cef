import type * as tf from '@tensorflow/tfjs-core';
import type { OnnxGraph, OnnxLayer } from './onnx-graph.js';

type Emit = (graph: OnnxGraph, layer: OnnxLayer) => string | Promise<string>;

/** Writes a layer of each class in ONNX, where maps are NCHW, and returns the name of its output. */
export const onnxOperators: Readonly<Record<string, Emit>> = {
  Conv2D: convolution,
  GroupedConv2D: convolution,
  LocalResponseNormalization: (graph, { name, config, inputs }) => {
    const { depthRadius, alpha, beta, bias } = config as Record<string, number>;
    const size = 2 * (depthRadius as number) + 1;
    // ONNX divides alpha by the size of the window
    const scaled = { float: (alpha as number) * size };
    const constants = { alpha: scaled, beta: { float: beta as number }, bias: { float: bias as number } };
    return graph.add(name, 'LRN', inputs, { ...constants, size });
  },
  SameMapNormalization: sameMap,
  OverlappingMaxPooling2D: (graph, { name, config, inputs, inputShape }) => {
    const { poolSize, strides, padding } = config as { poolSize: number; strides: number; padding: Padding };
    return graph.add(name, 'MaxPool', inputs, {
      kernel_shape: [poolSize, poolSize],
      strides: [strides, strides],
      pads: pads(padding, inputShape, [poolSize, poolSize], [strides, strides]),
    });
  },
  Concatenate: (graph, { name, config, inputs, inputShape }) => {
    const { axis } = config as { axis: number };
    const last = inputShape.length - 1;
    if (axis !== -1 && axis !== last)
      throw new RangeError(`'${name}' concatenates along axis ${axis}, which is not the last`);
    return graph.add(name, 'Concat', inputs, { axis: 1 });
  },
  Flatten: (graph, { name, inputs, inputShape }) => {
    const isMap = inputShape.length === 4; // tfjs flattens channels last
    const read = isMap ? [graph.add(`${name}/nhwc`, 'Transpose', inputs, { perm: [0, 2, 3, 1] })] : inputs;
    return graph.add(name, 'Flatten', read, { axis: 1 });
  },
  Dense: async (graph, { name, layer, config, inputs }) => {
    const [kernel, bias] = layer.getWeights();
    const weights = [await graph.weight(`${name}.weight`, kernel as tf.Tensor)];
    if (bias) weights.push(await graph.weight(`${name}.bias`, bias));
    return activated(graph, name, config, (output) => graph.add(output, 'Gemm', [...inputs, ...weights]));
  },
  Activation: (graph, { name, config, inputs }) => activated(graph, name, config, () => inputs[0] as string),
  AlexNetDropout: (graph, { name, config, inputs: [x = ''] }) => {
    const { mode, rate } = config as { mode: string; rate: number };
    if (mode !== 'paper') return x;
    return graph.add(name, 'Mul', [x, graph.scalar(`${name}.scale`, 1 - rate)]); // sec. 4.2: outputs times .5
  },
  Dropout: (_, { inputs: [x = ''] }) => x,
};

type Padding = 'valid' | 'same' | [[number, number], [number, number]];

async function convolution(
  graph: OnnxGraph,
  { name, layer, config, inputs, inputShape }: OnnxLayer,
): Promise<string> {
  const settings = config as {
    kernelSize: number[];
    strides: number[];
    dilationRate: number[];
    padding: Padding;
    groups?: number;
  };
  const { kernelSize, strides, dilationRate, padding, groups = 1 } = settings;
  const [kernel, bias] = layer.getWeights();
  const weights = [await graph.weight(`${name}.weight`, kernel as tf.Tensor, [3, 2, 0, 1])]; // HWIO -> OIHW
  if (bias) weights.push(await graph.weight(`${name}.bias`, bias));
  const reach = kernelSize.map((side, i) => (side - 1) * (dilationRate[i] ?? 1) + 1);
  return activated(graph, name, config, (output) =>
    graph.add(output, 'Conv', [...inputs, ...weights], {
      kernel_shape: kernelSize,
      strides,
      dilations: dilationRate,
      group: groups,
      pads: pads(padding, inputShape, reach, strides),
    }),
  );
}

/** [top, left, bottom, right]. 'same' adds an odd zero on the bottom or right, as TensorFlow does. */
function pads(
  padding: Padding,
  shape: readonly (number | null)[],
  reach: number[],
  strides: number[],
): number[] {
  if (padding === 'valid') return [0, 0, 0, 0];
  const [vertical, horizontal] = padding === 'same' ? [0, 1].map(same) : padding;
  return [vertical?.[0], horizontal?.[0], vertical?.[1], horizontal?.[1]].map((n) => n ?? 0);

  function same(axis: number): [number, number] {
    const side = shape[axis + 1] ?? 0;
    const stride = strides[axis] ?? 1;
    const all = Math.max(0, (Math.ceil(side / stride) - 1) * stride + (reach[axis] ?? 1) - side);
    return [Math.floor(all / 2), Math.ceil(all / 2)];
  }
}

/** x / (bias + alpha * sum of x^2 over a square of its map)^beta; the sum is an average that counts zeros. */
function sameMap(graph: OnnxGraph, { name, config, inputs: [x = ''] }: OnnxLayer): string {
  const { size, bias, alpha, beta } = config as Record<'size' | 'bias' | 'alpha' | 'beta', number>;
  const squares = graph.add(`${name}/squares`, 'Mul', [x, x]);
  const half = (size - 1) / 2;
  const average = graph.add(`${name}/average`, 'AveragePool', [squares], {
    kernel_shape: [size, size],
    pads: [half, half, half, half],
    count_include_pad: 1,
  });
  const scale = graph.scalar(`${name}.alpha`, alpha * size * size);
  const weighted = graph.add(`${name}/weighted`, 'Mul', [average, scale]);
  const base = graph.add(`${name}/base`, 'Add', [weighted, graph.scalar(`${name}.bias`, bias)]);
  const power = graph.add(`${name}/power`, 'Pow', [base, graph.scalar(`${name}.beta`, beta)]);
  return graph.add(name, 'Div', [x, power]);
}

const activations: Readonly<Record<string, string>> = { relu: 'Relu', tanh: 'Tanh', softmax: 'Softmax' };

/** Adds what a layer computes, and then its activation under the layer's name. */
function activated(
  graph: OnnxGraph,
  name: string,
  { activation }: tf.serialization.ConfigDict,
  compute: (output: string) => string,
): string {
  if (activation === 'linear') return compute(name);
  const op = activations[String(activation)];
  if (!op) throw new RangeError(`'${name}' has the activation '${String(activation)}'`);
  return graph.add(name, op, [compute(`${name}/linear`)], op === 'Softmax' ? { axis: -1 } : {});
}
