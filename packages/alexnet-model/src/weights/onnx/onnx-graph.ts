import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import type { OnnxAttribute, OnnxNode, OnnxTensor } from './onnx-message.js';

/** The graph while it is built. Values are named after the layers that compute them. */
export class OnnxGraph {
  readonly nodes: OnnxNode[] = [];
  readonly initializers: OnnxTensor[] = [];
  /** The name of each layer's output value. */
  readonly #values = new Map<string, string>();

  /** The name of a layer's output value. */
  valueOf(layer: string): string {
    return this.#values.get(layer) as string;
  }

  setValue(layer: string, value: string): void {
    this.#values.set(layer, value);
  }

  add(
    output: string,
    op: string,
    inputs: readonly string[],
    attributes: Record<string, OnnxAttribute> = {},
  ): string {
    this.nodes.push({ op, inputs, output, attributes });
    return output;
  }

  scalar(name: string, value: number): string {
    this.initializers.push({ name, shape: [], values: Float32Array.of(value) });
    return name;
  }

  /** Adds a weight of a layer, transposed by `permutation` if its layout differs in ONNX. */
  async weight(name: string, tensor: tf.Tensor, permutation?: number[]): Promise<string> {
    const moved = permutation ? tf.transpose(tensor, permutation) : tensor;
    this.initializers.push({ name, shape: moved.shape, values: new Float32Array(await moved.data()) });
    if (moved !== tensor) moved.dispose();
    return name;
  }
}

/** A layer to add to the graph: the names of its inputs, its settings and the shape that it reads. */
export interface OnnxLayer {
  readonly name: string;
  readonly layer: tfl.layers.Layer;
  readonly config: tf.serialization.ConfigDict;
  readonly inputs: readonly string[];
  /** `[N, H, W, C]` or `[N, units]`, the layout of tfjs. */
  readonly inputShape: readonly (number | null)[];
}
